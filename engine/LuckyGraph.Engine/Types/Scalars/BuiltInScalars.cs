using System.Globalization;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Int (3.5.1): 32-bit signed integers.</summary>
internal sealed class IntCoercion : ScalarCoercion
{
    public override object? ParseLiteral(ValueNode literal)
    {
        if (literal is not IntValueNode number)
        {
            throw new CoercionException($"Int cannot represent non-integer value: {ValueText.Of(literal)}");
        }

        return int.TryParse(number.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new CoercionException($"Int cannot represent non 32-bit signed integer value: {ValueText.Of(literal)}");
    }

    public override object? ParseValue(JsonElement value) => Read(value);

    public override void Write(object value, ResponseWriter writer) => writer.Write(value switch
    {
        int number => number,
        short number => number,
        byte number => number,
        sbyte number => number,
        ushort number => number,
        bool flag => flag ? 1 : 0,
        JsonElement { ValueKind: JsonValueKind.True } => 1,
        JsonElement { ValueKind: JsonValueKind.False } => 0,
        JsonElement element => Read(element),
        uint or long or ulong or decimal => InRange(Convert.ToDecimal(value, CultureInfo.InvariantCulture)),
        float or double => InRange(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        _ => throw new CoercionException($"Int cannot represent non-integer value: {ValueText.OfObject(value)}"),
    });

    private static int Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            throw new CoercionException($"Int cannot represent non-integer value: {ValueText.Of(value)}");
        }

        return value.TryGetInt32(out var number) ? number : InRange(value.GetDouble());
    }

    private static int InRange(double value)
    {
        if (!double.IsInteger(value))
        {
            throw new CoercionException($"Int cannot represent non-integer value: {value.ToString("R", CultureInfo.InvariantCulture)}");
        }

        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new CoercionException($"Int cannot represent non 32-bit signed integer value: {value.ToString("R", CultureInfo.InvariantCulture)}");
    }

    private static int InRange(decimal value)
    {
        if (!decimal.IsInteger(value))
        {
            throw new CoercionException($"Int cannot represent non-integer value: {value.ToString(CultureInfo.InvariantCulture)}");
        }

        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new CoercionException($"Int cannot represent non 32-bit signed integer value: {value.ToString(CultureInfo.InvariantCulture)}");
    }
}

/// <summary>Float (3.5.2): finite double-precision numbers; integers are accepted.</summary>
internal sealed class FloatCoercion : ScalarCoercion
{
    public override object? ParseLiteral(ValueNode literal)
    {
        var text = literal switch { IntValueNode i => i.Value, FloatValueNode f => f.Value, _ => null };
        return text is not null && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw new CoercionException($"Float cannot represent non numeric value: {ValueText.Of(literal)}");
    }

    public override object? ParseValue(JsonElement value) => Read(value);

    public override void Write(object value, ResponseWriter writer) => writer.Write(value switch
    {
        double number => Finite(number),
        float number => Finite(double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
        bool flag => flag ? 1d : 0d,
        JsonElement { ValueKind: JsonValueKind.True } => 1d,
        JsonElement { ValueKind: JsonValueKind.False } => 0d,
        JsonElement element => Read(element),
        int or long or short or byte or sbyte or ushort or uint or ulong or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => throw new CoercionException($"Float cannot represent non numeric value: {ValueText.OfObject(value)}"),
    });

    private static double Read(JsonElement value)
        => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw new CoercionException($"Float cannot represent non numeric value: {ValueText.Of(value)}");

    private static double Finite(double value)
        => double.IsFinite(value) ? value : throw new CoercionException($"Float cannot represent non numeric value: {value.ToString(CultureInfo.InvariantCulture)}");
}

/// <summary>String (3.5.3). Results of other simple types are written as their text.</summary>
internal sealed class StringCoercion : ScalarCoercion
{
    public override object? ParseLiteral(ValueNode literal)
        => literal is StringValueNode text ? text.Value : throw new CoercionException($"String cannot represent a non string value: {ValueText.Of(literal)}");

    public override object? ParseValue(JsonElement value)
        => value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : throw new CoercionException($"String cannot represent a non string value: {ValueText.Of(value)}");

    public override void Write(object value, ResponseWriter writer) => writer.Write(value switch
    {
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } element => element.GetString()!,
        JsonElement { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } element => element.GetRawText(),
        bool flag => flag ? "true" : "false",
        char or Guid or Uri => value.ToString()!,
        int or long or short or byte or sbyte or ushort or uint or ulong or decimal or double or float => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        _ => throw new CoercionException($"String cannot represent value: {ValueText.OfObject(value)}"),
    });
}

/// <summary>Boolean (3.5.4).</summary>
internal sealed class BooleanCoercion : ScalarCoercion
{
    private static readonly object True = true;
    private static readonly object False = false;

    public override object? ParseLiteral(ValueNode literal)
        => literal is BooleanValueNode flag
            ? (flag.Value ? True : False)
            : throw new CoercionException($"Boolean cannot represent a non boolean value: {ValueText.Of(literal)}");

    public override object? ParseValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => True,
        JsonValueKind.False => False,
        _ => throw new CoercionException($"Boolean cannot represent a non boolean value: {ValueText.Of(value)}"),
    };

    public override void Write(object value, ResponseWriter writer) => writer.Write(value switch
    {
        bool flag => flag,
        JsonElement { ValueKind: JsonValueKind.True } => true,
        JsonElement { ValueKind: JsonValueKind.False } => false,
        JsonElement { ValueKind: JsonValueKind.Number } element => element.GetDouble() != 0,
        int number => number != 0,
        long number => number != 0,
        double number when double.IsFinite(number) => number != 0,
        _ => throw new CoercionException($"Boolean cannot represent a non boolean value: {ValueText.OfObject(value)}"),
    });
}

/// <summary>ID (3.5.5): a string; integers are accepted as input.</summary>
internal sealed class IdCoercion : ScalarCoercion
{
    public override object? ParseLiteral(ValueNode literal) => literal switch
    {
        StringValueNode text => text.Value,
        IntValueNode number => number.Value,
        _ => throw new CoercionException($"ID cannot represent a non-string and non-integer value: {ValueText.Of(literal)}"),
    };

    public override object? ParseValue(JsonElement value) => Read(value);

    public override void Write(object value, ResponseWriter writer)
    {
        switch (value)
        {
            case string text: writer.Write(text); break;
            case int number: writer.WriteId(number); break;
            case long number: writer.WriteId(number); break;
            case Guid id: writer.Write(id); break;
            case JsonElement element: writer.Write(Read(element)); break;
            case short or byte or sbyte or ushort or uint or ulong: writer.Write(Convert.ToString(value, CultureInfo.InvariantCulture)!); break;
            case double number when double.IsInteger(number): writer.Write(number.ToString("F0", CultureInfo.InvariantCulture)); break;
            default: throw new CoercionException($"ID cannot represent value: {ValueText.OfObject(value)}");
        }
    }

    private static string Read(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString()!;
        }

        if (value.ValueKind == JsonValueKind.Number)
        {
            var text = value.GetRawText();
            if (text.AsSpan().IndexOfAnyExcept("-0123456789") < 0)
            {
                return text;
            }

            if (value.TryGetDouble(out var number) && double.IsInteger(number))
            {
                return number.ToString("F0", CultureInfo.InvariantCulture);
            }
        }

        throw new CoercionException($"ID cannot represent a non-string and non-integer value: {ValueText.Of(value)}");
    }
}
