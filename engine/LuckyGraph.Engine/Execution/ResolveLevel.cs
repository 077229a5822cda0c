using LuckyGraph.Engine.Execution.Operations;

namespace LuckyGraph.Engine.Execution;

/// <summary>The frames of one level, grouped by plan in the order in which the plans are met.</summary>
internal sealed class ResolveLevel
{
    private readonly List<ResolveGroup> _groups = [];
    private readonly Stack<ResolveGroup> _free = [];

    /// <summary>Number of groups.</summary>
    public int Count => _groups.Count;

    /// <summary>A group by its place.</summary>
    public ResolveGroup this[int index] => _groups[index];

    /// <summary>The group of a plan, added at the end when there is none.</summary>
    public ResolveGroup For(PlanVariant plan, ResolveStep? only = null)
    {
        for (var i = _groups.Count - 1; i >= 0; i--)
        {
            if (ReferenceEquals(_groups[i].Plan, plan))
            {
                return _groups[i];
            }
        }

        if (!_free.TryPop(out var group))
        {
            group = new ResolveGroup();
        }

        group.Plan = plan;
        group.Only = only;
        _groups.Add(group);
        return group;
    }

    /// <summary>Empties the level, to be filled again.</summary>
    public void Clear()
    {
        foreach (var group in _groups)
        {
            group.Frames.Clear();
            _free.Push(group);
        }

        _groups.Clear();
    }
}

/// <summary>The frames of one plan at one level.</summary>
internal sealed class ResolveGroup
{
    public PlanVariant Plan = null!;
    /// <summary>The only step to take, for a mutation's root; all steps when null.</summary>
    public ResolveStep? Only;
    public List<int> Frames { get; } = [];
}

/// <summary>Stands for the root object of generated types, which have none.</summary>
internal sealed class RootValue
{
    public static readonly RootValue None = new();
}

/// <summary>An authorized pure leaf: allowed, and written when the response is.</summary>
internal sealed class DeferredLeaf(object? arguments)
{
    public object? Arguments { get; } = arguments;
}
