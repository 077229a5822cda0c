using System.Net.WebSockets;
using System.Text.Json;
using LuckyGraph.AspNetCore.Requests;

namespace LuckyGraph.AspNetCore.WebSockets;

/// <summary>Sends messages, one at a time, each in one frame assembled in a buffer that the connection keeps.</summary>
internal sealed class SocketWriter(WebSocket socket) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly PooledBuffer _buffer = new(1024);

    public ValueTask AcknowledgeAsync(CancellationToken cancellationToken)
        => SendAsync("{\"type\":\"connection_ack\"}"u8.ToArray(), default, default, cancellationToken);

    public ValueTask PongAsync(JsonElement payload, CancellationToken cancellationToken)
        => payload.ValueKind == JsonValueKind.Object
            ? SendAsync("{\"type\":\"pong\",\"payload\":"u8.ToArray(), JsonSerializer.SerializeToUtf8Bytes(payload), "}"u8.ToArray(), cancellationToken)
            : SendAsync("{\"type\":\"pong\"}"u8.ToArray(), default, default, cancellationToken);

    public ValueTask PingAsync(CancellationToken cancellationToken) => SendAsync("{\"type\":\"ping\"}"u8.ToArray(), default, default, cancellationToken);

    /// <summary>Sends a message about an operation: <paramref name="head"/>, the payload, a closing brace.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> tail, CancellationToken cancellationToken)
        => SendAsync(head, payload, tail, null, cancellationToken);

    /// <summary>As above, unless <paramref name="isWanted"/> says at the writer's turn that nobody waits for it any more.</summary>
    public async ValueTask SendAsync(
        ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> tail, Func<bool>? isWanted, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (socket.State != WebSocketState.Open || isWanted?.Invoke() == false)
            {
                return;
            }

            _buffer.Clear();
            _buffer.Write(head.Span);
            _buffer.Write(payload.Span);
            _buffer.Write(tail.Span);
            // A frame cut short would break the connection: once begun it is sent whole, or the socket is aborted.
            await socket.SendAsync(_buffer.Memory, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task CloseAsync(WebSocketCloseStatus status, string reason, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(status, reason, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _turn.Dispose();
    }
}
