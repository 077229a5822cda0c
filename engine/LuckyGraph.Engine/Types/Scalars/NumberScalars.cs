using System.Globalization;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Long: 64-bit signed integers as JSON numbers; strings of digits are accepted, for clients whose numbers are doubles.</summary>
internal sealed class LongCoercion : ScalarCoercion
{
    public override object? ParseLiteral(ValueNode literal)
        => literal switch { IntValueNode i => i.Value, StringValueNode s => s.Value, _ => null } is { } text && TryParse(text, out var value)
            ? value
            : throw Refuse(ValueText.Of(literal));

    public override object? ParseValue(JsonElement value) => Read(value);

    public override void Write(object value, ResponseWriter writer)
    {
        switch (value)
        {
            case long number: writer.Write(number); break;
            case int or short or byte or sbyte or ushort or uint: writer.Write(Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            case ulong number when number <= long.MaxValue: writer.Write((long)number); break;
            case JsonElement element: writer.Write(Read(element)); break;
            default: throw Refuse(ValueText.OfObject(value));
        }
    }

    private static long Read(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number when value.TryGetInt64(out var number):
                return number;
            case JsonValueKind.Number when value.TryGetDecimal(out var exact) && decimal.IsInteger(exact) && exact is >= long.MinValue and <= long.MaxValue:
                return (long)exact;
            case JsonValueKind.String when TryParse(value.GetString()!, out var parsed):
                return parsed;
            default:
                throw Refuse(ValueText.Of(value));
        }
    }

    private static bool TryParse(string text, out long value)
        => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static CoercionException Refuse(string found) => new($"Long cannot represent non 64-bit signed integer value: {found}");
}

/// <summary>Decimal: exact decimal numbers of up to 28 digits as JSON numbers; strings are accepted, for clients whose numbers are doubles.</summary>
internal sealed class DecimalCoercion : ScalarCoercion
{
    public override object? ParseLiteral(ValueNode literal)
        => literal switch { IntValueNode i => i.Value, FloatValueNode f => f.Value, StringValueNode s => s.Value, _ => null } is { } text && TryParse(text, out var value)
            ? value
            : throw Refuse(ValueText.Of(literal));

    public override object? ParseValue(JsonElement value) => Read(value);

    public override void Write(object value, ResponseWriter writer)
    {
        switch (value)
        {
            case decimal number: writer.Write(number); break;
            case int or long or short or byte or sbyte or ushort or uint or ulong: writer.Write(Convert.ToDecimal(value, CultureInfo.InvariantCulture)); break;
            case JsonElement element: writer.Write(Read(element)); break;
            default: throw Refuse(ValueText.OfObject(value));
        }
    }

    private static decimal Read(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number when value.TryGetDecimal(out var number):
                return number;
            case JsonValueKind.String when TryParse(value.GetString()!, out var parsed):
                return parsed;
            default:
                throw Refuse(ValueText.Of(value));
        }
    }

    private static bool TryParse(string text, out decimal value)
        => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static CoercionException Refuse(string found) => new($"Decimal cannot represent non decimal value: {found}");
}
