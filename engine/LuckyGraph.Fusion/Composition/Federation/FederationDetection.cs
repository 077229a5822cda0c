using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>Tells Apollo Federation schemas from composite ones.</summary>
internal static class FederationDetection
{
    private static readonly string[] s_compositeOnly
        = [CompositeDirectives.Lookup, CompositeDirectives.Is, CompositeDirectives.Require, CompositeDirectives.Internal];

    /// <summary>
    /// The kind of a schema whose input does not say: Apollo when it links Federation, has its machinery (<c>_entities</c>,
    /// <c>_service</c>, <c>_Any</c>), or uses directives that only Federation has. Null when nothing in it decides.
    /// </summary>
    public static SourceSchemaKind? Detect(DocumentNode document)
    {
        var names = FederationNames.Of(document);
        if (names.IsVersion2)
        {
            return SourceSchemaKind.Apollo;
        }

        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var definition in document.Definitions)
        {
            if (definition is TypeDefinitionNode { Name.Value: "_Any" or "_Service" or "_Entity" })
            {
                return SourceSchemaKind.Apollo;
            }

            Collect(definition, used);
        }

        if (used.Overlaps(s_compositeOnly))
        {
            return SourceSchemaKind.Composite;
        }

        return used.Contains("") || used.Overlaps(FederationDirectives.Distinctive) ? SourceSchemaKind.Apollo : null;
    }

    /// <summary>Whether a schema has keys but no lookups: beside Federation schemas it is one of them.</summary>
    public static bool HasKeys(DocumentNode document)
        => document.Definitions.Any(d => d is TypeDefinitionNode type && CompositeDirectives.Has(type.Directives, FederationDirectives.Key));

    // An empty name stands for what only Federation 1 writes.
    private static void Collect(DefinitionNode definition, HashSet<string> used)
    {
        used.UnionWith(definition.Directives.Select(d => d.Name.Value));
        if (definition is not ComplexTypeDefinitionNode type)
        {
            return;
        }

        foreach (var field in type.Fields)
        {
            used.UnionWith(field.Directives.Select(d => d.Name.Value));
            used.UnionWith(field.Arguments.SelectMany(a => a.Directives).Select(d => d.Name.Value));
            if (field.Name.Value is "_entities" or "_service"
                || (type.IsExtension && CompositeDirectives.Has(type.Directives, FederationDirectives.Key) && CompositeDirectives.Has(field.Directives, FederationDirectives.External)))
            {
                used.Add("");
            }
        }
    }
}
