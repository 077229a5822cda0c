using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Metadata;

/// <summary>
/// For every entity type: from which source schema which others can be entered by which lookups. Computed once per schema;
/// types without lookups have no transitions.
/// </summary>
public sealed class TransitionTable
{
    private readonly int _sources;
    private readonly ImmutableArray<Lookup>[]?[] _direct;
    private readonly SourceSet[]?[] _directTargets;
    private readonly SourceSet[]?[] _reachable;
    private readonly ImmutableArray<Lookup>[]?[] _paths;

    internal TransitionTable(FusionSchema schema)
    {
        _sources = schema.Sources.Length;
        _direct = new ImmutableArray<Lookup>[schema.Types.Length][];
        _directTargets = new SourceSet[schema.Types.Length][];
        _reachable = new SourceSet[schema.Types.Length][];
        _paths = new ImmutableArray<Lookup>[schema.Types.Length][];
        foreach (var type in schema.Types)
        {
            if (type.IsEntity)
            {
                Build(schema, type);
            }
        }
    }

    /// <summary>
    /// The lookups of <paramref name="to"/> for objects of the type whose whole key <paramref name="from"/> can answer by
    /// itself, smallest key first. Empty when there is none, or when both are the same and no lookup can re-enter it.
    /// </summary>
    public ImmutableArray<Lookup> Direct(FusionType type, int from, int to) => _direct[type.Id] is { } table ? table[from * _sources + to] : [];

    /// <summary>The source schemas that <see cref="Direct"/> enters from <paramref name="from"/>, without itself.</summary>
    public SourceSet DirectTargets(FusionType type, int from) => _directTargets[type.Id] is { } table ? table[from] : default;

    /// <summary>The source schemas that any number of transitions enters from <paramref name="from"/>, itself included.</summary>
    public SourceSet Reachable(FusionType type, int from) => _reachable[type.Id] is { } table ? table[from] : SourceSet.Of(from);

    /// <summary>A shortest chain of lookups from one source schema to another; empty when there is none or both are the same.</summary>
    public ImmutableArray<Lookup> Path(FusionType type, int from, int to) => _paths[type.Id] is { } table ? table[from * _sources + to] : [];

    /// <summary>
    /// Whether a source schema alone can answer a key selection on a type, wherever it has an object of that type:
    /// every field without requirements, fragments included when every possible type they cover can answer them.
    /// </summary>
    public static bool CanAnswer(FusionSchema schema, FusionType type, SelectionSetNode selection, int source)
    {
        foreach (var node in selection.Selections)
        {
            switch (node)
            {
                case FieldNode { Name.Value: "__typename" }:
                    break;
                case FieldNode field:
                    if (!CanAnswer(schema, type, field, source))
                    {
                        return false;
                    }

                    break;
                case InlineFragmentNode fragment:
                    var condition = fragment.TypeCondition is { } named ? schema.Type(named.Name.Value) : type;
                    if (condition is null || !condition.Sources.Contains(source) || !CanAnswer(schema, condition, fragment.SelectionSet, source))
                    {
                        return false;
                    }

                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private static bool CanAnswer(FusionSchema schema, FusionType type, FieldNode node, int source)
    {
        if (type.Field(node.Name.Value) is { } field)
        {
            return field.UnconditionalSources.Contains(source)
                && (node.SelectionSet is null || CanAnswer(schema, field.NamedType, node.SelectionSet, source));
        }

        // A union, or an interface of which only the implementations have the field.
        var possible = type.PossibleTypesIn(source);
        if (!type.IsAbstract || possible.IsEmpty)
        {
            return false;
        }

        foreach (var objectType in possible)
        {
            if (!CanAnswer(schema, objectType, node, source))
            {
                return false;
            }
        }

        return true;
    }

    private static int KeySize(SelectionSetNode key)
    {
        var size = 0;
        foreach (var selection in key.Selections)
        {
            size += selection switch
            {
                FieldNode { SelectionSet: { } children } => 1 + KeySize(children),
                InlineFragmentNode fragment => 1 + KeySize(fragment.SelectionSet),
                _ => 1,
            };
        }

        return size;
    }

    private void Build(FusionSchema schema, FusionType type)
    {
        var direct = new ImmutableArray<Lookup>[_sources * _sources];
        Array.Fill(direct, []);
        var targets = new SourceSet[_sources];
        var ordered = type.Lookups.OrderBy(l => KeySize(l.Key)).ThenBy(l => l.Id).ToArray();
        foreach (var from in type.Sources | type.InterfaceObjectSources)
        {
            foreach (var lookup in ordered)
            {
                if (CanAnswer(schema, type, lookup.Key, from))
                {
                    var cell = from * _sources + lookup.Source.Id;
                    direct[cell] = direct[cell].Add(lookup);
                    targets[from] = targets[from].Add(lookup.Source.Id);
                }
            }

            targets[from] = targets[from].Remove(from);
        }

        _direct[type.Id] = direct;
        _directTargets[type.Id] = targets;
        var reachable = new SourceSet[_sources];
        var paths = new ImmutableArray<Lookup>[_sources * _sources];
        Array.Fill(paths, []);
        var queue = new Queue<int>();
        for (var from = 0; from < _sources; from++)
        {
            reachable[from] = SourceSet.Of(from);
            queue.Enqueue(from);
            while (queue.TryDequeue(out var at))
            {
                foreach (var to in targets[at].Except(reachable[from]))
                {
                    reachable[from] = reachable[from].Add(to);
                    paths[from * _sources + to] = paths[from * _sources + at].Add(direct[at * _sources + to][0]);
                    queue.Enqueue(to);
                }
            }
        }

        _reachable[type.Id] = reachable;
        _paths[type.Id] = paths;
    }
}
