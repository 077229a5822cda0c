using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Composition.Federation;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Parses a source schema, checks that it is GraphQL, and folds extensions into their types.</summary>
internal static class SourceSchemaLoader
{
    private static readonly string[] s_builtInScalars = ["Boolean", "Float", "ID", "Int", "String"];

    /// <summary>Loads source schemas and tells which specification each follows. Those that are no GraphQL are left out.</summary>
    public static List<SourceDocument> Load(IReadOnlyList<SourceSchemaInput> inputs, CompositionLog log)
    {
        var parsed = new List<(SourceSchemaInput Input, DocumentNode Document, SourceSchemaKind? Kind)>(inputs.Count);
        foreach (var input in inputs)
        {
            if (Parse(input, log) is { } document)
            {
                parsed.Add((input, document, input.Kind ?? FederationDetection.Detect(document)));
            }
        }

        var anyApollo = parsed.Exists(p => p.Kind == SourceSchemaKind.Apollo);
        return parsed.ConvertAll(p =>
        {
            var kind = p.Kind ?? (anyApollo && FederationDetection.HasKeys(p.Document) ? SourceSchemaKind.Apollo : SourceSchemaKind.Composite);
            return Load(p.Input with { Kind = kind }, p.Document, log);
        });
    }

    private static DocumentNode? Parse(SourceSchemaInput input, CompositionLog log)
    {
        try
        {
            return Parser.ParseDocument(input.Sdl, ParserOptions.Trusted);
        }
        catch (GraphQLSyntaxException e)
        {
            log.Error(
                CompositionCodes.InvalidGraphQL, input.Name,
                $"The schema \"{input.Name}\" is not GraphQL, line {e.Location.Line}, column {e.Location.Column}: {e.Message}", [input.Name], e.Location);
            return null;
        }
    }

    /// <summary>Makes a source schema of a parsed document.</summary>
    public static SourceDocument Load(SourceSchemaInput input, DocumentNode document, CompositionLog log)
    {
        var isFederation1 = false;
        if (input.Kind == SourceSchemaKind.Apollo)
        {
            isFederation1 = !FederationNames.Of(document).IsVersion2;
            document = FederationDocument.Rewrite(document);
        }

        var schema = new SourceDocument(input, document) { IsFederation1 = isFederation1 };
        foreach (var definition in document.Definitions)
        {
            switch (definition)
            {
                case SchemaDefinitionNode node:
                    schema.HasSchemaDefinition |= !node.IsExtension || !node.OperationTypes.IsEmpty;
                    foreach (var operation in node.OperationTypes)
                    {
                        schema.Roots[operation.Operation] = operation.Type.Name.Value;
                    }

                    break;
                case DirectiveDefinitionNode node:
                    schema.Directives.Add(node);
                    break;
                case TypeDefinitionNode node:
                    Fold(schema, node);
                    break;
                default:
                    log.Error(
                        CompositionCodes.InvalidGraphQL, input.Name,
                        $"The schema \"{input.Name}\" contains an operation or fragment; a source schema holds type definitions only.", schema, definition);
                    break;
            }
        }

        foreach (var (operation, name) in new[]
        {
            (OperationKind.Query, "Query"), (OperationKind.Mutation, "Mutation"), (OperationKind.Subscription, "Subscription"),
        })
        {
            if (!schema.HasSchemaDefinition && schema.Types.ContainsKey(name))
            {
                schema.Roots[operation] = name;
            }
        }

        // Flags of a type may come from any of its extensions, so fields are read once all are known.
        foreach (var type in schema.Types.Values)
        {
            type.IsInternal = CompositeDirectives.Has(type.Directives, CompositeDirectives.Internal);
            type.IsInaccessible = CompositeDirectives.Has(type.Directives, CompositeDirectives.Inaccessible);
            type.IsShareable = CompositeDirectives.Has(type.Directives, CompositeDirectives.Shareable);
            if (schema.IsApollo && CompositeDirectives.Has(type.Directives, FederationDirectives.InterfaceObject))
            {
                type.IsInterfaceObject = true;
                type.Kind = TypeKind.Interface;
            }
        }

        foreach (var definition in document.Definitions)
        {
            if (definition is ComplexTypeDefinitionNode node)
            {
                var type = schema.Types[node.Name.Value];
                foreach (var field in node.Fields)
                {
                    type.Fields.Add(new SourceFieldDefinition(type, field));
                }
            }
        }

        return schema;
    }

    /// <summary>Reports what makes the schema invalid GraphQL. Directives of the specification are checked by their own rules.</summary>
    public static void CheckGraphQL(SourceDocument schema, CompositionLog log)
    {
        try
        {
            new SchemaBuilder().AddSdl(PlainDocument.Of(schema)).Build();
        }
        catch (SchemaException e)
        {
            foreach (var error in e.Errors)
            {
                log.Error(
                    CompositionCodes.InvalidGraphQL, schema.Name, $"The schema \"{schema.Name}\" is not valid GraphQL: {error.Message}",
                    schema, error.Nodes.IsDefaultOrEmpty ? null : error.Nodes[0]);
            }
        }
    }

    public static bool IsBuiltInScalar(string name) => s_builtInScalars.Contains(name);

    private static void Fold(SourceDocument schema, TypeDefinitionNode node)
    {
        var name = node.Name.Value;
        if (!schema.Types.TryGetValue(name, out var type))
        {
            var kind = node switch
            {
                ScalarTypeDefinitionNode => TypeKind.Scalar,
                ObjectTypeDefinitionNode => TypeKind.Object,
                InterfaceTypeDefinitionNode => TypeKind.Interface,
                UnionTypeDefinitionNode => TypeKind.Union,
                EnumTypeDefinitionNode => TypeKind.Enum,
                _ => TypeKind.InputObject,
            };
            type = new SourceType(schema, name, kind, node);
            schema.Types.Add(name, type);
        }

        type.Description ??= node.Description;
        type.Directives = type.Directives.AddRange(node.Directives);
        switch (node)
        {
            case ComplexTypeDefinitionNode complex:
                foreach (var implemented in complex.Interfaces)
                {
                    if (!type.Interfaces.Contains(implemented.Name.Value))
                    {
                        type.Interfaces.Add(implemented.Name.Value);
                    }
                }

                break;
            case UnionTypeDefinitionNode union:
                type.Members.AddRange(union.Types.Select(t => t.Name.Value).Where(m => !type.Members.Contains(m)));
                break;
            case EnumTypeDefinitionNode @enum:
                type.Values.AddRange(@enum.Values);
                break;
            case InputObjectTypeDefinitionNode input:
                type.InputFields.AddRange(input.Fields);
                break;
        }
    }
}
