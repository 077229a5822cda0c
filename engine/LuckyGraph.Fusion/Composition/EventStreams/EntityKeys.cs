using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.EventStreams;

/// <summary>The keys by which any source schema finds objects, as one of them knows the types.</summary>
internal sealed class EntityKeys(IReadOnlyList<CollectedLookup> lookups)
{
    /// <summary>The keys of a type that its schema knows all fields of: its own first, in the order written.</summary>
    public IReadOnlyList<SelectionSetNode> Of(SourceDocument schema, SourceType type)
    {
        var keys = new List<SelectionSetNode>(type.Keys);
        foreach (var own in new[] { true, false })
        {
            keys.AddRange(lookups.Where(l => l.EntityType.Name == type.Name && (l.Schema == schema) == own).Select(static l => l.Key));
        }

        return [.. keys.Where(k => Knows(schema, type, k)).DistinctBy(static k => Printer.PrintCompact(k))];
    }

    /// <summary>
    /// What messages about a type carry unless their stream says otherwise: the first key; of a type without keys everything.
    /// Null where that cannot be told.
    /// </summary>
    public SelectionSetNode? Default(SourceDocument schema, SourceType type) => Default(schema, type, []);

    private SelectionSetNode? Default(SourceDocument schema, SourceType type, HashSet<SourceType> underway)
    {
        if (type.Kind != TypeKind.Object)
        {
            var fragments = new List<SelectionNode>();
            foreach (var possible in schema.PossibleTypes(type))
            {
                if (Default(schema, possible, underway) is not { } carried)
                {
                    return null;
                }

                fragments.Add(new InlineFragmentNode { TypeCondition = new NamedTypeNode { Name = new Name(possible.Name) }, SelectionSet = carried });
            }

            return fragments.Count == 0 ? null : new SelectionSetNode { Selections = [.. fragments] };
        }

        if (Of(schema, type) is [var key, ..])
        {
            return key;
        }

        if (!underway.Add(type))
        {
            return null;
        }

        var fields = new List<SelectionNode>();
        foreach (var field in type.Fields)
        {
            if (field.IsInternal)
            {
                continue;
            }

            SelectionSetNode? children = null;
            if (!field.Arguments.IsEmpty
                || (schema.Type(TypeNodes.NamedOf(field.Type)) is { Kind: TypeKind.Object or TypeKind.Interface or TypeKind.Union } child
                    && (children = Default(schema, child, underway)) is null))
            {
                return null;
            }

            fields.Add(new FieldNode { Name = new Name(field.Name), SelectionSet = children });
        }

        underway.Remove(type);
        return fields.Count == 0 ? null : new SelectionSetNode { Selections = [.. fields] };
    }

    private static bool Knows(SourceDocument schema, SourceType type, SelectionSetNode key)
    {
        foreach (var node in key.Selections)
        {
            if (node is not FieldNode { Arguments.IsEmpty: true } selected || type.Field(selected.Name.Value) is not { Arguments.IsEmpty: true, IsInternal: false } field
                || (selected.SelectionSet is { } children
                    && (schema.Type(TypeNodes.NamedOf(field.Type)) is not { Kind: TypeKind.Object } child || !Knows(schema, child, children))))
            {
                return false;
            }
        }

        return true;
    }
}
