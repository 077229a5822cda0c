using System.Collections.Immutable;
using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Rewrites field selection maps.</summary>
internal static class SelectedValues
{
    private const int MaxAlternatives = 256;

    /// <summary>The values without <c>|</c> that a value stands for: one per combination of alternatives.</summary>
    public static IReadOnlyList<SelectedValue> Expand(SelectedValue value)
    {
        switch (value)
        {
            case SelectedChoice choice:
                return [.. choice.Alternatives.SelectMany(Expand).Take(MaxAlternatives)];
            case SelectedList list:
                return [.. Expand(list.Element).Select(e => list with { Element = e })];
            case SelectedObject selected:
                IEnumerable<ImmutableArray<SelectedField>> combinations = [[]];
                foreach (var field in selected.Fields)
                {
                    var values = Expand(field.Value);
                    combinations = combinations.SelectMany(c => values.Select(v => c.Add(new SelectedField(field.Name, v))));
                }

                return [.. combinations.Take(MaxAlternatives).Select(c => selected with { Fields = c })];
            default:
                return [value];
        }
    }

    /// <summary>
    /// The value as it applies to one object type, its type conditions on the object itself resolved; null when a condition
    /// excludes the type.
    /// </summary>
    public static SelectedValue? For(SelectedValue value, Func<string, bool> admits)
    {
        switch (value)
        {
            case SelectedPath path:
                return Unconditional(path.Path, admits) is { } applied ? new SelectedPath(applied) : null;
            case SelectedList { Prefix: { } prefix } list:
                return Unconditional(prefix, admits) is { } listPrefix ? list with { Prefix = listPrefix } : null;
            case SelectedObject { Prefix: { } prefix } selected:
                if (Unconditional(prefix, admits) is not { } objectPrefix)
                {
                    return null;
                }

                return objectPrefix.Segments.IsEmpty
                    ? For(selected with { Prefix = null }, admits)
                    : selected with { Prefix = objectPrefix };
            case SelectedObject selected:
                var fields = ImmutableArray.CreateBuilder<SelectedField>(selected.Fields.Length);
                foreach (var field in selected.Fields)
                {
                    if (For(field.Value, admits) is not { } inner)
                    {
                        return null;
                    }

                    fields.Add(field with { Value = inner });
                }

                return selected with { Fields = fields.MoveToImmutable() };
            default:
                return value;
        }
    }

    /// <summary>The value read from an object one field further up: <c>id</c> below <c>product</c> is <c>product.id</c>.</summary>
    public static SelectedValue Below(string field, SelectedValue value)
    {
        FieldPath Prefixed(FieldPath? path)
            => path is null
                ? new FieldPath(null, [new PathSegment(field)])
                : new FieldPath(null, [new PathSegment(field, path.RootType), .. path.Segments]);

        return value switch
        {
            SelectedPath path => new SelectedPath(Prefixed(path.Path)),
            SelectedObject selected => selected with { Prefix = Prefixed(selected.Prefix) },
            SelectedList list => list with { Prefix = Prefixed(list.Prefix) },
            SelectedChoice choice => new SelectedChoice([.. choice.Alternatives.Select(a => Below(field, a))]),
            _ => value,
        };
    }

    /// <summary>The fields of the object in scope that a value reads first.</summary>
    public static IEnumerable<string> RootFields(SelectedValue value) => value switch
    {
        SelectedPath path => [path.Path.Segments[0].Field],
        SelectedObject { Prefix.Segments: [var first, ..] } => [first.Field],
        SelectedObject selected => selected.Fields.SelectMany(f => RootFields(f.Value)),
        SelectedList { Prefix.Segments: [var first, ..] } => [first.Field],
        SelectedList list => RootFields(list.Element),
        SelectedChoice choice => choice.Alternatives.SelectMany(RootFields),
        _ => [],
    };

    private static FieldPath? Unconditional(FieldPath path, Func<string, bool> admits)
        => path.RootType is null ? path : admits(path.RootType) ? path with { RootType = null } : null;
}
