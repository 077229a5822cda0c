using System.Collections.Immutable;
using System.Text;

namespace LuckyGraph.Language;

/// <summary>
/// The layout that people read: one selection, field or value per line, two spaces of indentation, arguments and values
/// wrapped where the line would be longer than 80 characters.
/// </summary>
internal sealed partial class IndentedPrinter
{
    private const int LongestLine = 80;
    private readonly StringBuilder _output = new();
    private int _indent;

    public override string ToString() => _output.ToString();

    public void Print(SyntaxNode node)
    {
        switch (node)
        {
            case DocumentNode document: PrintDocument(document); break;
            case DefinitionNode definition: PrintDefinition(definition); break;
            case SelectionSetNode selectionSet: PrintSelectionSet(selectionSet); break;
            case SelectionNode selection: PrintSelection(selection); break;
            case VariableDefinitionNode variable: PrintVariableDefinition(variable); break;
            case ArgumentNode argument: PrintNamedValue(argument.Name, argument.Value); break;
            case ObjectFieldNode field: PrintNamedValue(field.Name, field.Value); break;
            case DirectiveNode directive: PrintDirective(directive); break;
            case ValueNode value: PrintValue(value); break;
            case TypeNode type: PrintType(type); break;
            case FieldDefinitionNode field: PrintFieldDefinition(field); break;
            case InputValueDefinitionNode input: PrintInputValue(input); break;
            case EnumValueDefinitionNode value: PrintEnumValue(value); break;
            case OperationTypeNode operationType: PrintOperationType(operationType); break;
            default: throw new ArgumentException($"A {node.GetType().Name} cannot be printed.", nameof(node));
        }
    }

    private void PrintDocument(DocumentNode document)
    {
        for (var i = 0; i < document.Definitions.Length; i++)
        {
            if (i > 0)
            {
                _output.Append("\n\n");
            }

            PrintDefinition(document.Definitions[i]);
        }
    }

    private void PrintDefinition(DefinitionNode definition)
    {
        switch (definition)
        {
            case OperationDefinitionNode operation: PrintOperation(operation); break;
            case FragmentDefinitionNode fragment: PrintFragmentDefinition(fragment); break;
            default: PrintTypeSystemDefinition((TypeSystemDefinitionNode)definition); break;
        }
    }

    private void PrintOperation(OperationDefinitionNode operation)
    {
        PrintDescription(operation.Description);
        // The short form stands for an anonymous query that carries nothing else.
        if (operation.Operation != OperationKind.Query || operation.Name is not null || operation.Description is not null
            || operation.Variables.Length + operation.Directives.Length > 0)
        {
            _output.Append(Keyword(operation.Operation));
            if (operation.Name is { } name)
            {
                _output.Append(' ').Append(name.Value);
            }

            if (operation.Variables.Length > 0)
            {
                if (operation.Name is null)
                {
                    _output.Append(' ');
                }

                PrintVariableDefinitions(operation.Variables);
            }

            PrintDirectives(operation.Directives);
            _output.Append(' ');
        }

        PrintSelectionSet(operation.SelectionSet);
    }

    private void PrintVariableDefinitions(ImmutableArray<VariableDefinitionNode> variables)
    {
        var wrapped = false;
        foreach (var variable in variables)
        {
            wrapped |= variable.Description is not null || (variable.DefaultValue is { } value && SpansLines(value)) || AnySpansLines(variable.Directives);
        }

        _output.Append('(');
        for (var i = 0; i < variables.Length; i++)
        {
            if (wrapped)
            {
                NewLine();
            }
            else if (i > 0)
            {
                _output.Append(", ");
            }

            PrintVariableDefinition(variables[i]);
        }

        if (wrapped)
        {
            NewLine();
        }

        _output.Append(')');
    }

    private void PrintVariableDefinition(VariableDefinitionNode definition)
    {
        PrintDescription(definition.Description);
        PrintValue(definition.Variable);
        _output.Append(": ");
        PrintType(definition.Type);
        if (definition.DefaultValue is not null)
        {
            _output.Append(" = ");
            PrintValue(definition.DefaultValue);
        }

        PrintDirectives(definition.Directives);
    }

    private void PrintFragmentDefinition(FragmentDefinitionNode fragment)
    {
        PrintDescription(fragment.Description);
        _output.Append("fragment ").Append(fragment.Name.Value).Append(" on ").Append(fragment.TypeCondition.Name.Value);
        PrintDirectives(fragment.Directives);
        _output.Append(' ');
        PrintSelectionSet(fragment.SelectionSet);
    }

    private void PrintSelectionSet(SelectionSetNode selectionSet)
    {
        OpenBlock();
        foreach (var selection in selectionSet.Selections)
        {
            NewLine();
            PrintSelection(selection);
        }

        CloseBlock();
    }

    private void PrintSelection(SelectionNode selection)
    {
        switch (selection)
        {
            case FieldNode field:
                var prefix = field.Name.Value.Length;
                if (field.Alias is { } alias)
                {
                    _output.Append(alias.Value).Append(": ");
                    prefix += alias.Value.Length + 2;
                }

                _output.Append(field.Name.Value);
                PrintArguments(field.Arguments, LongestLine - prefix);
                PrintDirectives(field.Directives);
                if (field.SelectionSet is not null)
                {
                    _output.Append(' ');
                    PrintSelectionSet(field.SelectionSet);
                }

                break;
            case FragmentSpreadNode spread:
                _output.Append("...").Append(spread.Name.Value);
                PrintDirectives(spread.Directives);
                break;
            case InlineFragmentNode fragment:
                _output.Append("...");
                if (fragment.TypeCondition is not null)
                {
                    _output.Append(" on ").Append(fragment.TypeCondition.Name.Value);
                }

                PrintDirectives(fragment.Directives);
                _output.Append(' ');
                PrintSelectionSet(fragment.SelectionSet);
                break;
        }
    }

    private void PrintArguments(ImmutableArray<ArgumentNode> arguments, int budget)
    {
        if (arguments.Length == 0)
        {
            return;
        }

        foreach (var argument in arguments)
        {
            budget -= argument.Name.Value.Length + 2 + FlatLength(argument.Value, budget) + 2;
        }

        // The last argument has no ", " after it, but the parentheses take as much.
        if (budget >= 0)
        {
            PrintFlatArguments(arguments);
            return;
        }

        _output.Append('(');
        _indent++;
        foreach (var argument in arguments)
        {
            NewLine();
            PrintNamedValue(argument.Name, argument.Value);
        }

        _indent--;
        NewLine();
        _output.Append(')');
    }

    private void PrintFlatArguments(ImmutableArray<ArgumentNode> arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            _output.Append(i == 0 ? "(" : ", ");
            PrintNamedValue(arguments[i].Name, arguments[i].Value);
        }

        _output.Append(arguments.Length > 0 ? ")" : "");
    }

    private void PrintNamedValue(Name name, ValueNode value)
    {
        _output.Append(name.Value).Append(": ");
        PrintValue(value);
    }

    private void PrintDirectives(ImmutableArray<DirectiveNode> directives)
    {
        foreach (var directive in directives)
        {
            _output.Append(' ');
            PrintDirective(directive);
        }
    }

    private void PrintDirective(DirectiveNode directive)
    {
        _output.Append('@').Append(directive.Name.Value);
        PrintFlatArguments(directive.Arguments);
    }

    private void OpenBlock()
    {
        _output.Append('{');
        _indent++;
    }

    private void CloseBlock()
    {
        _indent--;
        NewLine();
        _output.Append('}');
    }

    private void NewLine() => _output.Append('\n').Append(' ', _indent * 2);

    internal static string Keyword(OperationKind operation) => operation switch
    {
        OperationKind.Query => "query",
        OperationKind.Mutation => "mutation",
        _ => "subscription",
    };
}
