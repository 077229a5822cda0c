using System.Collections.Immutable;

namespace LuckyGraph.Language;

internal sealed partial class IndentedPrinter
{
    private void PrintValue(ValueNode value)
    {
        switch (value)
        {
            case VariableNode variable: _output.Append('$').Append(variable.Name.Value); break;
            case IntValueNode number: _output.Append(number.Value); break;
            case FloatValueNode number: _output.Append(number.Value); break;
            case StringValueNode text: PrintString(text); break;
            case BooleanValueNode boolean: _output.Append(boolean.Value ? "true" : "false"); break;
            case NullValueNode: _output.Append("null"); break;
            case EnumValueNode enumValue: _output.Append(enumValue.Value); break;
            case ListValueNode list: PrintList(list); break;
            case ObjectValueNode obj: PrintObject(obj); break;
        }
    }

    private void PrintString(StringValueNode text)
    {
        if (text.IsBlock && BlockString.Encode(text.Value, minimize: false) is { } block)
        {
            _output.Append("\"\"\"");
            var rest = block.AsSpan();
            while (rest.IndexOf('\n') is >= 0 and var end)
            {
                _output.Append(rest[..end]);
                NewLine();
                rest = rest[(end + 1)..];
            }

            _output.Append(rest).Append("\"\"\"");
            return;
        }

        StringLiteral.Append(_output, text.Value);
    }

    private void PrintList(ListValueNode list)
    {
        var wrapped = FlatLength(list, LongestLine) > LongestLine;
        _output.Append('[');
        _indent += wrapped ? 1 : 0;
        for (var i = 0; i < list.Values.Length; i++)
        {
            if (wrapped)
            {
                NewLine();
            }
            else if (i > 0)
            {
                _output.Append(", ");
            }

            PrintValue(list.Values[i]);
        }

        if (wrapped)
        {
            _indent--;
            NewLine();
        }

        _output.Append(']');
    }

    private void PrintObject(ObjectValueNode obj)
    {
        var wrapped = FlatLength(obj, LongestLine) > LongestLine;
        if (wrapped)
        {
            OpenBlock();
        }
        else
        {
            _output.Append("{ ");
        }

        for (var i = 0; i < obj.Fields.Length; i++)
        {
            if (wrapped)
            {
                NewLine();
            }
            else if (i > 0)
            {
                _output.Append(", ");
            }

            PrintNamedValue(obj.Fields[i].Name, obj.Fields[i].Value);
        }

        if (wrapped)
        {
            CloseBlock();
        }
        else
        {
            _output.Append(" }");
        }
    }

    private void PrintType(TypeNode type)
    {
        switch (type)
        {
            case NamedTypeNode named: _output.Append(named.Name.Value); break;
            case ListTypeNode list:
                _output.Append('[');
                PrintType(list.Type);
                _output.Append(']');
                break;
            case NonNullTypeNode nonNull:
                PrintType(nonNull.Type);
                _output.Append('!');
                break;
        }
    }

    /// <summary>Length of a value on one line; stops counting soon after <paramref name="budget"/> is exceeded.</summary>
    private static int FlatLength(ValueNode value, int budget)
    {
        switch (value)
        {
            case VariableNode variable: return variable.Name.Value.Length + 1;
            case IntValueNode number: return number.Value.Length;
            case FloatValueNode number: return number.Value.Length;
            case StringValueNode text:
                return text.IsBlock && BlockString.Encode(text.Value, minimize: false) is { } block ? block.Length + 6 : StringLiteral.Length(text.Value);
            case BooleanValueNode boolean: return boolean.Value ? 4 : 5;
            case NullValueNode: return 4;
            case EnumValueNode enumValue: return enumValue.Value.Length;
            case ListValueNode list:
                var length = 2 + (Math.Max(0, list.Values.Length - 1) * 2);
                for (var i = 0; i < list.Values.Length && length <= budget; i++)
                {
                    length += FlatLength(list.Values[i], budget - length);
                }

                return length;
            case ObjectValueNode obj:
                var total = 4 + (Math.Max(0, obj.Fields.Length - 1) * 2);
                for (var i = 0; i < obj.Fields.Length && total <= budget; i++)
                {
                    total += obj.Fields[i].Name.Value.Length + 2;
                    total += FlatLength(obj.Fields[i].Value, budget - total);
                }

                return total;
            default: return 0;
        }
    }

    private static bool SpansLines(ValueNode value) => value switch
    {
        StringValueNode { IsBlock: true } text => BlockString.Encode(text.Value, minimize: false)?.Contains('\n') ?? false,
        ListValueNode list => FlatLength(list, LongestLine) > LongestLine || list.Values.Any(SpansLines),
        ObjectValueNode obj => FlatLength(obj, LongestLine) > LongestLine || obj.Fields.Any(static field => SpansLines(field.Value)),
        _ => false,
    };

    private static bool AnySpansLines(ImmutableArray<DirectiveNode> directives)
    {
        foreach (var directive in directives)
        {
            foreach (var argument in directive.Arguments)
            {
                if (SpansLines(argument.Value))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
