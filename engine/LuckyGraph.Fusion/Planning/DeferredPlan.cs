using LuckyGraph.Engine.Execution.Operations;

namespace LuckyGraph.Fusion.Planning;

/// <summary>How a plan is divided when the conditions are decided: which fields and which fetches belong to which later payload.</summary>
internal sealed class DeferredPlan
{
    private readonly DeferPartition?[] _partitions;
    private readonly Dictionary<DeferPartition, List<int>> _fetches = [];

    public DeferredPlan(OperationPlan plan, IReadOnlyList<DeferGroup> groups, ulong conditions)
    {
        _partitions = new DeferPartition?[groups.Count];
        for (var i = 0; i < groups.Count; i++)
        {
            _partitions[i] = Partition(groups[i], conditions);
        }

        IsLater = new bool[plan.Fetches.Length];
        for (var i = 0; i < IsLater.Length; i++)
        {
            IsLater[i] = Of(plan.Fetches[i].Group) is not null;
            foreach (var target in plan.Fetches[i].Targets)
            {
                Note(target.Shape, i);
            }
        }

        SettleDependencies(plan);
        LaterCount = IsLater.Count(l => l);
    }

    /// <summary>Whether anything is delivered later.</summary>
    public bool Divides => Array.Exists(_partitions, p => p is not null);

    /// <summary>By index of the fetch: whether it starts after the initial response.</summary>
    public bool[] IsLater { get; }

    public int LaterCount { get; }

    /// <summary>The later delivery of a group's fields; null when they belong to the initial response.</summary>
    public DeferPartition? Of(DeferGroup? group) => group is null ? null : _partitions[group.Index];

    /// <summary>The fetches, by index, that bring a partition's fields.</summary>
    public IReadOnlyList<int> FetchesOf(DeferPartition partition) => _fetches.TryGetValue(partition, out var fetches) ? fetches : [];

    private DeferPartition? Partition(DeferGroup group, ulong conditions)
    {
        var usages = new List<DeferUsage>();
        foreach (var site in group.Sites)
        {
            if (site.Active(conditions) is not { } usage)
            {
                return null;
            }

            if (!usages.Contains(usage))
            {
                usages.Add(usage);
            }
        }

        var all = usages.ToArray();
        usages.RemoveAll(u => Array.Exists(all, other => u.Parent is not null && DeferUsage.IsAround(other, u.Parent)));
        DeferUsage[] set = [.. usages];
        return Array.Find(_partitions, p => p is not null && DeferUsage.IsSameSet(p.Usages, set)) ?? new DeferPartition(set, null!);
    }

    private void Note(PositionShape shape, int fetch)
    {
        if (shape.Single is { } single)
        {
            Note(single, fetch);
        }

        foreach (var (_, byType) in shape.ByType)
        {
            Note(byType, fetch);
        }
    }

    private void Note(ObjectShape shape, int fetch)
    {
        foreach (var property in shape.Properties)
        {
            if (!property.Selection.IsInternal && Of(property.Selection.Group) is { } partition)
            {
                if (!_fetches.TryGetValue(partition, out var fetches))
                {
                    _fetches.Add(partition, fetches = []);
                }

                if (!fetches.Contains(fetch))
                {
                    fetches.Add(fetch);
                }
            }

            if (property.Children is not null)
            {
                Note(property.Children, fetch);
            }
        }
    }

    // What the initial response waits for is no later fetch; and fetches that travel together start together.
    private void SettleDependencies(OperationPlan plan)
    {
        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = 0; i < IsLater.Length; i++)
            {
                if (IsLater[i])
                {
                    continue;
                }

                foreach (var dependency in plan.Fetches[i].Dependencies)
                {
                    changed |= IsLater[dependency - 1];
                    IsLater[dependency - 1] = false;
                }

                for (var j = 0; plan.Fetches[i].Batch >= 0 && j < IsLater.Length; j++)
                {
                    if (IsLater[j] && plan.Fetches[j].Batch == plan.Fetches[i].Batch)
                    {
                        changed = true;
                        IsLater[j] = false;
                    }
                }
            }
        }
    }
}
