using System.Collections.Frozen;

namespace LuckyGraph.Fusion.Execution;

/// <summary>What clients see of the errors that subgraphs report. The code, the path and the subgraph's name are always kept.</summary>
public sealed record SubgraphErrorPolicy
{
    /// <summary>Everything that subgraphs report is passed on.</summary>
    public static readonly SubgraphErrorPolicy Default = new();

    /// <summary>Whether messages are replaced by <see cref="Message"/>. Default false.</summary>
    public bool MaskMessages { get; init; }

    /// <summary>What stands in a masked message's place.</summary>
    public string Message { get; init; } = "The request could not be completed.";

    /// <summary>Subgraphs whose messages are passed on although messages are masked. Default none.</summary>
    public FrozenSet<string> UnmaskedSubgraphs { get; init; } = [];

    /// <summary>The members of a subgraph's <c>extensions</c> that are passed on beside the code; null for all, the default.</summary>
    public FrozenSet<string>? Extensions { get; init; }

    internal string MessageOf(string subgraph, string message) => MaskMessages && !UnmaskedSubgraphs.Contains(subgraph) ? Message : message;
}
