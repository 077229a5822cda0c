using System.Collections.Immutable;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution.Operations;

/// <summary>The compiled selection set of one object type: fragments inlined, fields merged (6.3.2, 6.4.3 MergeSelectionSets).</summary>
internal sealed class SelectionPlan
{
    private const int MaxSharedVariants = 16;

    private readonly ulong[]? _conditions;
    private readonly PlanVariant? _only;
    private volatile PlanVariant[] _variants = [];

    public SelectionPlan(ObjectType type, ImmutableArray<Selection> selections, ImmutableArray<DeferPartition> deferred)
    {
        Type = type;
        Selections = selections;
        Deferred = deferred;
        foreach (var selection in selections)
        {
            foreach (var node in selection.Nodes)
            {
                _conditions = Condition.And(_conditions, node.Condition);
            }
        }

        if (_conditions is null)
        {
            _only = new PlanVariant(this, selections, null, null);
        }
    }

    /// <summary>The object type.</summary>
    public ObjectType Type { get; }

    /// <summary>All selections, whatever their conditions.</summary>
    public ImmutableArray<Selection> Selections { get; }

    /// <summary>The selections that are delivered after these; empty unless the operation delivers incrementally.</summary>
    public ImmutableArray<DeferPartition> Deferred { get; }

    /// <summary>The selections that a variable set includes, laid out for execution.</summary>
    public PlanVariant For(VariableSet set) => _only ?? Find(set);

    private PlanVariant Find(VariableSet set)
    {
        foreach (var variant in _variants)
        {
            if (variant.Matches(set.Flags))
            {
                return variant;
            }
        }

        // Hostile variables must not fill memory: past a few variants the set keeps its own.
        return set.PrivateVariants is { } own && own.TryGetValue(this, out var kept) ? kept : Build(set);
    }

    private PlanVariant Build(VariableSet set)
    {
        var included = new List<(int Order, Selection Selection)>(Selections.Length);
        foreach (var selection in Selections)
        {
            var order = int.MaxValue;
            foreach (var node in selection.Nodes)
            {
                if (node.Order < order && Condition.IsSubset(node.Condition, set.Flags))
                {
                    order = node.Order;
                }
            }

            if (order != int.MaxValue)
            {
                included.Add((order, selection));
            }
        }

        included.Sort(static (left, right) => left.Order.CompareTo(right.Order));
        var selections = ImmutableArray.CreateBuilder<Selection>(included.Count);
        foreach (var (_, selection) in included)
        {
            selections.Add(selection);
        }

        var key = new ulong[_conditions!.Length];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = _conditions[i] & (i < set.Flags.Length ? set.Flags[i] : 0);
        }

        var variant = new PlanVariant(this, selections.MoveToImmutable(), _conditions, key);
        lock (this)
        {
            if (_variants.Length < MaxSharedVariants)
            {
                _variants = [.. _variants, variant];
                return variant;
            }
        }

        (set.PrivateVariants ??= [])[this] = variant;
        return variant;
    }
}

/// <summary>How the writer treats one step of a selection set.</summary>
internal enum WriteKind : byte
{
    /// <summary>Several pure leaves of one binding, arguments known: one call writes them all.</summary>
    Run,
    /// <summary>Prepared bytes: <c>__typename</c>.</summary>
    Constant,
    /// <summary>A pure leaf whose arguments depend on variables.</summary>
    Leaf,
    /// <summary>A pure leaf that is read and written by its scalar.</summary>
    ReadLeaf,
    /// <summary>A pure object or list of objects without effects below.</summary>
    Composite,
    /// <summary>A leaf that the resolve phase stored.</summary>
    StoredLeaf,
    /// <summary>An object or list of objects that the resolve phase stored, without effects below.</summary>
    StoredComposite,
    /// <summary>An object or list of objects whose frames the resolve phase made.</summary>
    Frames,
    /// <summary>A list of which only the first items are written.</summary>
    Stream,
    /// <summary>Nothing now: what follows in later payloads is noted.</summary>
    Defer,
}

/// <summary>One step of writing a selection set.</summary>
internal sealed class WriteStep
{
    public required WriteKind Kind { get; init; }
    public required Selection Selection { get; init; }
    public Selection[] RunSelections { get; init; } = [];
    public PureLeaf[] Run { get; init; } = [];
    public byte[] Constant { get; init; } = [];
    public int Slot { get; init; } = -1;
    public DeferPartition? Deferred { get; init; }
}

/// <summary>A selection that the resolve phase visits, and the slot of its value within a frame.</summary>
internal readonly record struct ResolveStep(Selection Selection, int Slot);

/// <summary>The selections of a plan that one combination of conditions includes.</summary>
internal sealed class PlanVariant
{
    private readonly ulong[]? _conditions;
    private readonly ulong[]? _key;

    public PlanVariant(SelectionPlan plan, ImmutableArray<Selection> selections, ulong[]? conditions, ulong[]? key)
    {
        Plan = plan;
        _conditions = conditions;
        _key = key;
        var resolve = new List<ResolveStep>();
        var write = new List<WriteStep>();
        for (var i = 0; i < selections.Length; i++)
        {
            var selection = selections[i];
            if (selection.IsTypeName)
            {
                write.Add(new WriteStep { Kind = WriteKind.Constant, Selection = selection, Constant = TypeNameBytes(plan.Type, selection) });
                continue;
            }

            if (selection.NeedsResolve)
            {
                resolve.Add(new ResolveStep(selection, resolve.Count));
                if (selection.Stream is not null)
                {
                    write.Add(new WriteStep { Kind = WriteKind.Stream, Selection = selection, Slot = resolve.Count - 1 });
                    continue;
                }

                var kind = selection.Field.Type.IsLeaf ? WriteKind.StoredLeaf
                    : selection.HasEffectsBelow ? WriteKind.Frames : WriteKind.StoredComposite;
                write.Add(new WriteStep { Kind = kind, Selection = selection, Slot = resolve.Count - 1 });
                continue;
            }

            if (selection.Stream is not null && (selection.ReadsLeaf || !selection.Field.Type.IsLeaf))
            {
                write.Add(new WriteStep { Kind = WriteKind.Stream, Selection = selection });
                continue;
            }

            if (!selection.Field.Type.IsLeaf)
            {
                write.Add(new WriteStep { Kind = WriteKind.Composite, Selection = selection });
                continue;
            }

            if (selection.ReadsLeaf)
            {
                write.Add(new WriteStep { Kind = WriteKind.ReadLeaf, Selection = selection });
                continue;
            }

            if (!IsRunLeaf(selection))
            {
                write.Add(new WriteStep { Kind = WriteKind.Leaf, Selection = selection });
                continue;
            }

            var end = i + 1;
            while (end < selections.Length && ReferenceEquals(selections[end].Binding, selection.Binding) && IsRunLeaf(selections[end]))
            {
                end++;
            }

            write.Add(Run(selections.AsSpan()[i..end]));
            i = end - 1;
        }

        foreach (var partition in plan.Deferred)
        {
            // Any selection will do: the step has none of its own.
            write.Add(new WriteStep { Kind = WriteKind.Defer, Selection = partition.Plan.Selections[0], Deferred = partition });
        }

        Resolve = [.. resolve];
        Write = [.. write];
    }

    /// <summary>The plan.</summary>
    public SelectionPlan Plan { get; }

    /// <summary>What the resolve phase does, in order; also the number of slots of a frame.</summary>
    public ResolveStep[] Resolve { get; }

    /// <summary>What the write phase does, in order.</summary>
    public WriteStep[] Write { get; }

    /// <summary>Whether this is the variant for a combination of conditions.</summary>
    public bool Matches(ulong[] flags)
    {
        for (var i = 0; i < _key!.Length; i++)
        {
            if (_key[i] != (_conditions![i] & (i < flags.Length ? flags[i] : 0)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsRunLeaf(Selection selection)
        => !selection.IsTypeName && !selection.NeedsResolve && selection.Field.Type.IsLeaf && !selection.ReadsLeaf
            && (selection.Arguments is null || selection.Arguments.IsBound);

    private static WriteStep Run(ReadOnlySpan<Selection> selections)
    {
        var leaves = new PureLeaf[selections.Length];
        for (var i = 0; i < leaves.Length; i++)
        {
            var selection = selections[i];
            leaves[i] = new PureLeaf(selection.BindingIndex, selection.Field.Type.IsNonNull, selection.Key, selection.Arguments?.Bound);
        }

        return new WriteStep { Kind = WriteKind.Run, Selection = selections[0], RunSelections = selections.ToArray(), Run = leaves };
    }

    private static byte[] TypeNameBytes(ObjectType type, Selection selection)
        => [.. selection.Key, (byte)'"', .. System.Text.Encoding.UTF8.GetBytes(type.Name), (byte)'"'];
}
