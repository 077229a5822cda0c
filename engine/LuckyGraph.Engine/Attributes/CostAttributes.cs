namespace LuckyGraph.Engine;

/// <summary>What a field, argument or type adds to the cost of an operation (<c>@cost</c> of the cost specification).</summary>
/// <param name="weight">The weight.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class CostAttribute(double weight) : Attribute
{
    /// <summary>The weight.</summary>
    public double Weight { get; } = weight;
}

/// <summary>How many items a list field returns, for the cost of an operation (<c>@listSize</c> of the cost specification).</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class ListSizeAttribute : Attribute
{
    /// <summary>Most items that the field returns when no argument says it.</summary>
    public int AssumedSize { get; init; }
    /// <summary>Arguments whose value is the number of items.</summary>
    public string[] SlicingArguments { get; init; } = [];
    /// <summary>Fields of the result that have that size, when the result is no list itself (such as <c>nodes</c> of a connection).</summary>
    public string[] SizedFields { get; init; } = [];
    /// <summary>Whether callers must give exactly one slicing argument; true unless set.</summary>
    public bool RequireOneSlicingArgument { get; init; } = true;
}
