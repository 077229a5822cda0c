using System.Buffers;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using LuckyGraph.Fusion.Execution;

namespace LuckyGraph.Fusion.Transport;

/// <summary>One subscription on a socket: its id, and what the subgraph sent for it.</summary>
internal sealed class SocketSubscription(int id)
{
    // The pump that reads resolves one event at a time: this many may wait for it.
    private readonly Channel<PooledBuffer> _responses = Channel.CreateBounded<PooledBuffer>(1024);

    public int Id { get; } = id;

    public ChannelReader<PooledBuffer> Reader => _responses.Reader;

    public bool TryWrite(PooledBuffer response) => _responses.Writer.TryWrite(response);

    public void Complete(Exception? failure = null) => _responses.Writer.TryComplete(failure);

    public void Discard()
    {
        Complete();
        while (_responses.Reader.TryRead(out var unread))
        {
            unread.Dispose();
        }
    }
}

/// <summary>A connection to a subgraph by the protocol graphql-transport-ws, with all subscriptions that run on it.</summary>
internal sealed class SubgraphSocket(string name, SubgraphOptions options, RequestHeaders headers) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<int, SocketSubscription> _operations = [];
    private readonly CancellationTokenSource _ends = new();
    private readonly ClientWebSocket _socket = new();
    private Task? _opening;
    private int _lastId;
    private bool _isOver;

    /// <summary>Whether nothing can be sent any more.</summary>
    public bool IsBroken
    {
        get
        {
            lock (_lock)
            {
                return _isOver;
            }
        }
    }

    /// <summary>Whether no subscription runs on it.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return _operations.Count == 0;
            }
        }
    }

    /// <summary>A place on the connection, unless it has that many already or is over.</summary>
    public SocketSubscription? TryReserve(int most)
    {
        lock (_lock)
        {
            if (_isOver || _operations.Count >= most)
            {
                return null;
            }

            var operation = new SocketSubscription(++_lastId);
            _operations.Add(operation.Id, operation);
            _opening ??= Task.Run(OpenAsync);
            return operation;
        }
    }

    /// <summary>Sends the <c>subscribe</c> message once the connection is acknowledged.</summary>
    /// <exception cref="SubgraphException">There is no connection.</exception>
    public async ValueTask StartAsync(SocketSubscription operation, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        await _opening!.WaitAsync(cancellationToken).ConfigureAwait(false);
        using var message = new PooledBuffer(body.Length + 64);
        message.Write("{\"id\":\""u8);
        WriteId(message, operation.Id);
        message.Write("\",\"type\":\"subscribe\",\"payload\":"u8);
        message.Write(body.Span);
        message.Write((byte)'}');
        try
        {
            await SendAsync(message.Memory).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsBreak(e))
        {
            throw Broken(e);
        }
    }

    /// <summary>Ends a subscription; the subgraph learns of it unless it ended it itself.</summary>
    public void End(SocketSubscription operation)
    {
        bool tells;
        lock (_lock)
        {
            tells = _operations.Remove(operation.Id) && !_isOver && _opening is { IsCompletedSuccessfully: true };
        }

        operation.Discard();
        if (tells)
        {
            var message = new PooledBuffer(64);
            message.Write("{\"id\":\""u8);
            WriteId(message, operation.Id);
            message.Write("\",\"type\":\"complete\"}"u8);
            _ = TellAsync(message);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
        }

        _ = CloseAsync();
    }

    private async Task CloseAsync()
    {
        try
        {
            if (_socket.State == WebSocketState.Open)
            {
                using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
                await _turn.WaitAsync(timeout.Token).ConfigureAwait(false);
                try
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", timeout.Token).ConfigureAwait(false);
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        catch (Exception e) when (IsBreak(e) || e is OperationCanceledException)
        {
            // It is gone already.
        }
        finally
        {
            await _ends.CancelAsync().ConfigureAwait(false);
            _socket.Dispose();
        }
    }

    private async Task OpenAsync()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_ends.Token);
        timeout.CancelAfter(options.Timeout);
        try
        {
            _socket.Options.AddSubProtocol("graphql-transport-ws");
            _socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
            _socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(30);
            foreach (var field in headers.For(options.RequestHeaders))
            {
                _socket.Options.SetRequestHeader(field.Name, field.Value);
            }

            await _socket.ConnectAsync(Address(), timeout.Token).ConfigureAwait(false);
            await SendAsync(InitMessage()).ConfigureAwait(false);
            using var first = await ReceiveAsync(timeout.Token).ConfigureAwait(false);
            if (first is null || SocketFrame.Read(first.Span).Type != SocketFrameType.Ack)
            {
                throw new SubgraphException(GatewayErrorCodes.Unreachable, $"The subgraph \"{name}\" did not accept the connection of a subscription{Reason()}.");
            }

            _ = Task.Run(ReadAsync, CancellationToken.None);
        }
        catch (Exception e)
        {
            var failure = e switch
            {
                SubgraphException known => known,
                OperationCanceledException => new SubgraphException(GatewayErrorCodes.Timeout, $"The subgraph \"{name}\" did not open a connection for subscriptions within {options.Timeout.TotalSeconds:0.#} s."),
                _ => Broken(e),
            };
            Fail(failure);
            throw failure;
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await ReceiveAsync(_ends.Token).ConfigureAwait(false) is { } message)
            {
                using (message)
                {
                    await HandleAsync(message).ConfigureAwait(false);
                }
            }

            Fail(new SubgraphException(GatewayErrorCodes.Unreachable, $"The subgraph \"{name}\" closed the connection of a subscription{Reason()}."));
        }
        catch (Exception e)
        {
            Fail(e as SubgraphException ?? Broken(e));
        }
    }

    private async ValueTask HandleAsync(PooledBuffer message)
    {
        var frame = SocketFrame.Read(message.Span);
        if (frame.Type == SocketFrameType.Ping)
        {
            await SendAsync("{\"type\":\"pong\"}"u8.ToArray()).ConfigureAwait(false);
            return;
        }

        if (frame.Type == SocketFrameType.Other || Find(frame.Id, remove: frame.Type != SocketFrameType.Next) is not { } operation)
        {
            return;
        }

        switch (frame.Type)
        {
            case SocketFrameType.Next when !Write(operation, default, message.Span[frame.Payload], default):
                Find(frame.Id, remove: true);
                operation.Complete(new SubgraphException(
                    GatewayErrorCodes.SubscriptionFailed, $"The subgraph \"{name}\" sends events faster than the gateway can complete them."));
                break;
            case SocketFrameType.Error:
                Write(operation, "{\"errors\":"u8, message.Span[frame.Payload], "}"u8);
                operation.Complete();
                break;
            case SocketFrameType.Complete:
                operation.Complete();
                break;
        }
    }

    private static bool Write(SocketSubscription operation, ReadOnlySpan<byte> head, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> tail)
    {
        var response = new PooledBuffer(head.Length + payload.Length + tail.Length);
        response.Write(head);
        response.Write(payload);
        response.Write(tail);
        if (operation.TryWrite(response))
        {
            return true;
        }

        response.Dispose();
        return false;
    }

    private SocketSubscription? Find(int id, bool remove)
    {
        lock (_lock)
        {
            return remove ? _operations.Remove(id, out var removed) ? removed : null : _operations.GetValueOrDefault(id);
        }
    }

    private void Fail(SubgraphException failure)
    {
        SocketSubscription[] operations;
        lock (_lock)
        {
            _isOver = true;
            operations = [.. _operations.Values];
            _operations.Clear();
        }

        foreach (var operation in operations)
        {
            operation.Complete(failure);
        }
    }

    /// <summary>One message; null when the subgraph closes.</summary>
    private async ValueTask<PooledBuffer?> ReceiveAsync(CancellationToken cancellationToken)
    {
        var message = new PooledBuffer(4 * 1024);
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(message.GetMemory(1024), cancellationToken).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    message.Dispose();
                    return null;
                }

                message.Advance(part.Count);
                if (message.Length > options.MaxResponseBytes)
                {
                    throw new SubgraphException(GatewayErrorCodes.InvalidResponse, $"The subgraph \"{name}\" sent an event of more than {options.MaxResponseBytes} bytes.");
                }

                if (part.EndOfMessage)
                {
                    return message;
                }
            }
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    private async Task TellAsync(PooledBuffer message)
    {
        using (message)
        {
            try
            {
                await SendAsync(message.Memory).ConfigureAwait(false);
            }
            catch (Exception e) when (IsBreak(e))
            {
                // The connection ends every subscription with it.
            }
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> message)
    {
        await _turn.WaitAsync(_ends.Token).ConfigureAwait(false);
        try
        {
            // A frame cut short would break the connection for all: it is sent whole.
            await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, _ends.Token).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private Uri Address()
    {
        var url = options.SubscriptionUrl ?? options.Url;
        return new UriBuilder(url) { Scheme = url.Scheme is "https" or "wss" ? "wss" : "ws" }.Uri;
    }

    private byte[] InitMessage()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "connection_init"u8);
            if (headers.Authorization is { } authorization)
            {
                writer.WriteStartObject("payload"u8);
                writer.WriteString("authorization"u8, authorization);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private string Reason() => _socket.CloseStatus is { } status ? $" ({(int)status} {_socket.CloseStatusDescription})" : "";

    private SubgraphException Broken(Exception e)
        => new(GatewayErrorCodes.Unreachable, $"The subgraph \"{name}\" cannot be reached for subscriptions at {Address()}.", e);

    private static bool IsBreak(Exception e)
        => e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException;

    private static void WriteId(PooledBuffer message, int id)
    {
        var target = message.GetSpan(16);
        id.TryFormat(target, out var written, default, CultureInfo.InvariantCulture);
        message.Advance(written);
    }
}
