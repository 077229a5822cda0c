using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Claims;
using System.Text;
using LuckyGraph.AspNetCore.Authentication;
using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.AspNetCore.WebSockets;

/// <summary>One socket: reads messages in order, runs operations side by side, and ends them when it closes.</summary>
internal sealed class SocketConnection(
    WebSocket socket, HttpContext context, Lazy<IRequestExecutor> executor, GraphQLEndpointOptions options, IConnectionInitHandler? initHandler, ILogger logger)
{
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, SocketOperation> _operations = new(StringComparer.Ordinal);
    // Operations that the client completed free their id at once but end a little later.
    private readonly ConcurrentDictionary<SocketOperation, bool> _running = [];
    private readonly SocketWriter _writer = new(socket);
    private readonly CancellationTokenSource _closing = new();
    private SocketCloseException? _close;
    private ITimer? _expiry;
    private ClaimsPrincipal _user = context.User;
    private string? _authorization;
    private Task<PooledBuffer?>? _receiving;
    private bool _initRequested;
    private bool _acknowledged;

    /// <summary>Serves the socket until either side closes it.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping, _closing.Token);
        using var initTimeout = new CancellationTokenSource(options.ConnectionInitTimeout);
        using var reads = CancellationTokenSource.CreateLinkedTokenSource(ends.Token, initTimeout.Token);
        var pings = options.SocketPingInterval is { } interval ? PingAsync(interval, ends.Token) : Task.CompletedTask;
        var (status, reason) = await ServeAsync(ends.Token, reads.Token, initTimeout.Token, stopping);

        // The operations end before the closing handshake, which may take the client a while.
        await ends.CancelAsync();
        await pings.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (status is { } code)
        {
            await CloseAsync(code, reason);
        }
        else
        {
            socket.Abort();
        }

        await Task.WhenAll(_running.Keys.Select(static operation => operation.Completion));
        if (_expiry is not null)
        {
            await _expiry.DisposeAsync();
        }

        _closing.Dispose();
        _writer.Dispose();
    }

    /// <summary>Reads and handles messages until the socket has to be closed; says how, or null when the client is gone.</summary>
    private async Task<(WebSocketCloseStatus? Status, string Reason)> ServeAsync(
        CancellationToken ends, CancellationToken reads, CancellationToken initTimeout, CancellationToken stopping)
    {
        try
        {
            while (await NextAsync(_acknowledged ? ends : reads) is { } bytes)
            {
                await HandleAsync(bytes, ends);
            }

            return (WebSocketCloseStatus.NormalClosure, "");
        }
        catch (SocketCloseException e)
        {
            return (e.Status, e.Message);
        }
        catch (RequestFormatException e)
        {
            return (CloseCode.BadRequest, e.Message);
        }
        catch (OperationCanceledException) when (_close is { } close)
        {
            return (close.Status, close.Message);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return (CloseCode.GoingAway, "The server is stopping");
        }
        catch (OperationCanceledException) when (initTimeout.IsCancellationRequested && !_acknowledged)
        {
            return (CloseCode.InitialisationTimeout, "Connection initialisation timeout");
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or Microsoft.AspNetCore.Connections.ConnectionAbortedException or IOException)
        {
            // The client went away without a closing handshake.
            return (null, "");
        }
        catch (Exception e)
        {
            logger.LogError(e, "A GraphQL socket failed unexpectedly.");
            return (CloseCode.InternalError, "Internal server error");
        }
    }

    private async Task PingAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await _writer.PingAsync(cancellationToken);
        }
    }

    /// <summary>Sends a close frame and waits a moment for the client's.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string reason)
    {
        using var timeout = new CancellationTokenSource(s_closeTimeout);
        try
        {
            await _writer.CloseAsync(status, Shorten(reason), timeout.Token);
            while (socket.State == WebSocketState.CloseSent && await DiscardAsync(timeout.Token))
            {
                // What the client sent before it saw the close frame no longer matters.
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or InvalidOperationException)
        {
            socket.Abort();
        }
    }

    /// <summary>
    /// The next message; null when the client closes. Cancelling ends the wait but not the read below it: a read that is
    /// cancelled takes the socket with it, and no close code could be sent.
    /// </summary>
    private async ValueTask<PooledBuffer?> NextAsync(CancellationToken cancellationToken)
    {
        _receiving ??= ReceiveAsync();
        try
        {
            var bytes = await _receiving.WaitAsync(cancellationToken);
            _receiving = null;
            return bytes;
        }
        catch when (_receiving is { IsFaulted: true })
        {
            _receiving = null;
            throw;
        }
    }

    /// <summary>Reads one message and drops it; false when the client closes.</summary>
    private async ValueTask<bool> DiscardAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var bytes = await NextAsync(cancellationToken);
            return bytes is not null;
        }
        catch (SocketCloseException)
        {
            return true;
        }
    }

    private async Task<PooledBuffer?> ReceiveAsync()
    {
        var message = new PooledBuffer(1024);
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(message.GetMemory(512), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    message.Dispose();
                    return null;
                }

                if (part.MessageType != WebSocketMessageType.Text)
                {
                    throw new SocketCloseException(CloseCode.BadRequest, "Messages are text");
                }

                message.Advance(part.Count);
                if (message.Length > options.MaxRequestBytes)
                {
                    throw new SocketCloseException(CloseCode.TooBig, $"A message is larger than {options.MaxRequestBytes} bytes");
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

    private async ValueTask HandleAsync(PooledBuffer bytes, CancellationToken cancellationToken)
    {
        var message = SocketMessage.Parse(bytes, options);
        if (message.Kind == MessageKind.Subscribe)
        {
            // The operation owns the message's memory from here on.
            Subscribe(message, cancellationToken);
            return;
        }

        using (message.Envelope)
        {
            switch (message.Kind)
            {
                case MessageKind.ConnectionInit:
                    await InitialiseAsync(message, cancellationToken);
                    break;
                case MessageKind.Ping:
                    await _writer.PongAsync(message.Payload, cancellationToken);
                    break;
                case MessageKind.Complete when _operations.TryRemove(message.Id!, out var operation):
                    operation.Cancel();
                    break;
            }
        }
    }

    private async ValueTask InitialiseAsync(SocketMessage message, CancellationToken cancellationToken)
    {
        if (_initRequested)
        {
            throw new SocketCloseException(CloseCode.TooManyInitialisationRequests, "Too many initialisation requests");
        }

        _initRequested = true;
        if (initHandler is not null)
        {
            var result = await initHandler.HandleAsync(new ConnectionInit(context, message.Payload), cancellationToken);
            if (!result.IsAccepted)
            {
                throw new SocketCloseException(CloseCode.Forbidden, result.Reason);
            }

            _user = result.User ?? _user;
            _authorization = result.Authorization;
        }

        EndWithToken();
        _acknowledged = true;
        await _writer.AcknowledgeAsync(cancellationToken);
    }

    /// <summary>Closes the socket from the server's side; the first reason counts.</summary>
    private void Close(WebSocketCloseStatus status, string reason)
    {
        if (Interlocked.CompareExchange(ref _close, new SocketCloseException(status, reason), null) is null)
        {
            try
            {
                _closing.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has just ended for another reason.
            }
        }
    }

    // 4403 is a code after which clients connect again, with a fresh token if they have one.
    private void EndWithToken()
    {
        if (TokenExpiry.Left(_user, options.Clock) is { } left)
        {
            _expiry = options.Clock.CreateTimer(
                static state => ((SocketConnection)state!).Close(CloseCode.Forbidden, TokenExpiry.Reason), this, left, Timeout.InfiniteTimeSpan);
        }
    }

    private void Subscribe(SocketMessage message, CancellationToken cancellationToken)
    {
        var id = message.Id!;
        if (!_acknowledged)
        {
            message.Envelope.Dispose();
            throw new SocketCloseException(CloseCode.Unauthorized, "Unauthorized");
        }

        var request = OperationRequests.Create(message.Request!, context, options, readOnly: false, allowStream: true, _user, _authorization);
        var operation = new SocketOperation(id, request, message.Envelope, _writer, logger, e => Close(CloseCode.GoingAway, e.Message), cancellationToken);
        var isOverLimit = _running.Count >= options.MaxOperationsPerSocket;
        if (!_operations.TryAdd(id, operation))
        {
            operation.Dispose();
            throw new SocketCloseException(CloseCode.SubscriberAlreadyExists, $"Subscriber for {id} already exists");
        }

        _running.TryAdd(operation, true);
        operation.Start(
            InterceptedExecutor.For(executor, context, options),
            isOverLimit ? options.MaxOperationsPerSocket : null,
            freeId: () => _operations.TryRemove(KeyValuePair.Create(id, operation)),
            onEnd: () => _running.TryRemove(operation, out _));
    }

    // RFC 6455, 5.5: a control frame holds 125 bytes, two of which are the code.
    private static string Shorten(string reason)
    {
        while (Encoding.UTF8.GetByteCount(reason) > 123)
        {
            reason = reason[..^1];
        }

        return reason;
    }
}
