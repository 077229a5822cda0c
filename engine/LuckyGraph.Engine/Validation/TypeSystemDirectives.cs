using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation;

/// <summary>Finds every place of a type-system definition that may carry directives, in source order (3.13).</summary>
internal static class TypeSystemDirectives
{
    public static IEnumerable<(ImmutableArray<DirectiveNode> Directives, string Location)> Of(DefinitionNode definition)
    {
        switch (definition)
        {
            case SchemaDefinitionNode schema:
                yield return (schema.Directives, "SCHEMA");
                break;
            case ScalarTypeDefinitionNode scalar:
                yield return (scalar.Directives, "SCALAR");
                break;
            case ComplexTypeDefinitionNode complex:
                yield return (complex.Directives, complex is ObjectTypeDefinitionNode ? "OBJECT" : "INTERFACE");
                foreach (var field in complex.Fields)
                {
                    foreach (var argument in field.Arguments)
                    {
                        yield return (argument.Directives, "ARGUMENT_DEFINITION");
                    }

                    yield return (field.Directives, "FIELD_DEFINITION");
                }

                break;
            case UnionTypeDefinitionNode union:
                yield return (union.Directives, "UNION");
                break;
            case EnumTypeDefinitionNode enumType:
                yield return (enumType.Directives, "ENUM");
                foreach (var value in enumType.Values)
                {
                    yield return (value.Directives, "ENUM_VALUE");
                }

                break;
            case InputObjectTypeDefinitionNode input:
                yield return (input.Directives, "INPUT_OBJECT");
                foreach (var field in input.Fields)
                {
                    yield return (field.Directives, "INPUT_FIELD_DEFINITION");
                }

                break;
            case DirectiveDefinitionNode directive:
                foreach (var argument in directive.Arguments)
                {
                    yield return (argument.Directives, "ARGUMENT_DEFINITION");
                }

                break;
        }
    }
}
