using System.Buffers;
using System.Collections;
using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// Serves the fields of a schema built from SDL from data: JSON objects, or dictionaries by field name. A field is the member
/// <c>responseName:fieldName</c> if there is one, else the member <c>fieldName</c>, else null. <c>{"__error": "message"}</c>
/// fails the field or item, <c>{"__args": true}</c> is the map of the field's coerced arguments, and <c>__typename</c> names the
/// type of a value for interfaces and unions. The source of a subscription field is the root value, an asynchronous sequence.
/// </summary>
public sealed class DataBinding : FieldBinding
{
    private readonly FieldKind _kind;
    private readonly Func<ValueTask>? _delay;

    /// <summary>Fields are read while the response is written.</summary>
    public DataBinding()
    {
    }

    /// <summary>Fields are resolved as effects, each after a delay.</summary>
    internal DataBinding(FieldKind kind, Func<ValueTask>? delay = null)
    {
        _kind = kind;
        _delay = delay;
    }

    /// <inheritdoc />
    protected internal override SelectionBinding Bind(FieldDefinition field, string responseName)
    {
        var kind = field.Kind == FieldKind.Subscription ? FieldKind.Subscription : _kind;
        return new SelectionBinding(new DataFieldBinding(field, responseName, _delay), 0, kind, readsLeaves: true);
    }
}

/// <summary>One selection of a data-backed field.</summary>
internal sealed class DataFieldBinding(FieldDefinition field, string responseName, Func<ValueTask>? delay) : FieldBinding
{
    private readonly string _aliased = $"{responseName}:{field.Name}";

    public override object? Read(int index, object parent, object? arguments)
    {
        if (!DataValue.TryMember(parent, _aliased, out var value) && !DataValue.TryMember(parent, field.Name, out value))
        {
            return null;
        }

        return DataValue.Unwrap(value) switch
        {
            Exception error => throw error,
            DataArguments => Arguments(arguments as CoercedArguments),
            var plain => plain,
        };
    }

    public override async ValueTask<object?> ResolveAsync(int index, ResolverContext context)
    {
        if (delay is not null)
        {
            await delay().ConfigureAwait(false);
        }

        // The event is the root value of its execution: below the root field, data comes from the parent.
        var source = field.Kind == FieldKind.Subscription ? context.EventMessage : context.Parent;
        return Read(index, source ?? RootValue.None, context.Arguments);
    }

    public override async ValueTask ResolveBatchAsync(int index, BatchResolverContext context)
    {
        if (delay is not null)
        {
            await delay().ConfigureAwait(false);
        }

        for (var i = 0; i < context.Parents.Count; i++)
        {
            try
            {
                context.SetResult(i, Read(index, context.Parents[i], context.Arguments));
            }
            catch (GraphQLException exception)
            {
                context.SetError(i, exception.Error);
            }
        }
    }

    public override ValueTask<IAsyncEnumerable<object?>> SubscribeAsync(int index, ResolverContext context) => context.Parent switch
    {
        IAsyncEnumerable<object?> source => ValueTask.FromResult(source),
        Exception error => throw error,
        _ => throw new GraphQLException($"{field} has no source of events.", ErrorCodes.Internal),
    };

    public override ObjectType? TypeOf(Schema schema, object value)
        => DataValue.TryMember(value, "__typename", out var name) && DataValue.Text(name) is { } text ? schema.Type(text) as ObjectType : null;

    private object Arguments(CoercedArguments? arguments)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            for (var i = 0; i < (arguments?.Count ?? 0); i++)
            {
                if (arguments!.IsProvided(i))
                {
                    json.WritePropertyName(field.Arguments[i].Name);
                    DataValue.Write(json, arguments[i]);
                }
            }

            json.WriteEndObject();
        }

        if (field.Type.Named.Name is "String" or "ID")
        {
            return Encoding.UTF8.GetString(buffer.WrittenSpan);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }
}

/// <summary>Marks where data asks for the field's arguments.</summary>
internal sealed class DataArguments
{
    public static readonly DataArguments Instance = new();
}

/// <summary>Reads members of JSON objects and dictionaries alike.</summary>
internal static class DataValue
{
    /// <summary>A member of an object; false when there is none.</summary>
    public static bool TryMember(object? source, string name, out object? value)
    {
        switch (source)
        {
            case JsonElement { ValueKind: JsonValueKind.Object } json when json.TryGetProperty(name, out var member):
                value = member;
                return true;
            case IReadOnlyDictionary<string, object?> map:
                return map.TryGetValue(name, out value);
            case IDictionary map when map.Contains(name):
                value = map[name];
                return true;
            default:
                value = null;
                return false;
        }
    }

    /// <summary>The value itself: null, an exception for a raised error, or what it is.</summary>
    public static object? Unwrap(object? value)
    {
        if (value is JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined })
        {
            return null;
        }

        if (value is JsonElement { ValueKind: not JsonValueKind.Object } or string)
        {
            return value;
        }

        if (TryMember(value, "__error", out var error))
        {
            return new GraphQLException(Text(error) ?? "error");
        }

        return TryMember(value, "__args", out _) ? DataArguments.Instance : value;
    }

    /// <summary>A text, or null when the value is none.</summary>
    public static string? Text(object? value) => value switch
    {
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString(),
        _ => null,
    };

    /// <summary>Writes a coerced argument.</summary>
    public static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case InputObjectValue input:
                json.WriteStartObject();
                foreach (var member in input.Type.Fields)
                {
                    if (input.IsProvided(member.Index))
                    {
                        json.WritePropertyName(member.Name);
                        Write(json, input[member.Index]);
                    }
                }

                json.WriteEndObject();
                break;
            case object?[] items:
                json.WriteStartArray();
                foreach (var item in items)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                JsonSerializer.Serialize(json, value);
                break;
        }
    }
}
