using System.Text.Json;
using LuckyGraph.AspNetCore.Requests;

namespace LuckyGraph.AspNetCore.WebSockets;

/// <summary>The kinds of messages a client may send.</summary>
internal enum MessageKind
{
    ConnectionInit,
    Ping,
    Pong,
    Subscribe,
    Complete,
}

/// <summary>One message of a client. Its memory belongs to the envelope.</summary>
internal sealed class SocketMessage
{
    public required RequestEnvelope Envelope { get; init; }
    public MessageKind Kind { get; private set; }
    public string? Id { get; private set; }
    public JsonElement Payload { get; private set; }
    public GraphQLRequest? Request { get; private set; }

    /// <summary>Parses a text message; on success the message's envelope owns the bytes.</summary>
    /// <exception cref="RequestFormatException">The message is malformed.</exception>
    public static SocketMessage Parse(PooledBuffer bytes, GraphQLEndpointOptions options)
    {
        var envelope = new RequestEnvelope();
        envelope.Own(bytes);
        try
        {
            return Parse(bytes, envelope, options);
        }
        catch (Exception e) when (RequestParser.IsMalformed(e))
        {
            envelope.Dispose();
            throw new RequestFormatException("Invalid message received");
        }
        catch
        {
            envelope.Dispose();
            throw;
        }
    }

    private static SocketMessage Parse(PooledBuffer bytes, RequestEnvelope envelope, GraphQLEndpointOptions options)
    {
        var message = new SocketMessage { Envelope = envelope };
        var reader = RequestParser.Open(bytes.Memory);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new RequestFormatException("A message is a JSON object");
        }

        MessageKind? kind = null;
        var hasPayload = false;
        Utf8JsonReader payload = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                kind = KindOf(ref reader);
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                message.Id = reader.TokenType == JsonTokenType.String ? reader.GetString() : throw new RequestFormatException("The id must be a string");
            }
            else if (reader.ValueTextEquals("payload"u8))
            {
                reader.Read();
                hasPayload = true;
                payload = reader;
                reader.Skip();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (reader.TokenType != JsonTokenType.EndObject || reader.Read())
        {
            throw new RequestFormatException("Invalid message received");
        }

        message.Kind = kind ?? throw new RequestFormatException("The message has no type");
        if (message.Kind is MessageKind.Subscribe or MessageKind.Complete && string.IsNullOrEmpty(message.Id))
        {
            throw new RequestFormatException("The message has no id");
        }

        if (message.Kind == MessageKind.Subscribe)
        {
            if (!hasPayload)
            {
                throw new RequestFormatException("The message has no payload");
            }

            message.Request = RequestParser.ReadRequest(ref payload, bytes.Memory, envelope, options);
            if (message.Request.VariableSets is not null)
            {
                throw new RequestFormatException("Variable batches are not supported on sockets");
            }
        }
        else if (hasPayload && message.Kind != MessageKind.Complete)
        {
            if (payload.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null))
            {
                throw new RequestFormatException("The payload must be an object");
            }

            message.Payload = RequestParser.ReadElement(ref payload, bytes.Memory, envelope);
        }

        return message;
    }

    private static MessageKind KindOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new RequestFormatException("The type must be a string");
        }

        return reader.ValueTextEquals("subscribe"u8) ? MessageKind.Subscribe
            : reader.ValueTextEquals("complete"u8) ? MessageKind.Complete
            : reader.ValueTextEquals("ping"u8) ? MessageKind.Ping
            : reader.ValueTextEquals("pong"u8) ? MessageKind.Pong
            : reader.ValueTextEquals("connection_init"u8) ? MessageKind.ConnectionInit
            : throw new RequestFormatException("The message's type is unknown");
    }
}
