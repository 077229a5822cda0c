using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Execution;

/// <summary>What all requests share.</summary>
internal sealed class ExecutionResources
{
    /// <summary>The composed schema.</summary>
    public required FusionSchema Schema { get; init; }

    /// <summary>One client per source schema, by id; none for those that stand for the event bus.</summary>
    public required SubgraphClient[] Clients { get; init; }

    /// <summary>The requests under way, per source schema by id.</summary>
    public required InFlightRequests[] InFlight { get; init; }

    /// <summary>Answers introspection over the client schema.</summary>
    public required IRequestExecutor Introspection { get; init; }

    /// <summary>What clients see of subgraphs' errors.</summary>
    public required SubgraphErrorPolicy ErrorPolicy { get; init; }

    /// <summary>Most values of one result.</summary>
    public required int MaxResultValues { get; init; }

    /// <summary>Most bytes of one result.</summary>
    public required int MaxResultBytes { get; init; }

    /// <summary>Told of exceptions that should not happen.</summary>
    public Action<Exception>? OnDefect { get; init; }
}
