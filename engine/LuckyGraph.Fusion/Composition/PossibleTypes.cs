using LuckyGraph.Engine.Types;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Which object types each output type of all source schemas together can be.</summary>
internal sealed class PossibleTypes
{
    private readonly Dictionary<string, (TypeKind Kind, HashSet<string> Types)> _types = new(StringComparer.Ordinal);

    public PossibleTypes(IReadOnlyList<SourceDocument> schemas)
    {
        foreach (var schema in schemas)
        {
            foreach (var type in schema.Types.Values)
            {
                if (!_types.TryGetValue(type.Name, out var entry))
                {
                    entry = (type.Kind, new HashSet<string>(StringComparer.Ordinal));
                    _types.Add(type.Name, entry);
                }

                entry.Types.UnionWith(schema.PossibleTypes(type).Select(t => t.Name));
            }
        }
    }

    /// <summary>LeastRestrictiveNamedOutputType: the smallest of the types that covers all of them, or null.</summary>
    public string? Cover(IReadOnlyList<string> names)
        => names.Count == 1
            ? names[0]
            : names.Where(candidate => names.All(other => Covers(candidate, other)))
                .OrderBy(n => _types.TryGetValue(n, out var t) ? t.Types.Count : 0)
                .ThenBy(n => n, StringComparer.Ordinal)
                .FirstOrDefault();

    /// <summary>Whether every object of one type is an object of the other too.</summary>
    public bool Covers(string candidate, string type)
        => candidate == type
            || (_types.TryGetValue(candidate, out var wide) && wide.Kind is TypeKind.Interface or TypeKind.Union
                && _types.TryGetValue(type, out var narrow) && narrow.Kind is TypeKind.Object or TypeKind.Interface or TypeKind.Union
                && narrow.Types.IsSubsetOf(wide.Types));

    /// <summary>Whether two types have an object type in common.</summary>
    public bool Overlap(string left, string right)
        => left == right || (_types.TryGetValue(left, out var a) && _types.TryGetValue(right, out var b) && a.Types.Overlaps(b.Types));
}
