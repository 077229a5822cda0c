using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <content>Merges definitions and extensions of one name into one draft (3.4.3).</content>
internal sealed partial class SchemaAssembly
{
    private static TypeDraft Copy(TypeDraft source)
    {
        // A builder can be built again with more documents: its drafts stay as they are.
        var copy = new TypeDraft(source.Name, source.Kind)
        {
            Description = source.Description,
            RuntimeType = source.RuntimeType,
            FromCode = true,
            Coercion = source.Coercion,
        };
        copy.Directives.AddRange(source.Directives);
        copy.Interfaces.AddRange(source.Interfaces);
        copy.Fields.AddRange(source.Fields);
        copy.Members.AddRange(source.Members);
        copy.Values.AddRange(source.Values);
        copy.Inputs.AddRange(source.Inputs);
        return copy;
    }

    private void AddDraft(TypeDraft draft)
    {
        drafts.Add(draft.Name, draft);
        order.Add(draft);
    }

    private void MergeAll(DocumentNode document)
    {
        foreach (var definition in document.Definitions)
        {
            Merge(definition, null);
        }
    }

    private void Merge(DefinitionNode definition, FieldBinding? binding)
    {
        switch (definition)
        {
            case TypeDefinitionNode node when IntrospectionTypes.Names.Contains(node.Name.Value) && !IntrospectionTypes.Document.Definitions.Contains(node):
                // Printed schemas of some tools list the introspection types; every schema has its own.
                break;
            case SchemaDefinitionNode node:
                schemaNodes.Add(node);
                description ??= node.Description?.Value;
                break;
            case DirectiveDefinitionNode node:
                directiveNodes.Add((node, false));
                break;
            case TypeDefinitionNode node:
                Merge(node, binding);
                break;
            default:
                // Operations and fragments may stand beside definitions; they are no part of the schema.
                break;
        }
    }

    private void Merge(TypeDefinitionNode node, FieldBinding? binding)
    {
        var kind = KindOf(node);
        if (kind != TypeKind.Scalar && WellKnownScalars.IsBuiltIn(node.Name.Value))
        {
            errors.Add(new SchemaError($"\"{node.Name}\" is a built-in scalar and cannot be defined as {kind}.", [node]));
            return;
        }

        if (!drafts.TryGetValue(node.Name.Value, out var draft))
        {
            AddDraft(draft = new TypeDraft(node.Name.Value, kind));
        }
        else if (draft.Kind != kind)
        {
            errors.Add(new SchemaError($"Type \"{node.Name.Value}\" is defined as {draft.Kind} and as {kind}; give one of them another name.", [node]));
            return;
        }

        if (node.IsExtension)
        {
            draft.Nodes.Add(node);
        }
        else
        {
            draft.Nodes.Insert(0, node);
            draft.Description = node.Description?.Value ?? draft.Description;
        }

        draft.Directives.AddRange(node.Directives);
        switch (node)
        {
            case ComplexTypeDefinitionNode complex:
                draft.Interfaces.AddRange(complex.Interfaces.Where(i => !draft.FromCode || !draft.Interfaces.Exists(o => o.Name.Value == i.Name.Value)));
                foreach (var field in complex.Fields)
                {
                    AddField(draft, field, binding);
                }

                break;
            case UnionTypeDefinitionNode union:
                draft.Members.AddRange(union.Types);
                break;
            case EnumTypeDefinitionNode enumNode:
                foreach (var value in enumNode.Values)
                {
                    draft.Values.Add(new EnumValueDraft(value.Name.Value)
                    {
                        Description = value.Description?.Value,
                        Node = value,
                        Directives = [.. value.Directives],
                    });
                }

                break;
            case InputObjectTypeDefinitionNode input:
                draft.Inputs.AddRange(input.Fields.Select(InputDraft.Of));
                break;
        }
    }

    private static void AddField(TypeDraft draft, FieldDefinitionNode node, FieldBinding? binding)
    {
        if (draft.FromCode && draft.Fields.Exists(f => f.Name == node.Name.Value))
        {
            return;
        }

        var field = new FieldDraft(node.Name.Value, node.Type)
        {
            Description = node.Description?.Value,
            Node = node,
            Binding = draft.Kind == TypeKind.Object ? binding : null,
            Attach = true,
        };
        field.Directives.AddRange(node.Directives);
        field.Arguments.AddRange(node.Arguments.Select(InputDraft.Of));
        draft.Fields.Add(field);
    }

    internal static TypeKind KindOf(TypeDefinitionNode node) => node switch
    {
        ScalarTypeDefinitionNode => TypeKind.Scalar,
        ObjectTypeDefinitionNode => TypeKind.Object,
        InterfaceTypeDefinitionNode => TypeKind.Interface,
        UnionTypeDefinitionNode => TypeKind.Union,
        EnumTypeDefinitionNode => TypeKind.Enum,
        _ => TypeKind.InputObject,
    };
}
