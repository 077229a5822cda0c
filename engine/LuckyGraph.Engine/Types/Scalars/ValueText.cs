using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Shows values in error messages, in GraphQL syntax and never longer than a line.</summary>
internal static class ValueText
{
    private const int Longest = 120;

    public static string Of(ValueNode literal)
    {
        // What is cut off is not printed either: many errors may show one long value.
        var nodes = Longest + 1;
        return Cut(Printer.Print(Shorten(literal, ref nodes)).ReplaceLineEndings(" "));
    }

    public static string Of(JsonElement value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return Cut(text.ToString());
    }

    public static string OfObject(object? value) => value switch
    {
        null => "null",
        JsonElement element => Of(element),
        string text => Cut($"\"{text}\""),
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => $"a value of {value.GetType().Name}",
    };

    // Every node prints one character at least.
    private static ValueNode Shorten(ValueNode value, ref int nodes)
    {
        nodes--;
        switch (value)
        {
            case ListValueNode list:
                var items = ImmutableArray.CreateBuilder<ValueNode>();
                for (var i = 0; i < list.Values.Length && nodes > 0; i++)
                {
                    items.Add(Shorten(list.Values[i], ref nodes));
                }

                return new ListValueNode { Values = items.ToImmutable() };
            case ObjectValueNode map:
                var fields = ImmutableArray.CreateBuilder<ObjectFieldNode>();
                for (var i = 0; i < map.Fields.Length && nodes > 0; i++)
                {
                    fields.Add(new ObjectFieldNode { Name = map.Fields[i].Name, Value = Shorten(map.Fields[i].Value, ref nodes) });
                }

                return new ObjectValueNode { Fields = fields.ToImmutable() };
            default:
                return value;
        }
    }

    private static string Cut(string text) => text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "…");

    private static void Append(StringBuilder text, JsonElement value)
    {
        if (text.Length > Longest)
        {
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                text.Append('[');
                var first = true;
                foreach (var item in value.EnumerateArray())
                {
                    text.Append(first ? "" : ", ");
                    first = false;
                    Append(text, item);
                    if (text.Length > Longest)
                    {
                        break;
                    }
                }

                text.Append(']');
                break;
            case JsonValueKind.Object:
                text.Append('{');
                var separator = " ";
                foreach (var member in value.EnumerateObject())
                {
                    text.Append(separator).Append(member.Name).Append(": ");
                    separator = ", ";
                    Append(text, member.Value);
                    if (text.Length > Longest)
                    {
                        break;
                    }
                }

                text.Append(separator == " " ? "}" : " }");
                break;
            case JsonValueKind.Undefined:
                text.Append("undefined");
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }
}
