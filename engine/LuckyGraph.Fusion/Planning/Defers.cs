using System.Collections.Concurrent;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Planning;

/// <summary>One <c>@defer</c> at one position of the result.</summary>
/// <param name="Usage">The defer as incremental delivery knows it.</param>
/// <param name="Parent">The defer around it.</param>
/// <param name="Bit">The variable of <c>if</c> among the conditions; 0 when it is always on.</param>
internal sealed record DeferSite(DeferUsage Usage, DeferSite? Parent, ulong Bit)
{
    /// <summary>The nearest defer, from this one outwards, that is on.</summary>
    public DeferUsage? Active(ulong conditions)
    {
        for (var site = this; site is not null; site = site.Parent)
        {
            if ((site.Bit & ~conditions) == 0)
            {
                return site.Usage;
            }
        }

        return null;
    }

    public bool Equals(DeferSite? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>Fields that the same defers select, and nothing else does: they are fetched apart from the rest.</summary>
internal sealed class DeferGroup(int index, DeferSite[] sites)
{
    /// <summary>Index in the plan, outer defers first.</summary>
    public int Index { get; } = index;

    public DeferSite[] Sites { get; } = sites;
}

/// <summary>
/// The defers of an operation (proposal #1110). The plan is divided as if all were on; whether one is, the variables of each
/// request decide: fields of a defer that is off belong to what is around it.
/// </summary>
internal sealed class Defers
{
    private readonly Dictionary<(SelectionNode, SelectionSet, DeferSite?), DeferSite> _sites = [];
    private readonly List<DeferGroup> _groups = [];
    private readonly ConcurrentDictionary<ulong, DeferredPlan> _plans = new();
    private ulong _bits;

    public IReadOnlyList<DeferGroup> Groups => _groups;

    /// <summary>The defer that a fragment's selections lie in.</summary>
    public DeferSite? Enter(SelectionSet position, SelectionNode fragment, DeferSite? around, ConditionVariables conditions)
    {
        foreach (var directive in fragment.Directives)
        {
            if (directive.Name.Value != "defer")
            {
                continue;
            }

            if (_sites.TryGetValue((fragment, position, around), out var site))
            {
                return site;
            }

            var (label, bit) = ((string?)null, 0UL);
            foreach (var argument in directive.Arguments)
            {
                switch (argument.Name.Value, argument.Value)
                {
                    case ("if", BooleanValueNode { Value: false }):
                        return around;
                    case ("if", VariableNode variable):
                        bit = conditions.Bit(variable.Name.Value);
                        break;
                    case ("label", StringValueNode text):
                        label = text.Value;
                        break;
                }
            }

            _bits |= bit;
            site = new DeferSite(new DeferUsage(around?.Usage, label, PathLength(position)), around, bit);
            _sites.Add((fragment, position, around), site);
            return site;
        }

        return around;
    }

    /// <summary>The group of a field by the defers that its selections lie in; null when one lies in none.</summary>
    public DeferGroup? GroupOf(List<DeferSite?> defers)
    {
        var sites = new List<DeferSite>();
        foreach (var site in defers)
        {
            if (site is null)
            {
                return null;
            }

            if (!sites.Contains(site))
            {
                sites.Add(site);
            }
        }

        // What lies inside another one that is always on comes with that one.
        sites.RemoveAll(site =>
        {
            for (var outer = site.Parent; outer is not null; outer = outer.Parent)
            {
                if (outer.Bit == 0 && defers.Contains(outer))
                {
                    return true;
                }
            }

            return false;
        });
        foreach (var group in _groups)
        {
            if (group.Sites.Length == sites.Count && Array.TrueForAll(group.Sites, sites.Contains))
            {
                return group;
            }
        }

        if (sites.Count == 0)
        {
            return null;
        }

        _groups.Add(new DeferGroup(_groups.Count, [.. sites]));
        return _groups[^1];
    }

    /// <summary>How the plan is divided under a request's conditions.</summary>
    public DeferredPlan For(OperationPlan plan, ulong conditions)
    {
        var mask = conditions & _bits;
        if (_plans.TryGetValue(mask, out var known))
        {
            return known;
        }

        var made = new DeferredPlan(plan, _groups, conditions);
        if (_plans.Count < 64)
        {
            _plans.TryAdd(mask, made);
        }

        return made;
    }

    /// <summary>The number of segments in the response path of an object at a position.</summary>
    private static int PathLength(SelectionSet position)
    {
        var length = 0;
        for (var parent = position.Parent; parent is not null; parent = parent.Parent.Set.Parent)
        {
            length++;
            for (var type = parent.Field!.Type.Nullable; type is ListType list; type = list.OfType.Nullable)
            {
                length++;
            }
        }

        return length;
    }
}
