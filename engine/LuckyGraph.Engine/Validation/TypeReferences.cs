using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation;

/// <summary>Finds every reference to a type in a definition, in source order, without its wrappers.</summary>
internal static class TypeReferences
{
    public static IEnumerable<NamedTypeNode> Of(DefinitionNode definition)
    {
        switch (definition)
        {
            case SchemaDefinitionNode schema:
                return schema.OperationTypes.Select(o => o.Type);
            case ComplexTypeDefinitionNode type:
                return type.Interfaces.Concat(type.Fields.SelectMany(f => f.Arguments.Select(a => Named(a.Type)).Append(Named(f.Type))));
            case UnionTypeDefinitionNode union:
                return union.Types;
            case InputObjectTypeDefinitionNode input:
                return input.Fields.Select(f => Named(f.Type));
            case DirectiveDefinitionNode directive:
                return directive.Arguments.Select(a => Named(a.Type));
            case FragmentDefinitionNode fragment:
                return [fragment.TypeCondition];
            case OperationDefinitionNode operation:
                return operation.Variables.Select(v => Named(v.Type));
            default:
                return [];
        }
    }

    /// <summary>The named type under all wrappers.</summary>
    public static NamedTypeNode Named(TypeNode type)
    {
        while (type is not NamedTypeNode)
        {
            type = type is ListTypeNode list ? list.Type : ((NonNullTypeNode)type).Type;
        }

        return (NamedTypeNode)type;
    }
}
