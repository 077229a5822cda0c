using System.Collections.Frozen;
using System.Collections.Immutable;
using LuckyGraph.Engine.Batching;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.Engine.Execution;

/// <summary>What all requests of one server share.</summary>
internal sealed partial class ExecutionEnvironment
{
    public required Schema Schema { get; init; }
    public required GraphQLRequestOptions Options { get; init; }
    public required IServiceProvider Services { get; init; }
    public required FrozenDictionary<Type, Func<BatchScheduler, IDataLoader>> DataLoaders { get; init; }
    /// <summary>What primes DataLoaders with values that others loaded, by the values' type.</summary>
    public FrozenDictionary<Type, Action<BatchScheduler, object>[]> LoaderLookups { get; init; } = FrozenDictionary<Type, Action<BatchScheduler, object>[]>.Empty;
    public required ImmutableArray<Func<GraphQLError, GraphQLError>> ErrorFilters { get; init; }
    public required bool IncludeExceptionDetails { get; init; }
    public required ILogger Logger { get; init; }

    /// <summary>Makes the error of an exception: messages of unexpected ones stay in the log.</summary>
    public GraphQLError ToError(Exception exception)
    {
        if (exception is AggregateException { InnerExceptions: [var inner] })
        {
            exception = inner;
        }

        switch (exception)
        {
            case GraphQLException known:
                return known.Error with { Exception = exception };
            case CoercionException coercion:
                return new GraphQLError(coercion.Message) { Code = ErrorCodes.Internal, Exception = exception };
            case NullItemException:
                return new GraphQLError(exception.Message) { Code = ErrorCodes.NonNull, Exception = exception };
            default:
                var message = IncludeExceptionDetails ? $"{exception.GetType().Name}: {exception.Message}" : "The field could not be resolved because of an internal error.";
                return new GraphQLError(message) { Code = ErrorCodes.Internal, Exception = exception };
        }
    }

    /// <summary>Runs the error filters and logs what the client must not see.</summary>
    public GraphQLError Filter(GraphQLError error)
    {
        if (error.Exception is { } exception and not (GraphQLException or CoercionException or NullItemException))
        {
            LogFailure(Logger, exception, error.Path.IsDefault ? "(request)" : string.Join('.', error.Path));
        }

        foreach (var filter in ErrorFilters)
        {
            error = filter(error);
        }

        return error;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Resolving {Path} failed")]
    private static partial void LogFailure(ILogger logger, Exception exception, string path);
}
