using System.Collections.Immutable;

namespace LuckyGraph.Language;

internal sealed partial class IndentedPrinter
{
    private void PrintTypeSystemDefinition(TypeSystemDefinitionNode definition)
    {
        PrintDescription(definition.Description);
        if (definition.IsExtension)
        {
            _output.Append("extend ");
        }

        switch (definition)
        {
            case SchemaDefinitionNode schema:
                _output.Append("schema");
                PrintDirectives(schema.Directives);
                PrintBlock(schema.OperationTypes, static (printer, operationType) => printer.PrintOperationType(operationType));
                break;
            case ScalarTypeDefinitionNode scalar:
                PrintHeader("scalar ", scalar);
                break;
            case ObjectTypeDefinitionNode type:
                PrintHeader("type ", type);
                PrintBlock(type.Fields, static (printer, field) => printer.PrintFieldDefinition(field));
                break;
            case InterfaceTypeDefinitionNode type:
                PrintHeader("interface ", type);
                PrintBlock(type.Fields, static (printer, field) => printer.PrintFieldDefinition(field));
                break;
            case UnionTypeDefinitionNode union:
                PrintHeader("union ", union);
                PrintTypeNames(" = ", union.Types, " | ");
                break;
            case EnumTypeDefinitionNode enumType:
                PrintHeader("enum ", enumType);
                PrintBlock(enumType.Values, static (printer, value) => printer.PrintEnumValue(value));
                break;
            case InputObjectTypeDefinitionNode input:
                PrintHeader("input ", input);
                PrintBlock(input.Fields, static (printer, field) => printer.PrintInputValue(field));
                break;
            case DirectiveDefinitionNode directive:
                PrintDirectiveDefinition(directive);
                break;
        }
    }

    private void PrintHeader(string keyword, TypeDefinitionNode type)
    {
        _output.Append(keyword).Append(type.Name.Value);
        if (type is ComplexTypeDefinitionNode complex)
        {
            PrintTypeNames(" implements ", complex.Interfaces, " & ");
        }

        PrintDirectives(type.Directives);
    }

    private void PrintTypeNames(string prefix, ImmutableArray<NamedTypeNode> types, string separator)
    {
        for (var i = 0; i < types.Length; i++)
        {
            _output.Append(i == 0 ? prefix : separator).Append(types[i].Name.Value);
        }
    }

    private void PrintBlock<T>(ImmutableArray<T> nodes, Action<IndentedPrinter, T> print)
    {
        if (nodes.Length == 0)
        {
            return;
        }

        _output.Append(' ');
        OpenBlock();
        foreach (var node in nodes)
        {
            NewLine();
            print(this, node);
        }

        CloseBlock();
    }

    private void PrintOperationType(OperationTypeNode operationType)
        => _output.Append(Keyword(operationType.Operation)).Append(": ").Append(operationType.Type.Name.Value);

    private void PrintFieldDefinition(FieldDefinitionNode field)
    {
        PrintDescription(field.Description);
        _output.Append(field.Name.Value);
        PrintArgumentDefinitions(field.Arguments);
        _output.Append(": ");
        PrintType(field.Type);
        PrintDirectives(field.Directives);
    }

    private void PrintArgumentDefinitions(ImmutableArray<InputValueDefinitionNode> arguments)
    {
        if (arguments.Length == 0)
        {
            return;
        }

        var wrapped = false;
        foreach (var argument in arguments)
        {
            wrapped |= argument.Description is not null || (argument.DefaultValue is { } value && SpansLines(value)) || AnySpansLines(argument.Directives);
        }

        _output.Append('(');
        _indent += wrapped ? 1 : 0;
        for (var i = 0; i < arguments.Length; i++)
        {
            if (wrapped)
            {
                NewLine();
            }
            else if (i > 0)
            {
                _output.Append(", ");
            }

            PrintInputValue(arguments[i]);
        }

        if (wrapped)
        {
            _indent--;
            NewLine();
        }

        _output.Append(')');
    }

    private void PrintInputValue(InputValueDefinitionNode input)
    {
        PrintDescription(input.Description);
        _output.Append(input.Name.Value).Append(": ");
        PrintType(input.Type);
        if (input.DefaultValue is not null)
        {
            _output.Append(" = ");
            PrintValue(input.DefaultValue);
        }

        PrintDirectives(input.Directives);
    }

    private void PrintEnumValue(EnumValueDefinitionNode value)
    {
        PrintDescription(value.Description);
        _output.Append(value.Name.Value);
        PrintDirectives(value.Directives);
    }

    private void PrintDirectiveDefinition(DirectiveDefinitionNode directive)
    {
        _output.Append("directive @").Append(directive.Name.Value);
        PrintArgumentDefinitions(directive.Arguments);
        _output.Append(directive.IsRepeatable ? " repeatable on " : " on ");
        for (var i = 0; i < directive.Locations.Length; i++)
        {
            _output.Append(i == 0 ? "" : " | ").Append(directive.Locations[i].Value);
        }
    }

    private void PrintDescription(StringValueNode? description)
    {
        if (description is not null)
        {
            PrintString(description);
            NewLine();
        }
    }
}
