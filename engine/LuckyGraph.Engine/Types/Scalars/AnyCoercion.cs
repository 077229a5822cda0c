using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Any JSON, unchanged in both directions: scalar JSON, and scalars that SDL defines without code.</summary>
internal sealed class AnyCoercion : ScalarCoercion
{
    public static readonly AnyCoercion Instance = new();

    public override object? ParseLiteral(ValueNode literal) => ToJson(literal);

    public override object? ParseValue(JsonElement value) => value.Clone();

    public override void Write(object value, ResponseWriter writer)
    {
        switch (value)
        {
            case JsonElement element: writer.Write(element); break;
            case string text: writer.Write(text); break;
            case bool flag: writer.Write(flag); break;
            case int number: writer.Write(number); break;
            case long number: writer.Write(number); break;
            case double number: writer.Write(number); break;
            case decimal number: writer.Write(number); break;
            default:
                var buffer = new ArrayBufferWriter<byte>();
                using (var json = new Utf8JsonWriter(buffer))
                {
                    WriteObject(json, value);
                }

                writer.WriteRaw(buffer.WrittenSpan);
                break;
        }
    }

    /// <summary>The JSON that a constant literal stands for; enum values become strings.</summary>
    public static JsonElement ToJson(ValueNode literal)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true, MaxDepth = 1000 }))
        {
            WriteLiteral(json, literal);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory, new JsonDocumentOptions { MaxDepth = 1000 });
        return document.RootElement.Clone();
    }

    private static void WriteLiteral(Utf8JsonWriter json, ValueNode literal)
    {
        switch (literal)
        {
            // Numbers of GraphQL are numbers of JSON.
            case IntValueNode number: json.WriteRawValue(number.Value, skipInputValidation: true); break;
            case FloatValueNode number: json.WriteRawValue(number.Value, skipInputValidation: true); break;
            case StringValueNode text: json.WriteStringValue(text.Value); break;
            case EnumValueNode name: json.WriteStringValue(name.Value); break;
            case BooleanValueNode flag: json.WriteBooleanValue(flag.Value); break;
            case ListValueNode list:
                json.WriteStartArray();
                foreach (var item in list.Values)
                {
                    WriteLiteral(json, item);
                }

                json.WriteEndArray();
                break;
            case ObjectValueNode map:
                json.WriteStartObject();
                foreach (var field in map.Fields)
                {
                    json.WritePropertyName(field.Name.Value);
                    WriteLiteral(json, field.Value);
                }

                json.WriteEndObject();
                break;
            default: json.WriteNullValue(); break;
        }
    }

    private static void WriteObject(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case JsonElement element: element.WriteTo(json); break;
            case string text: json.WriteStringValue(text); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case Guid id: json.WriteStringValue(id); break;
            case DateTimeOffset instant: json.WriteStringValue(instant); break;
            case DateTime instant: json.WriteStringValue(instant); break;
            case int or long or short or byte or sbyte or ushort or uint or ulong or decimal:
                json.WriteNumberValue(Convert.ToDecimal(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case float number when float.IsFinite(number): json.WriteNumberValue(number); break;
            case IReadOnlyDictionary<string, object?> map: WriteMap(json, map); break;
            case IEnumerable<KeyValuePair<string, object?>> map: WriteMap(json, map); break;
            case IEnumerable items:
                json.WriteStartArray();
                foreach (var item in items)
                {
                    WriteObject(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                throw new CoercionException($"A value of {value.GetType().Name} has no JSON form; return JsonElement, a dictionary, a list or a simple value.");
        }
    }

    private static void WriteMap(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, object?>> map)
    {
        json.WriteStartObject();
        foreach (var (key, item) in map)
        {
            json.WritePropertyName(key);
            WriteObject(json, item);
        }

        json.WriteEndObject();
    }
}
