using System.Collections.Immutable;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Fusion.Metadata;

/// <summary>
/// Which access rules must be met to see a field: its own, its type's, its parent type's, and those of the same field of the
/// interfaces that the parent implements, so that no way to the field avoids them. Equal rules are one.
/// </summary>
public sealed class AccessTable
{
    private readonly int[][] _byField;

    internal AccessTable(IEnumerable<FusionType> types, int fieldCount)
    {
        var rules = ImmutableArray.CreateBuilder<AccessRule>();
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        int Intern(AccessRule rule)
        {
            var text = Text(rule);
            if (!known.TryGetValue(text, out var id))
            {
                known.Add(text, id = rules.Count);
                rules.Add(rule);
            }

            return id;
        }

        _byField = new int[fieldCount][];
        var byName = types.ToDictionary(static t => t.Name, StringComparer.Ordinal);
        foreach (var type in byName.Values)
        {
            foreach (var field in type.Fields)
            {
                var needed = new SortedSet<int>();
                foreach (var rule in Rules(field, byName))
                {
                    if (rule is not null)
                    {
                        needed.Add(Intern(rule));
                    }
                }

                _byField[field.Id] = [.. needed];
            }
        }

        All = rules.ToImmutable();
    }

    /// <summary>All rules of the schema; their ids are the indices here.</summary>
    public ImmutableArray<AccessRule> All { get; }

    /// <summary>The ids of the rules that all must be met to see the field, ascending; empty for everybody's fields.</summary>
    public ReadOnlySpan<int> Of(FusionField field) => _byField[field.Id];

    private static IEnumerable<AccessRule?> Rules(FusionField field, Dictionary<string, FusionType> types)
    {
        yield return field.Access;
        yield return field.NamedType.Access;
        yield return field.DeclaringType.Access;
        if (field.DeclaringType.Definition is ComplexType complex)
        {
            foreach (var implemented in complex.Interfaces)
            {
                yield return types[implemented.Name].Field(field.Name)?.Access;
            }
        }
    }

    private static string Text(AccessRule rule)
        => $"{rule.Authenticated}|{string.Join(';', rule.Scopes.Select(static g => string.Join('\n', g)))}|{string.Join(';', rule.Policies.Select(static g => string.Join('\n', g)))}";
}
