using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Fusion.Transport;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Events;

/// <summary>A subscription's fetch that the event bus answers: which topic, and what of its messages.</summary>
internal sealed class EventStreamFetch
{
    private readonly OperationDefinitionNode _operation;
    private readonly FieldNode _node;
    private readonly FusionField _field;
    private readonly EventTopicTemplate _topic;
    private readonly MessageShape _shape;
    private readonly byte[] _prefix;

    public EventStreamFetch(FetchNode fetch, FusionSchema schema)
    {
        _operation = (OperationDefinitionNode)Parser.ParseDocument(fetch.Document, ParserOptions.Trusted).Definitions[0];
        _node = (FieldNode)_operation.SelectionSet.Selections[0];
        _field = schema.Subscription!.Field(_node.Name.Value)!;
        _topic = _field.In(fetch.Source!.Id)!.Topic!;
        _shape = new MessageShape(schema, _field.NamedType, _node.SelectionSet!);
        _prefix = Encoding.UTF8.GetBytes($"{{\"data\":{{\"{_node.ResponseName}\":");
    }

    /// <summary>Reads the messages as responses of the fetch. One that does not fit is a response with an error.</summary>
    /// <param name="bus">Where the messages are; null when the gateway has none.</param>
    /// <param name="variables">The client's variables.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="SubgraphException">There is no bus, or it cannot be read any more.</exception>
    public async IAsyncEnumerable<PooledBuffer> ReadAsync(IEventStreams? bus, JsonElement variables, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (bus is null)
        {
            throw new SubgraphException(GatewayErrorCodes.EventStreamUnavailable, $"The gateway has no event bus that could feed \"{_field.Name}\".");
        }

        await using var messages = bus.ReadAsync(Topic(variables), cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(messages).ConfigureAwait(false))
        {
            yield return Response(messages.Current);
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> messages)
    {
        try
        {
            return await messages.MoveNextAsync().ConfigureAwait(false);
        }
        catch (EventStreamException e)
        {
            throw new SubgraphException(GatewayErrorCodes.EventStreamUnavailable, e.Message, e);
        }
    }

    private PooledBuffer Response(ReadOnlyMemory<byte> message)
    {
        var buffer = new PooledBuffer(message.Length + 256);
        try
        {
            using var parsed = JsonDocument.Parse(message);
            var isList = _field.Type.Nullable is Engine.Types.ListType;
            if (parsed.RootElement.ValueKind is not JsonValueKind.Null && isList != (parsed.RootElement.ValueKind == JsonValueKind.Array))
            {
                throw new InvalidMessageException(isList ? "it is no list" : "it is no object");
            }

            buffer.Write(_prefix);
            _shape.Write(parsed.RootElement, buffer);
            buffer.Write("}}"u8);
        }
        catch (Exception e) when (e is JsonException or InvalidMessageException)
        {
            SubscriptionMetrics.InvalidMessages.Add(1);
            buffer.Truncate(0);
            WriteError(buffer, $"A message of the topic cannot be read: {(e is JsonException ? "it is no JSON" : e.Message)}.");
        }

        return buffer;
    }

    private void WriteError(PooledBuffer buffer, string message)
    {
        buffer.Write(_prefix);
        buffer.Write("null},\"errors\":"u8);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            writer.WriteStartObject();
            writer.WriteString("message", message);
            writer.WriteStartArray("path");
            writer.WriteStringValue(_node.ResponseName);
            writer.WriteEndArray();
            writer.WriteStartObject("extensions");
            writer.WriteString("code", GatewayErrorCodes.InvalidEventMessage);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        buffer.Write((byte)'}');
    }

    private string Topic(JsonElement variables)
    {
        var topic = new StringBuilder();
        foreach (var part in _topic.Parts)
        {
            if (part.IsArgument)
            {
                EventTopicTemplate.AppendValue(topic, Argument(part.Text, variables));
            }
            else
            {
                topic.Append(part.Text);
            }
        }

        return topic.ToString();
    }

    // Composition and validation have seen to it that there is a value, and that it is a scalar.
    private string Argument(string name, JsonElement variables)
    {
        ValueNode? value = null;
        foreach (var argument in _node.Arguments)
        {
            value = argument.Name.Value == name ? argument.Value : value;
        }

        if (value is VariableNode variable)
        {
            if (variables.ValueKind == JsonValueKind.Object && variables.TryGetProperty(variable.Name.Value, out var given))
            {
                return given.ValueKind == JsonValueKind.String ? given.GetString()! : given.GetRawText();
            }

            value = null;
            foreach (var definition in _operation.Variables)
            {
                value = definition.Variable.Name.Value == variable.Name.Value ? definition.DefaultValue : value;
            }
        }

        if (value is null)
        {
            foreach (var argument in _field.Definition.Arguments)
            {
                value = argument.Name == name ? argument.DefaultValue : value;
            }
        }

        return value switch
        {
            StringValueNode text => text.Value,
            IntValueNode number => number.Value,
            FloatValueNode number => number.Value,
            EnumValueNode member => member.Value,
            BooleanValueNode truth => truth.Value ? "true" : "false",
            _ => "",
        };
    }
}
