using System.Collections.Immutable;
using System.Text;

namespace LuckyGraph.Language;

/// <summary>The shortest layout: a space only where two names, numbers or keywords would otherwise run together.</summary>
internal sealed class CompactPrinter
{
    private readonly StringBuilder _output = new();
    private bool _afterWord;

    public override string ToString() => _output.ToString();

    public void Print(SyntaxNode node)
    {
        switch (node)
        {
            case DocumentNode document: PrintAll(document.Definitions); break;
            case OperationDefinitionNode operation: PrintOperation(operation); break;
            case FragmentDefinitionNode fragment:
                PrintDescription(fragment.Description);
                Word("fragment").Word(fragment.Name.Value).Word("on").Word(fragment.TypeCondition.Name.Value).PrintAll(fragment.Directives);
                Print(fragment.SelectionSet);
                break;
            case TypeSystemDefinitionNode definition: PrintTypeSystemDefinition(definition); break;
            case SelectionSetNode selectionSet: PrintBlock(selectionSet.Selections); break;
            case FieldNode field: PrintField(field); break;
            case FragmentSpreadNode spread: Spread().Word(spread.Name.Value).PrintAll(spread.Directives); break;
            case InlineFragmentNode fragment:
                Spread();
                if (fragment.TypeCondition is not null)
                {
                    Word("on").Word(fragment.TypeCondition.Name.Value);
                }

                PrintAll(fragment.Directives);
                Print(fragment.SelectionSet);
                break;
            case VariableDefinitionNode variable:
                PrintDescription(variable.Description);
                Print(variable.Variable);
                PrintTypeAndDefault(variable.Type, variable.DefaultValue, variable.Directives);
                break;
            case ArgumentNode argument: Word(argument.Name.Value).Punctuator(':').Print(argument.Value); break;
            case ObjectFieldNode field: Word(field.Name.Value).Punctuator(':').Print(field.Value); break;
            case DirectiveNode directive: Punctuator('@').Word(directive.Name.Value).PrintList('(', directive.Arguments, ')'); break;
            case ValueNode value: PrintValue(value); break;
            case TypeNode type: PrintType(type); break;
            case FieldDefinitionNode field:
                PrintDescription(field.Description);
                Word(field.Name.Value).PrintList('(', field.Arguments, ')');
                PrintTypeAndDefault(field.Type, null, field.Directives);
                break;
            case InputValueDefinitionNode input:
                PrintDescription(input.Description);
                Word(input.Name.Value);
                PrintTypeAndDefault(input.Type, input.DefaultValue, input.Directives);
                break;
            case EnumValueDefinitionNode value:
                PrintDescription(value.Description);
                Word(value.Name.Value).PrintAll(value.Directives);
                break;
            case OperationTypeNode operationType:
                Word(IndentedPrinter.Keyword(operationType.Operation)).Punctuator(':').Word(operationType.Type.Name.Value);
                break;
            default: throw new ArgumentException($"A {node.GetType().Name} cannot be printed.", nameof(node));
        }
    }

    private void PrintOperation(OperationDefinitionNode operation)
    {
        PrintDescription(operation.Description);
        if (operation.Operation != OperationKind.Query || operation.Name is not null || operation.Description is not null
            || operation.Variables.Length + operation.Directives.Length > 0)
        {
            Word(IndentedPrinter.Keyword(operation.Operation));
            if (operation.Name is { } name)
            {
                Word(name.Value);
            }

            PrintList('(', operation.Variables, ')');
            PrintAll(operation.Directives);
        }

        Print(operation.SelectionSet);
    }

    private void PrintField(FieldNode field)
    {
        if (field.Alias is { } alias)
        {
            Word(alias.Value).Punctuator(':');
        }

        Word(field.Name.Value).PrintList('(', field.Arguments, ')');
        PrintAll(field.Directives);
        if (field.SelectionSet is not null)
        {
            Print(field.SelectionSet);
        }
    }

    private void PrintTypeAndDefault(TypeNode type, ValueNode? defaultValue, ImmutableArray<DirectiveNode> directives)
    {
        Punctuator(':').Print(type);
        if (defaultValue is not null)
        {
            Punctuator('=').Print(defaultValue);
        }

        PrintAll(directives);
    }

    private void PrintValue(ValueNode value)
    {
        switch (value)
        {
            case VariableNode variable: Punctuator('$').Word(variable.Name.Value); break;
            case IntValueNode number: Word(number.Value); break;
            case FloatValueNode number: Word(number.Value); break;
            case StringValueNode text: PrintString(text); break;
            case BooleanValueNode boolean: Word(boolean.Value ? "true" : "false"); break;
            case NullValueNode: Word("null"); break;
            case EnumValueNode enumValue: Word(enumValue.Value); break;
            case ListValueNode list:
                Punctuator('[').PrintAll(list.Values);
                Punctuator(']');
                break;
            case ObjectValueNode obj: PrintBlock(obj.Fields); break;
        }
    }

    private void PrintString(StringValueNode text)
    {
        if (_afterWord)
        {
            _output.Append(' ');
        }

        if (text.IsBlock && BlockString.Encode(text.Value, minimize: true) is { } block)
        {
            _output.Append("\"\"\"").Append(block).Append("\"\"\"");
        }
        else
        {
            StringLiteral.Append(_output, text.Value);
        }

        _afterWord = true;
    }

    private void PrintType(TypeNode type)
    {
        switch (type)
        {
            case NamedTypeNode named: Word(named.Name.Value); break;
            case ListTypeNode list:
                Punctuator('[').Print(list.Type);
                Punctuator(']');
                break;
            case NonNullTypeNode nonNull:
                Print(nonNull.Type);
                Punctuator('!');
                break;
        }
    }

    private void PrintTypeSystemDefinition(TypeSystemDefinitionNode definition)
    {
        PrintDescription(definition.Description);
        if (definition.IsExtension)
        {
            Word("extend");
        }

        switch (definition)
        {
            case SchemaDefinitionNode schema:
                Word("schema").PrintAll(schema.Directives);
                PrintOptionalBlock(schema.OperationTypes);
                break;
            case ScalarTypeDefinitionNode scalar:
                Word("scalar").Word(scalar.Name.Value).PrintAll(scalar.Directives);
                break;
            case ComplexTypeDefinitionNode type:
                Word(type is ObjectTypeDefinitionNode ? "type" : "interface").Word(type.Name.Value);
                if (type.Interfaces.Length > 0)
                {
                    Word("implements").PrintSeparated(type.Interfaces, '&');
                }

                PrintAll(type.Directives);
                PrintOptionalBlock(type.Fields);
                break;
            case UnionTypeDefinitionNode union:
                Word("union").Word(union.Name.Value).PrintAll(union.Directives);
                if (union.Types.Length > 0)
                {
                    Punctuator('=').PrintSeparated(union.Types, '|');
                }

                break;
            case EnumTypeDefinitionNode enumType:
                Word("enum").Word(enumType.Name.Value).PrintAll(enumType.Directives);
                PrintOptionalBlock(enumType.Values);
                break;
            case InputObjectTypeDefinitionNode input:
                Word("input").Word(input.Name.Value).PrintAll(input.Directives);
                PrintOptionalBlock(input.Fields);
                break;
            case DirectiveDefinitionNode directive:
                PrintDirectiveDefinition(directive);
                break;
        }
    }

    private void PrintDirectiveDefinition(DirectiveDefinitionNode directive)
    {
        Word("directive").Punctuator('@').Word(directive.Name.Value).PrintList('(', directive.Arguments, ')');
        if (directive.IsRepeatable)
        {
            Word("repeatable");
        }

        Word("on");
        for (var i = 0; i < directive.Locations.Length; i++)
        {
            if (i > 0)
            {
                Punctuator('|');
            }

            Word(directive.Locations[i].Value);
        }
    }

    private void PrintDescription(StringValueNode? description)
    {
        if (description is not null)
        {
            PrintString(description);
        }
    }

    private void PrintAll<T>(ImmutableArray<T> nodes) where T : SyntaxNode
    {
        foreach (var node in nodes)
        {
            Print(node);
        }
    }

    private void PrintBlock<T>(ImmutableArray<T> nodes) where T : SyntaxNode
    {
        Punctuator('{').PrintAll(nodes);
        Punctuator('}');
    }

    private void PrintOptionalBlock<T>(ImmutableArray<T> nodes) where T : SyntaxNode
    {
        if (nodes.Length > 0)
        {
            PrintBlock(nodes);
        }
    }

    private void PrintList<T>(char open, ImmutableArray<T> nodes, char close) where T : SyntaxNode
    {
        if (nodes.Length > 0)
        {
            Punctuator(open).PrintAll(nodes);
            Punctuator(close);
        }
    }

    private void PrintSeparated(ImmutableArray<NamedTypeNode> types, char separator)
    {
        for (var i = 0; i < types.Length; i++)
        {
            if (i > 0)
            {
                Punctuator(separator);
            }

            Word(types[i].Name.Value);
        }
    }

    private CompactPrinter Word(string word)
    {
        if (_afterWord)
        {
            _output.Append(' ');
        }

        _output.Append(word);
        _afterWord = true;
        return this;
    }

    private CompactPrinter Punctuator(char punctuator)
    {
        _output.Append(punctuator);
        _afterWord = false;
        return this;
    }

    // After a number "..." would read as a second decimal point.
    private CompactPrinter Spread()
    {
        if (_afterWord)
        {
            _output.Append(' ');
        }

        _output.Append("...");
        _afterWord = false;
        return this;
    }
}
