using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Finds which document a type-system node came from. Built only when there are errors to locate.</summary>
internal sealed class SyntaxIndex
{
    private readonly Dictionary<SyntaxNode, DocumentNode> documents = new(ReferenceEqualityComparer.Instance);

    public SyntaxIndex(ImmutableArray<DocumentNode> sources)
    {
        foreach (var document in sources)
        {
            foreach (var definition in document.Definitions)
            {
                Add(definition, document);
            }
        }
    }

    public SourceLocation? Locate(SyntaxNode node) => documents.TryGetValue(node, out var document) ? document.GetLocation(node.Start) : null;

    private void Add(SyntaxNode? node, DocumentNode document)
    {
        if (node is null || !documents.TryAdd(node, document))
        {
            return;
        }

        switch (node)
        {
            case SchemaDefinitionNode schema:
                All(schema.Directives, document);
                foreach (var operation in schema.OperationTypes)
                {
                    Add(operation, document);
                    Add(operation.Type, document);
                }

                break;
            case TypeDefinitionNode type:
                All(type.Directives, document);
                Members(type, document);
                break;
            case DirectiveDefinitionNode directive:
                All(directive.Arguments, document);
                break;
            case FieldDefinitionNode field:
                All(field.Arguments, document);
                All(field.Directives, document);
                Add(field.Type, document);
                break;
            case InputValueDefinitionNode input:
                Add(input.Type, document);
                Add(input.DefaultValue, document);
                All(input.Directives, document);
                break;
            case EnumValueDefinitionNode value:
                All(value.Directives, document);
                break;
            case ListTypeNode list:
                Add(list.Type, document);
                break;
            case NonNullTypeNode nonNull:
                Add(nonNull.Type, document);
                break;
            case ListValueNode list:
                All(list.Values, document);
                break;
            case ObjectValueNode map:
                foreach (var field in map.Fields)
                {
                    Add(field, document);
                    Add(field.Value, document);
                }

                break;
        }
    }

    private void Members(TypeDefinitionNode type, DocumentNode document)
    {
        switch (type)
        {
            case ComplexTypeDefinitionNode complex:
                All(complex.Interfaces, document);
                All(complex.Fields, document);
                break;
            case UnionTypeDefinitionNode union:
                All(union.Types, document);
                break;
            case EnumTypeDefinitionNode enumType:
                All(enumType.Values, document);
                break;
            case InputObjectTypeDefinitionNode input:
                All(input.Fields, document);
                break;
        }
    }

    private void All<T>(ImmutableArray<T> nodes, DocumentNode document) where T : SyntaxNode
    {
        foreach (var node in nodes)
        {
            Add(node, document);
        }
    }
}
