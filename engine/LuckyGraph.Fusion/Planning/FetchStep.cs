using System.Collections.Immutable;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Planning;

/// <summary>What a fetch is.</summary>
public enum FetchKind : byte
{
    /// <summary>An operation on a source schema's root.</summary>
    Root,
    /// <summary>An entity's fields by key, for every entity of the result that needs them.</summary>
    Lookup,
    /// <summary>The stream behind a subscription: each event fills the root.</summary>
    Event,
    /// <summary>Introspection, answered by the gateway itself.</summary>
    Introspection,
    /// <summary>Objects by global id: the gateway reads their types from the ids, lookups bring their fields.</summary>
    Node,
}

/// <summary>A fetch while it is planned: what it selects of which objects, and which fetches it waits for.</summary>
internal sealed class FetchStep(int index, FetchKind kind, SourceSchema? source, OperationKind operation, ObjectSelection target)
{
    private readonly Dictionary<ObjectSelection, List<Selection>> _selections = [];

    public int Index { get; } = index;

    public FetchKind Kind { get; } = kind;

    /// <summary>The source schema; null for introspection.</summary>
    public SourceSchema? Source { get; } = source;

    public OperationKind Operation { get; } = operation;

    /// <summary>The object that the fetch fills: the root, or an entity.</summary>
    public ObjectSelection Target { get; } = target;

    /// <summary>What its fields may be delivered with later; null for the initial response.</summary>
    public DeferGroup? Group { get; init; }

    /// <summary>How the entity is found.</summary>
    public Lookup? Lookup { get; init; }

    /// <summary>Whether there is no object when this fetch finds none.</summary>
    public bool DecidesExistence { get; set; }

    /// <summary>The fetches whose values this one sends.</summary>
    public HashSet<FetchStep> Dependencies { get; } = [];

    /// <summary>The fetches that must be over before this one starts, whatever their outcome (mutations, 6.2.2).</summary>
    public HashSet<FetchStep> Predecessors { get; } = [];

    /// <summary>Selections whose field takes arguments that the gateway fills.</summary>
    public Dictionary<Selection, ImmutableArray<Requirement>> Requirements { get; } = [];

    /// <summary>How many selections it makes.</summary>
    public int Size
    {
        get
        {
            var size = 0;
            foreach (var list in _selections.Values)
            {
                size += list.Count;
            }

            return size;
        }
    }

    public IReadOnlyList<Selection> Of(ObjectSelection target) => _selections.TryGetValue(target, out var list) ? list : [];

    public bool Reaches(ObjectSelection target) => _selections.ContainsKey(target);

    /// <summary>Notes that the fetch's response contains the object, even when nothing but its type is asked for.</summary>
    public void Reach(ObjectSelection target)
    {
        if (_selections.TryAdd(target, []))
        {
            target.Steps.Add(this);
        }
    }

    public void Add(ObjectSelection target, Selection selection)
    {
        Reach(target);
        var list = _selections[target];
        if (!list.Contains(selection))
        {
            list.Add(selection);
        }

        if (!selection.Providers.Contains(this))
        {
            selection.Providers.Add(this);
        }
    }

    /// <summary>Whether a representation cannot bring some requirements beside those of this fetch: it has one value per field, whatever the arguments.</summary>
    public bool Contradicts(ImmutableArray<Requirement> requirements)
    {
        if (requirements.IsDefaultOrEmpty)
        {
            return false;
        }

        foreach (var mine in Requirements.Values)
        {
            foreach (var own in mine)
            {
                foreach (var other in requirements)
                {
                    if (own.Argument is null && other.Argument is null && Contradict(own.Selection, other.Selection))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private static bool Contradict(SelectionSetNode left, SelectionSetNode right)
    {
        foreach (var (a, field) in Fields(left))
        {
            foreach (var (b, other) in Fields(right))
            {
                if (a == b && (Selection.Print(field.Arguments) != Selection.Print(other.Arguments)
                    || (field.SelectionSet is not null && other.SelectionSet is not null && Contradict(field.SelectionSet, other.SelectionSet))))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static IEnumerable<(string Name, FieldNode Field)> Fields(SelectionSetNode selection)
        => selection.Selections.SelectMany(s => s switch
        {
            FieldNode field => [(field.Name.Value, field)],
            InlineFragmentNode fragment => Fields(fragment.SelectionSet),
            _ => [],
        });

    /// <summary>Whether this fetch waits for another, directly or not.</summary>
    public bool DependsOn(FetchStep other)
    {
        var seen = new HashSet<FetchStep>();
        var open = new Stack<FetchStep>();
        open.Push(this);
        while (open.TryPop(out var step))
        {
            foreach (var previous in step.Dependencies.Concat(step.Predecessors))
            {
                if (previous == other)
                {
                    return true;
                }

                if (seen.Add(previous))
                {
                    open.Push(previous);
                }
            }
        }

        return false;
    }
}
