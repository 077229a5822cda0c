using System.Collections.Frozen;
using LuckyGraph.Engine.Batching;
using LuckyGraph.Engine.Types;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LuckyGraph.Engine.Execution;

/// <summary>Adds GraphQL servers to a host.</summary>
public static class GraphQLServiceCollectionExtensions
{
    /// <summary>
    /// Adds a GraphQL server. The unnamed one is found as <see cref="IRequestExecutor"/>, a named one as the keyed service of
    /// that name, and as the unkeyed one too when it is the first. The schema is built and checked when the host starts.
    /// Calling it again extends the same server.
    /// </summary>
    public static GraphQLServerBuilder AddGraphQL(this IServiceCollection services, string? name = null)
    {
        var key = name ?? "";
        foreach (var descriptor in services)
        {
            if (!descriptor.IsKeyedService && descriptor.ImplementationInstance is GraphQLServerBuilder known && known.Name == key)
            {
                return known;
            }
        }

        var builder = new GraphQLServerBuilder(services, key);
        services.AddSingleton(builder);
        services.AddKeyedSingleton<IRequestExecutor>(key, (provider, _) => CreateExecutor(provider, builder.Setup));
        services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IRequestExecutor>(key));
        services.TryAddScoped<RequestDataLoaders>();
        services.AddSingleton<IHostedService>(provider => new SchemaInitialization(provider, key, builder.Setup));
        return builder;
    }

    /// <summary>Adds a GraphQL server to the host that is being built.</summary>
    public static GraphQLServerBuilder AddGraphQL(this IHostApplicationBuilder host, string? name = null) => host.Services.AddGraphQL(name);

    private static RequestExecutor CreateExecutor(IServiceProvider provider, GraphQLServerSetup setup)
    {
        var options = new GraphQLRequestOptions();
        foreach (var configure in setup.Options)
        {
            configure(options);
        }

        var schema = new SchemaBuilder { EnableDefer = options.EnableDefer, EnableStream = options.EnableStream };
        foreach (var configure in setup.Schema)
        {
            configure(schema);
        }

        var environment = provider.GetService<IHostEnvironment>();
        return new RequestExecutor(new ExecutionEnvironment
        {
            Schema = schema.Build(),
            Options = options,
            Services = provider,
            DataLoaders = setup.DataLoaders.ToFrozenDictionary(),
            LoaderLookups = setup.LoaderLookups.GroupBy(l => l.Value, l => l.Prime).ToFrozenDictionary(l => l.Key, l => l.ToArray()),
            ErrorFilters = [.. setup.ErrorFilters.Select(filter => filter(provider))],
            IncludeExceptionDetails = options.IncludeExceptionDetails ?? environment?.IsDevelopment() ?? false,
            Logger = provider.GetService<ILoggerFactory>()?.CreateLogger("LuckyGraph.Engine.Execution") ?? NullLogger.Instance,
        });
    }

    /// <summary>Builds the schema before the host takes requests, so that a wrong one fails the start and not a request.</summary>
    private sealed class SchemaInitialization(IServiceProvider provider, string key, GraphQLServerSetup setup) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            var executor = provider.GetRequiredKeyedService<IRequestExecutor>(key);
            foreach (var warmup in setup.WarmupTasks)
            {
                await warmup(provider)(executor, cancellationToken).ConfigureAwait(false);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
