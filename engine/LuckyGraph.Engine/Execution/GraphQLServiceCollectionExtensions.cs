using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Execution;

/// <summary>Adds GraphQL servers to a host.</summary>
public static class GraphQLServiceCollectionExtensions
{
    /// <summary>
    /// Adds a GraphQL server. The unnamed one is found as <see cref="IRequestExecutor"/>, a named one as the keyed service of
    /// that name. The schema is built and checked when the host starts. Calling it again extends the same server.
    /// </summary>
    public static GraphQLServerBuilder AddGraphQL(this IServiceCollection services, string? name = null)
    {
        foreach (var descriptor in services)
        {
            if (!descriptor.IsKeyedService && descriptor.ImplementationInstance is GraphQLServerBuilder known && known.Name == (name ?? ""))
            {
                return known;
            }
        }

        var builder = new GraphQLServerBuilder(services, name ?? "");
        services.AddSingleton(builder);
        return builder;
    }
}
