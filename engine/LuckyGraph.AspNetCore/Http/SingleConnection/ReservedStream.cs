using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using LuckyGraph.AspNetCore.Authentication;
using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.AspNetCore.Http.SingleConnection;

/// <summary>
/// One event stream that carries many operations. Events wait in a bounded queue until the stream is opened and written; a full
/// queue makes the operations wait. The end of the stream ends its operations.
/// </summary>
internal sealed class ReservedStream(string token, GraphQLEndpointOptions options, ILogger logger, CancellationToken stopping) : IDisposable
{
    private const int QueueLength = 256;
    private readonly Channel<PooledBuffer> _events = Channel.CreateBounded<PooledBuffer>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _operations = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ends = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private int _opened;

    public string Token => token;

    public bool IsOpened => Volatile.Read(ref _opened) != 0;

    public bool TryOpen() => Interlocked.Exchange(ref _opened, 1) == 0;

    /// <summary>Starts an operation, which owns the envelope from here on.</summary>
    /// <exception cref="RequestFormatException">The id is taken, or too many operations run.</exception>
    public void Start(string id, OperationRequest request, RequestEnvelope envelope, IRequestExecutor executor)
    {
        if (_operations.Count >= options.MaxOperationsPerSocket)
        {
            throw new RequestFormatException($"More than {options.MaxOperationsPerSocket} operations run on this stream.", StatusCodes.Status429TooManyRequests, ErrorCodes.Limit);
        }

        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_ends.Token);
        if (!_operations.TryAdd(id, cancellation))
        {
            cancellation.Dispose();
            throw new RequestFormatException($"An operation with the id \"{id}\" runs already.", StatusCodes.Status409Conflict);
        }

        _ = Task.Run(() => RunAsync(id, request, envelope, executor, cancellation), CancellationToken.None);
    }

    /// <summary>Ends an operation; one that is over already is no error.</summary>
    public void Complete(string id)
    {
        if (_operations.TryRemove(id, out var cancellation))
        {
            Cancel(cancellation);
        }
    }

    /// <summary>Writes events until the client goes away or the server stops.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _ends.Token);
        var output = PayloadFormat.Begin(context, ResponseFormat.EventStream);
        System.Buffers.BuffersExtensions.Write(output, ":\n\n"u8);
        await output.FlushAsync(ends.Token);
        var waiting = _events.Reader.WaitToReadAsync(ends.Token).AsTask();
        while (await EventStreamResponse.WaitAsync(waiting, output, EventStreamResponse.Comment, options.KeepAliveInterval, ends.Token))
        {
            while (_events.Reader.TryRead(out var next))
            {
                using (next)
                {
                    System.Buffers.BuffersExtensions.Write(output, next.Span);
                }
            }

            await output.FlushAsync(ends.Token);
            waiting = _events.Reader.WaitToReadAsync(ends.Token).AsTask();
        }
    }

    public void Dispose()
    {
        Cancel(_ends);
        _events.Writer.TryComplete();
        while (_events.Reader.TryRead(out var unread))
        {
            unread.Dispose();
        }
    }

    private async Task RunAsync(string id, OperationRequest request, RequestEnvelope envelope, IRequestExecutor executor, CancellationTokenSource cancellation)
    {
        try
        {
            await using (var result = TokenExpiry.Bound(await executor.ExecuteAsync(request, cancellation.Token), request.User, options.Clock))
            {
                if (result is StreamResult stream)
                {
                    await foreach (var response in stream.ReadAsync(cancellation.Token))
                    {
                        await using (response)
                        {
                            await SendAsync("next", id, response.Json, cancellation.Token);
                        }
                    }
                }
                else
                {
                    await SendAsync("next", id, ((SingleResult)result).Json, cancellation.Token);
                }
            }

            await EndAsync(id, cancellation.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            // The client completed the operation, or the stream is gone.
        }
        catch (StreamInterruptedException e)
        {
            await TryReportAsync(id, e.Message, e.Code, cancellation.Token);
        }
        catch (Exception e)
        {
            logger.LogError(e, "A GraphQL operation on an event stream failed unexpectedly.");
            await TryReportAsync(id, "The operation failed unexpectedly.", ErrorCodes.Internal, cancellation.Token);
        }
        finally
        {
            _operations.TryRemove(KeyValuePair.Create(id, cancellation));
            envelope.Dispose();
            cancellation.Dispose();
        }
    }

    private async ValueTask TryReportAsync(string id, string problem, string code, CancellationToken cancellationToken)
    {
        try
        {
            using var error = new PooledBuffer(256);
            ErrorResponse.Write(error, problem, code);
            await SendAsync("next", id, error.Memory, cancellationToken);
            await EndAsync(id, cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            // The stream is gone too.
        }
    }

    private ValueTask EndAsync(string id, CancellationToken cancellationToken)
    {
        // The id is free as soon as the client can know of the end.
        _operations.TryRemove(id, out _);
        return SendAsync("complete", id, default, cancellationToken);
    }

    private async ValueTask SendAsync(string type, string id, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var message = new PooledBuffer(payload.Length + id.Length + 64);
        message.Write(Encoding.UTF8.GetBytes($"event: {type}\ndata: {{\"id\":{JsonSerializer.Serialize(id)}"));
        if (!payload.IsEmpty)
        {
            message.Write(",\"payload\":"u8);
            var target = message.GetSpan(payload.Length)[..payload.Length];
            payload.Span.CopyTo(target);
            // Line breaks are white space in JSON, but would end the data line.
            target.Replace((byte)'\n', (byte)' ');
            target.Replace((byte)'\r', (byte)' ');
            message.Advance(payload.Length);
        }

        message.Write("}\n\n"u8);
        try
        {
            await _events.Writer.WriteAsync(message, cancellationToken);
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The operation ended at this moment by itself.
        }
    }
}
