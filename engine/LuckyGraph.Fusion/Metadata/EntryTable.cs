using System.Collections.Concurrent;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Metadata;

/// <summary>
/// Which source schemas can be entered for an object that some already hold, where keys may be put together of several schemas'
/// fields: a least fixpoint like that of composition's satisfiability, computed when first asked for.
/// </summary>
internal sealed class EntryTable(FusionSchema schema)
{
    private readonly ConcurrentDictionary<(FusionType Type, SourceSet Held), Entry[]> _entries = new();

    /// <summary>How to enter one source schema.</summary>
    /// <param name="Distance">How many fetches away it is; -1 when it cannot be entered.</param>
    /// <param name="Lookup">The last lookup on the way; null where the object is already.</param>
    internal readonly record struct Entry(int Distance, Lookup? Lookup);

    /// <summary>By source schema: how to enter it for objects of the type that the schemas of <paramref name="held"/> hold.</summary>
    public Entry[] Of(FusionType type, SourceSet held)
        => _entries.TryGetValue((type, held), out var known) ? known : _entries.GetOrAdd((type, held), Compute(type, held, []));

    private Entry[] Of(FusionType type, SourceSet held, HashSet<(FusionType, SourceSet)> underway)
        => _entries.TryGetValue((type, held), out var known) ? known : Compute(type, held, underway);

    private Entry[] Compute(FusionType type, SourceSet held, HashSet<(FusionType, SourceSet)> underway)
    {
        var entries = new Entry[schema.Sources.Length];
        for (var source = 0; source < entries.Length; source++)
        {
            entries[source] = new Entry(held.Contains(source) ? 0 : -1, null);
        }

        // A key that leads back to the same question needs itself.
        if (type.Lookups.IsEmpty || !underway.Add((type, held)))
        {
            return entries;
        }

        var entered = held;
        for (var round = 1; ; round++)
        {
            var next = entered;
            foreach (var lookup in type.Lookups)
            {
                var source = lookup.Source.Id;
                if (!next.Contains(source) && Resolves(type, lookup.Key, entered, default, underway))
                {
                    entries[source] = new Entry(round, lookup);
                    next = next.Add(source);
                }
            }

            if (next == entered)
            {
                break;
            }

            entered = next;
        }

        underway.Remove((type, held));
        return entries;
    }

    private bool Resolves(FusionType type, SelectionSetNode selection, SourceSet entered, SourceSet excluded, HashSet<(FusionType, SourceSet)> underway)
    {
        foreach (var node in selection.Selections)
        {
            switch (node)
            {
                case FieldNode { Name.Value: "__typename" }:
                    break;
                case FieldNode selected:
                    if (type.Field(selected.Name.Value) is not { } field)
                    {
                        return false;
                    }

                    var resolvers = (entered & field.Sources).Except(excluded);
                    foreach (var source in resolvers.Except(field.UnconditionalSources))
                    {
                        foreach (var requirement in field.In(source)!.Requirements)
                        {
                            // Whether something that encloses the object sets a context is not known here.
                            if (requirement.IsContextual || !Resolves(type, requirement.Selection, entered, SourceSet.Of(source), underway))
                            {
                                resolvers = resolvers.Remove(source);
                                break;
                            }
                        }
                    }

                    if (resolvers.IsEmpty || (selected.SelectionSet is { } children && !ResolvesBelow(field, children, resolvers, excluded, underway)))
                    {
                        return false;
                    }

                    break;
                case InlineFragmentNode fragment:
                    var condition = fragment.TypeCondition is { } named ? schema.Type(named.Name.Value) : type;
                    if (condition?.IsPossible(type) == true && !Resolves(type, fragment.SelectionSet, entered, excluded, underway))
                    {
                        return false;
                    }

                    break;
            }
        }

        return true;
    }

    private bool ResolvesBelow(FusionField field, SelectionSetNode children, SourceSet resolvers, SourceSet excluded, HashSet<(FusionType, SourceSet)> underway)
    {
        foreach (var possible in field.NamedType.PossibleTypes)
        {
            var held = SourceSet.Empty;
            foreach (var source in resolvers)
            {
                if (field.NamedType.IsPossibleIn(source, possible))
                {
                    held = held.Add(source);
                }
            }

            if (held.IsEmpty)
            {
                continue;
            }

            var entries = Of(possible, held, underway);
            var entered = held;
            for (var source = 0; source < entries.Length; source++)
            {
                if (entries[source].Distance > 0)
                {
                    entered = entered.Add(source);
                }
            }

            if (!Resolves(possible, children, entered, excluded, underway))
            {
                return false;
            }
        }

        return true;
    }
}
