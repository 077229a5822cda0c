using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution.Operations;

/// <summary>One <c>@defer</c> of a selection set.</summary>
/// <param name="parent">The defer around it.</param>
/// <param name="label">Its label.</param>
/// <param name="pathLength">Length of the response path of the object whose fragment is deferred.</param>
internal sealed class DeferUsage(DeferUsage? parent, string? label, int pathLength)
{
    public DeferUsage? Parent { get; } = parent;
    public string? Label { get; } = label;
    public int PathLength { get; } = pathLength;

    /// <summary>The defers that a field waits for: none when a node is not deferred, and none that lie inside another one of them.</summary>
    public static DeferUsage[] Of(List<SelectedNode> nodes)
    {
        var usages = new List<DeferUsage>();
        foreach (var node in nodes)
        {
            if (node.Defer is null)
            {
                return [];
            }

            if (!usages.Contains(node.Defer))
            {
                usages.Add(node.Defer);
            }
        }

        var all = usages.ToArray();
        usages.RemoveAll(usage =>
        {
            foreach (var other in all)
            {
                if (usage.Parent is not null && IsAround(other, usage.Parent))
                {
                    return true;
                }
            }

            return false;
        });
        return [.. usages];
    }

    /// <summary>Whether <paramref name="outer"/> is <paramref name="inner"/> or lies around it; null lies around everything.</summary>
    public static bool IsAround(DeferUsage? outer, DeferUsage? inner)
    {
        for (var at = inner; at is not null; at = at.Parent)
        {
            if (ReferenceEquals(at, outer))
            {
                return true;
            }
        }

        return outer is null;
    }

    /// <summary>Whether two sets have the same members.</summary>
    public static bool IsSameSet(DeferUsage[] left, DeferUsage[] right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        foreach (var usage in left)
        {
            if (Array.IndexOf(right, usage) < 0)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Where incremental delivery stands in a selection set.</summary>
/// <param name="Usages">The defers with which the selection set is delivered.</param>
/// <param name="PathLength">Length of the response path of its objects.</param>
internal readonly record struct DeferScope(DeferUsage[] Usages, int PathLength)
{
    public static readonly DeferScope Root = new([], 0);

    /// <summary>The scope of the selection set below a field.</summary>
    public DeferScope Below(GraphType type)
    {
        var length = PathLength + 1;
        for (var at = type.Nullable; at is ListType list; at = list.OfType.Nullable)
        {
            length++;
        }

        return this with { PathLength = length };
    }
}

/// <summary>Fields of a selection set that are delivered later, all with the same defers.</summary>
/// <param name="Usages">The defers.</param>
/// <param name="Plan">The fields.</param>
internal sealed record DeferPartition(DeferUsage[] Usages, SelectionPlan Plan);

/// <summary>An active <c>@stream</c>.</summary>
/// <param name="label">Its label.</param>
/// <param name="initialCount">How many items come first: a literal, a variable, or absent for none.</param>
/// <param name="items">The field as the items that come later are selected; null when that makes no difference.</param>
internal sealed class StreamUsage(string? label, ValueNode? initialCount, Selection? items)
{
    public string? Label { get; } = label;
    public Selection? Items { get; } = items;

    /// <summary>How many items come with their field.</summary>
    /// <exception cref="GraphQLException">The count is negative.</exception>
    public int InitialCount(VariableSet set)
    {
        var count = initialCount switch
        {
            IntValueNode literal => long.TryParse(literal.Value.ToString(), System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : 0,
            VariableNode variable => set.Values.TryGet(variable.Name.Value, out var value) && value is int number ? number : 0,
            _ => 0,
        };
        return count >= 0 ? (int)Math.Min(count, int.MaxValue) : throw new GraphQLException("The initialCount of @stream must not be negative.", ErrorCodes.Variables);
    }
}
