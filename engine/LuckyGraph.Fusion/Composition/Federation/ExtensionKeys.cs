using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>
/// Finds the fields that the keys of extended types select. Federation 1 wanted <c>@external</c> on them, as a form: a schema
/// that answers for a key has it, so that it may be the only one with that field, or have it with another nullability.
/// </summary>
internal static class ExtensionKeys
{
    /// <summary>Adds the coordinates of the selected fields.</summary>
    public static void Collect(DocumentNode document, FederationNames names, HashSet<string> extended, HashSet<string> coordinates)
    {
        var types = document.Definitions.OfType<ComplexTypeDefinitionNode>().ToLookup(t => t.Name.Value, StringComparer.Ordinal);
        foreach (var type in types.Where(t => extended.Contains(t.Key)))
        {
            foreach (var key in type.SelectMany(static t => t.Directives).Where(d => names.Directive(d.Name.Value) == FederationDirectives.Key))
            {
                if (CompositeDirectives.Argument(key, "fields") is StringValueNode text && Parse(text.Value) is { } selection)
                {
                    Visit(type.Key, selection);
                }
            }
        }

        void Visit(string type, SelectionSetNode selection)
        {
            foreach (var field in selection.Selections.OfType<FieldNode>())
            {
                coordinates.Add($"{type}.{field.Name.Value}");
                if (field.SelectionSet is { } below && types[type].SelectMany(static t => t.Fields).FirstOrDefault(f => f.Name.Value == field.Name.Value) is { } definition)
                {
                    Visit(TypeNodes.NamedOf(definition.Type), below);
                }
            }
        }
    }

    // What is no selection is reported where keys are checked.
    private static SelectionSetNode? Parse(string text)
    {
        try
        {
            return Parser.ParseSelectionSet(text);
        }
        catch (GraphQLSyntaxException)
        {
            return null;
        }
    }
}
