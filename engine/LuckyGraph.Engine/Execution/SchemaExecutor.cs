using System.Collections.Frozen;
using LuckyGraph.Engine.Batching;
using LuckyGraph.Engine.Types;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace LuckyGraph.Engine.Execution;

/// <summary>Makes executors for schemas that need no host: introspection of a composed schema, data-backed schemas of tests.</summary>
public static class SchemaExecutor
{
    private static readonly ServiceProvider s_services = new ServiceCollection().BuildServiceProvider();

    /// <summary>An executor for a schema, without services, DataLoaders and error filters.</summary>
    public static IRequestExecutor Create(Schema schema, GraphQLRequestOptions? options = null) => new RequestExecutor(new ExecutionEnvironment
    {
        Schema = schema,
        Options = options ?? new GraphQLRequestOptions(),
        Services = s_services,
        DataLoaders = FrozenDictionary<Type, Func<BatchScheduler, IDataLoader>>.Empty,
        ErrorFilters = [],
        IncludeExceptionDetails = false,
        Logger = NullLogger.Instance,
    });
}
