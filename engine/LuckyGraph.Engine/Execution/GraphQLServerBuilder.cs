using LuckyGraph.Engine.Batching;
using LuckyGraph.Engine.Subscriptions;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LuckyGraph.Engine.Execution;

/// <summary>Describes one GraphQL server of a host: its types, loaders, topics and options. Generated modules extend it.</summary>
public sealed class GraphQLServerBuilder
{
    internal GraphQLServerBuilder(IServiceCollection services, string name)
    {
        Services = services;
        Name = name;
        Setup = new GraphQLServerSetup(name);
    }

    /// <summary>The server's name; empty for the default one.</summary>
    public string Name { get; }

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    internal GraphQLServerSetup Setup { get; }

    /// <summary>Adds types. Called once, when the schema is built at host start.</summary>
    public GraphQLServerBuilder ConfigureSchema(Action<SchemaBuilder> configure)
    {
        Setup.Schema.Add(configure);
        return this;
    }

    /// <summary>Adds types in SDL; fields without code of their own are served by <paramref name="binding"/>.</summary>
    public GraphQLServerBuilder AddSdl(string sdl, FieldBinding? binding = null) => ConfigureSchema(schema => schema.AddSdl(sdl, binding ?? new DataBinding()));

    /// <summary>Adds types from a parsed document; fields without code of their own are served by <paramref name="binding"/>.</summary>
    public GraphQLServerBuilder AddSdl(DocumentNode document, FieldBinding? binding = null) => ConfigureSchema(schema => schema.AddSdl(document, binding ?? new DataBinding()));

    /// <summary>Changes limits and switches.</summary>
    public GraphQLServerBuilder ModifyRequestOptions(Action<GraphQLRequestOptions> configure)
    {
        Setup.Options.Add(configure);
        return this;
    }

    /// <summary>Rewrites errors before they are written. Filters run in the order in which they were added.</summary>
    public GraphQLServerBuilder AddErrorFilter(Func<GraphQLError, GraphQLError> filter) => AddErrorFilter(_ => filter);

    /// <summary>Rewrites errors before they are written, with the host's services.</summary>
    public GraphQLServerBuilder AddErrorFilter(Func<IServiceProvider, Func<GraphQLError, GraphQLError>> filter)
    {
        Setup.ErrorFilters.Add(filter);
        return this;
    }

    /// <summary>Registers a DataLoader whose constructor takes a <see cref="BatchScheduler"/> and nothing else.</summary>
    public GraphQLServerBuilder AddDataLoader<TInterface, TImplementation>()
        where TInterface : class, IDataLoader
        where TImplementation : class, TInterface
    {
        var create = ActivatorUtilities.CreateFactory<TImplementation>([typeof(BatchScheduler)]);
        return AddDataLoader<TInterface>(scheduler => create(EmptyServices.Instance, [scheduler]));
    }

    /// <summary>Registers a DataLoader. Resolvers and services ask for it as <typeparamref name="TInterface"/>.</summary>
    public GraphQLServerBuilder AddDataLoader<TInterface>(Func<BatchScheduler, TInterface> create) where TInterface : class, IDataLoader
    {
        Setup.DataLoaders[typeof(TInterface)] = create;
        Services.TryAddScoped<RequestDataLoaders>();
        Services.TryAddScoped(services =>
            (services.GetRequiredService<RequestDataLoaders>().Scheduler
                ?? throw new InvalidOperationException($"{typeof(TInterface).Name} can be used only while a GraphQL request is executed."))
            .DataLoader<TInterface>());
        return this;
    }

    private sealed class EmptyServices : IServiceProvider
    {
        public static readonly EmptyServices Instance = new();
        public object? GetService(Type serviceType) => null;
    }
}

/// <summary>What a <see cref="GraphQLServerBuilder"/> collected.</summary>
internal sealed class GraphQLServerSetup(string name)
{
    public string Name { get; } = name;
    public List<Action<SchemaBuilder>> Schema { get; } = [];
    public List<Action<GraphQLRequestOptions>> Options { get; } = [];
    public List<Func<IServiceProvider, Func<GraphQLError, GraphQLError>>> ErrorFilters { get; } = [];
    public Dictionary<Type, Func<BatchScheduler, IDataLoader>> DataLoaders { get; } = [];
}
