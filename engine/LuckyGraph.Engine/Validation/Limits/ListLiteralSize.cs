using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Limits;

/// <summary>Limits how many items a list written in the document has; longer lists belong into variables.</summary>
internal sealed class ListLiteralSize(ValidationContext context) : ValidationRule(context)
{
    public override void Field(FieldNode node, NamedType? parent, FieldDefinition? field)
    {
        foreach (var argument in node.Arguments)
        {
            Check(argument.Value);
        }
    }

    public override void Directive(DirectiveNode node, DirectiveType? directive, string location)
    {
        foreach (var argument in node.Arguments)
        {
            Check(argument.Value);
        }
    }

    public override void VariableDefinition(VariableDefinitionNode variable, GraphType? type)
    {
        if (variable.DefaultValue is { } value)
        {
            Check(value);
        }
    }

    private void Check(ValueNode value)
    {
        switch (value)
        {
            case ListValueNode list:
                if (list.Values.Length > Context.Options.MaxListLiteral)
                {
                    Context.ExceedLimit(
                        Name, $"A list in the document has at most {Context.Options.MaxListLiteral} items; found {list.Values.Length}. Send longer lists as variables.", list.Start);
                    return;
                }

                foreach (var item in list.Values)
                {
                    Check(item);
                }

                break;
            case ObjectValueNode input:
                foreach (var field in input.Fields)
                {
                    Check(field.Value);
                }

                break;
        }
    }
}
