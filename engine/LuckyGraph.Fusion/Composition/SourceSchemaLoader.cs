using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Parses a source schema, checks that it is GraphQL, and folds extensions into their types.</summary>
internal static class SourceSchemaLoader
{
    private static readonly string[] s_builtInScalars = ["Boolean", "Float", "ID", "Int", "String"];

    public static SourceDocument? Load(SourceSchemaInput input, CompositionLog log)
    {
        DocumentNode document;
        try
        {
            document = Parser.ParseDocument(input.Sdl, ParserOptions.Trusted);
        }
        catch (GraphQLSyntaxException e)
        {
            log.Error(
                CompositionCodes.InvalidGraphQL, input.Name,
                $"The schema \"{input.Name}\" is not GraphQL, line {e.Location.Line}, column {e.Location.Column}: {e.Message}", [input.Name], e.Location);
            return null;
        }

        var schema = new SourceDocument(input, document);
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
