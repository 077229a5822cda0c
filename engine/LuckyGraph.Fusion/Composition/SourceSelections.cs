using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Walks selection sets of <c>@key</c> and <c>@provides</c> over one source schema.</summary>
internal static class SourceSelections
{
    /// <summary>The type that a selection of a field leads to, looking at the interface or union members when needed.</summary>
    public static SourceFieldDefinition? Field(SourceDocument schema, SourceType type, string name)
    {
        if (type.Field(name) is { } field)
        {
            return field;
        }

        foreach (var possible in schema.PossibleTypes(type))
        {
            if (possible.Field(name) is { } member)
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>Collects every field that a selection selects.</summary>
    public static void Visit(SourceDocument schema, SourceType type, SelectionSetNode selection, HashSet<SourceFieldDefinition> fields)
    {
        foreach (var node in selection.Selections)
        {
            switch (node)
            {
                case FieldNode field when type.Field(field.Name.Value) is { } definition:
                    fields.Add(definition);
                    foreach (var possible in schema.PossibleTypes(type))
                    {
                        if (possible != type && possible.Field(field.Name.Value) is { } implementing)
                        {
                            fields.Add(implementing);
                        }
                    }

                    if (field.SelectionSet is { } children && schema.Type(TypeNodes.NamedOf(definition.Type)) is { } child)
                    {
                        Visit(schema, child, children, fields);
                    }

                    break;
                case InlineFragmentNode fragment:
                    Visit(schema, fragment.TypeCondition is { } condition ? schema.Type(condition.Name.Value) ?? type : type, fragment.SelectionSet, fields);
                    break;
            }
        }
    }

    public static bool HasDirective(SelectionSetNode selection)
    {
        foreach (var node in selection.Selections)
        {
            if (!node.Directives.IsEmpty || node switch
            {
                FieldNode { SelectionSet: { } children } => HasDirective(children),
                InlineFragmentNode fragment => HasDirective(fragment.SelectionSet),
                _ => false,
            })
            {
                return true;
            }
        }

        return false;
    }
}
