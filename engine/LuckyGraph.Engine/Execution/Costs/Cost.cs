namespace LuckyGraph.Engine.Execution.Costs;

/// <summary>What something costs.</summary>
/// <param name="Field">Work of resolving fields.</param>
/// <param name="Type">Objects in the answer.</param>
internal readonly record struct Cost(double Field, double Type)
{
    public static Cost operator +(Cost left, Cost right) => new(left.Field + right.Field, left.Type + right.Type);

    public static Cost operator *(double count, Cost cost) => new(count * cost.Field, count * cost.Type);

    public static Cost Max(Cost left, Cost right) => new(Math.Max(left.Field, right.Field), Math.Max(left.Type, right.Type));
}
