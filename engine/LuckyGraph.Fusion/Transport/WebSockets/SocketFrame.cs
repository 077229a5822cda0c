using System.Text.Json;

namespace LuckyGraph.Fusion.Transport;

/// <summary>The kinds of messages that a subgraph sends over graphql-transport-ws.</summary>
internal enum SocketFrameType : byte
{
    Other,
    Ack,
    Ping,
    Next,
    Error,
    Complete,
}

/// <summary>A message of graphql-transport-ws: its kind, the subscription, and where in the bytes its payload stands.</summary>
internal readonly record struct SocketFrame(SocketFrameType Type, int Id, Range Payload)
{
    /// <summary>Reads a message's members, which come in any order.</summary>
    /// <exception cref="SubgraphException">It is no JSON object.</exception>
    public static SocketFrame Read(ReadOnlySpan<byte> message)
    {
        var type = SocketFrameType.Other;
        var id = 0;
        var payload = 0..0;
        try
        {
            var reader = new Utf8JsonReader(message);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException();
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isType = reader.ValueTextEquals("type"u8);
                var isId = reader.ValueTextEquals("id"u8);
                var isPayload = reader.ValueTextEquals("payload"u8);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                if (isType && reader.TokenType == JsonTokenType.String)
                {
                    type = TypeOf(ref reader);
                }
                else if (isId && reader.TokenType == JsonTokenType.String)
                {
                    _ = int.TryParse(reader.ValueSpan, out id);
                }

                reader.Skip();
                if (isPayload)
                {
                    payload = start..(int)reader.BytesConsumed;
                }
            }
        }
        catch (JsonException e)
        {
            throw new SubgraphException(GatewayErrorCodes.InvalidResponse, "A subgraph sent a message that is not JSON.", e);
        }

        return new SocketFrame(type, id, payload);
    }

    private static SocketFrameType TypeOf(ref Utf8JsonReader reader)
        => reader.ValueTextEquals("next"u8) ? SocketFrameType.Next
            : reader.ValueTextEquals("error"u8) ? SocketFrameType.Error
            : reader.ValueTextEquals("complete"u8) ? SocketFrameType.Complete
            : reader.ValueTextEquals("ping"u8) ? SocketFrameType.Ping
            : reader.ValueTextEquals("connection_ack"u8) ? SocketFrameType.Ack
            : SocketFrameType.Other;
}
