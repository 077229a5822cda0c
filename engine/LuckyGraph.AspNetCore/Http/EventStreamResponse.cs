using System.IO.Pipelines;
using LuckyGraph.AspNetCore.Authentication;
using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>
/// GraphQL over Server-Sent Events, distinct connections mode: every response is a <c>next</c> event, the end is a
/// <c>complete</c> event with empty data, errors of the request are a response like any other. Comments keep idle connections
/// alive. When the client goes away, the operation's token is cancelled, which ends the source stream.
/// </summary>
internal static class EventStreamResponse
{
    /// <summary>A comment, which says nothing but that the connection lives.</summary>
    public static readonly byte[] Comment = ":\n\n"u8.ToArray();

    /// <summary>Executes an operation and answers with events, however many responses it has.</summary>
    public static async Task WriteAsync(HttpContext context, IRequestExecutor executor, OperationRequest operation, GraphQLEndpointOptions options, CancellationToken stopping)
    {
        await using var result = TokenExpiry.Bound(await executor.ExecuteAsync(operation, context.RequestAborted), operation.User, options.Clock);
        if (result is StreamResult stream)
        {
            await WriteAsync(context, stream, options, stopping);
            return;
        }

        await PayloadResponse.WriteAsync(context, (SingleResult)result, ResponseFormat.EventStream);
    }

    /// <summary>Streams the responses of an operation that runs already.</summary>
    public static async Task WriteAsync(HttpContext context, StreamResult stream, GraphQLEndpointOptions options, CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var output = PayloadFormat.Begin(context, ResponseFormat.EventStream);
        // The headers go out at once, so that the client knows that it is subscribed.
        await output.FlushAsync(ends.Token);

        await using var responses = stream.ReadAsync(ends.Token).GetAsyncEnumerator(ends.Token);
        var next = responses.MoveNextAsync().AsTask();
        try
        {
            while (await WaitAsync(next, output, Comment, options.KeepAliveInterval, ends.Token))
            {
                await using (var response = responses.Current)
                {
                    PayloadFormat.WriteNext(output, ResponseFormat.EventStream, response.Json.Span);
                }

                await output.FlushAsync(ends.Token);
                next = responses.MoveNextAsync().AsTask();
            }

            PayloadFormat.End(output, ResponseFormat.EventStream);
            await output.FlushAsync(ends.Token);
        }
        catch (StreamInterruptedException interruption)
        {
            // A stream that ends without being complete is one to connect to again.
            using var error = new PooledBuffer(256);
            ErrorResponse.Write(error, interruption.Message, interruption.Code);
            PayloadFormat.WriteNext(output, ResponseFormat.EventStream, error.Memory.Span);
            await output.FlushAsync(ends.Token);
        }
        finally
        {
            // An enumerator may be disposed only between two moves.
            await ends.CancelAsync();
            await next.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Waits for what comes next; heartbeats keep the connection alive meanwhile.</summary>
    public static async ValueTask<bool> WaitAsync(
        Task<bool> next, PipeWriter output, ReadOnlyMemory<byte> heartbeat, TimeSpan keepAlive, CancellationToken cancellationToken)
    {
        while (true)
        {
            await ((Task)next).WaitAsync(keepAlive, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (next.IsCompleted)
            {
                return await next;
            }

            cancellationToken.ThrowIfCancellationRequested();
            System.Buffers.BuffersExtensions.Write(output, heartbeat.Span);
            await output.FlushAsync(cancellationToken);
        }
    }
}
