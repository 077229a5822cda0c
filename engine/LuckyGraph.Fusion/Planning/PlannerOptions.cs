using System.Collections.Frozen;

namespace LuckyGraph.Fusion.Planning;

/// <summary>
/// Bounds of planning. An operation beyond the first two is refused with <c>LIMIT_EXCEEDED</c>; the others bound the search for
/// better plans and refuse nothing.
/// </summary>
public sealed record PlannerOptions
{
    /// <summary>The defaults.</summary>
    public static readonly PlannerOptions Default = new();

    /// <summary>Most fields, over all positions and types, that one operation may expand to. Default 20,000.</summary>
    public int MaxSelections { get; init; } = 20_000;

    /// <summary>Most fetches in one plan. Default 250.</summary>
    public int MaxFetches { get; init; } = 250;

    /// <summary>Most drafts that are made in search of a plan better than the greedy one. 0 keeps the greedy plan. Default 2,000.</summary>
    public int MaxExpansions { get; init; } = 2_000;

    /// <summary>Most selections that these drafts visit; the best plan so far is the answer then. Default 10,000, some milliseconds.</summary>
    public int MaxImprovementSelections { get; init; } = 10_000;

    /// <summary>Longest time spent on that search, for machines that are too busy for the above. Default 50 milliseconds.</summary>
    public TimeSpan MaxImprovementTime { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether <c>@defer</c> divides the plan; without, it has no effect.</summary>
    internal bool Incremental { get; init; }

    /// <summary>The access rules (<see cref="Metadata.AccessTable"/>) that the caller does not meet: fields under them are not fetched.</summary>
    internal FrozenSet<int> Denied { get; init; } = [];
}
