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

    /// <summary>Rewrites errors before they are written, with a filter made once from the host's services.</summary>
    public GraphQLServerBuilder AddErrorFilter<T>() where T : class, IErrorFilter
        => AddErrorFilter(static services => ActivatorUtilities.GetServiceOrCreateInstance<T>(services).OnError);

    /// <summary>
    /// Runs when the host starts, after the schema is built and before it takes requests: typically executes the operations whose
    /// plans should be ready. Tasks run in the order in which they were added; a failure fails the start.
    /// </summary>
    public GraphQLServerBuilder AddWarmupTask(Func<IRequestExecutor, CancellationToken, Task> warmup) => AddWarmupTask(_ => warmup);

    /// <summary>Runs a warm-up task, made from the host's services, when the host starts.</summary>
    public GraphQLServerBuilder AddWarmupTask<T>() where T : class, IRequestExecutorWarmupTask
        => AddWarmupTask(static services => ActivatorUtilities.GetServiceOrCreateInstance<T>(services).WarmupAsync);

    private GraphQLServerBuilder AddWarmupTask(Func<IServiceProvider, Func<IRequestExecutor, CancellationToken, Task>> create)
    {
        Setup.WarmupTasks.Add(create);
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

    /// <summary>Tells a DataLoader of values that other DataLoaders of the request loaded.</summary>
    /// <typeparam name="TInterface">The loader that gets to know them.</typeparam>
    /// <typeparam name="TValue">The values' type, exactly as the other loaders declare it.</typeparam>
    /// <param name="prime">Typically <c>loader.Prime(value.Id, value)</c>.</param>
    public GraphQLServerBuilder AddDataLoaderLookup<TInterface, TValue>(Action<TInterface, TValue> prime)
        where TInterface : class, IDataLoader
        where TValue : notnull
    {
        Setup.LoaderLookups.Add((typeof(TValue), (scheduler, value) => prime(scheduler.DataLoader<TInterface>(), (TValue)value)));
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
    public List<Func<IServiceProvider, Func<IRequestExecutor, CancellationToken, Task>>> WarmupTasks { get; } = [];
    public Dictionary<Type, Func<BatchScheduler, IDataLoader>> DataLoaders { get; } = [];
    public List<(Type Value, Action<BatchScheduler, object> Prime)> LoaderLookups { get; } = [];
}

/// <summary>Rewrites the errors of responses (<see cref="GraphQLServerBuilder.AddErrorFilter{T}"/>).</summary>
public interface IErrorFilter
{
    /// <summary>The error to write in place of <paramref name="error"/>; the same one to leave it.</summary>
    GraphQLError OnError(GraphQLError error);
}

/// <summary>Prepares a server before it takes requests (<see cref="GraphQLServerBuilder.AddWarmupTask{T}"/>).</summary>
public interface IRequestExecutorWarmupTask
{
    /// <summary>Runs once, when the host starts.</summary>
    Task WarmupAsync(IRequestExecutor executor, CancellationToken cancellationToken);
}
