namespace LuckyGraph.Fusion.Planning;

/// <summary>Bounds of planning: an operation beyond them is refused with <c>LIMIT_EXCEEDED</c>.</summary>
public sealed record PlannerOptions
{
    /// <summary>The defaults.</summary>
    public static readonly PlannerOptions Default = new();

    /// <summary>Most fields, over all positions and types, that one operation may expand to. Default 20,000.</summary>
    public int MaxSelections { get; init; } = 20_000;

    /// <summary>Most fetches in one plan. Default 250.</summary>
    public int MaxFetches { get; init; } = 250;

    /// <summary>Longest time that planning one operation may take. Default two seconds.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(2);
}
