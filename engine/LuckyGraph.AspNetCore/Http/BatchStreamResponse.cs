using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>
/// A batch whose responses are sent as they come, in any order, as lines, events or parts. When the client goes away, what is
/// not answered yet is cancelled.
/// </summary>
internal static class BatchStreamResponse
{
    // Responses of several requests that wait to be written; beyond it, the requests wait.
    private const int QueueLength = 64;
    private const int FlushThreshold = 32 * 1024;

    public static async Task WriteAsync(
        HttpContext context, ResponseFormat format, RequestEnvelope envelope, IRequestExecutor executor, GraphQLEndpointOptions options, CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var output = PayloadFormat.Begin(context, format);
        await using var responses = envelope.IsBatch
            ? ReadAllAsync(envelope, context, executor, options, ends.Token).GetAsyncEnumerator(ends.Token)
            : ReadAsync(envelope.Requests[0], -1, context, executor, options, ends.Token).GetAsyncEnumerator(ends.Token);
        Task<bool>? waiting = null;
        var isUnsent = false;
        try
        {
            while (true)
            {
                var next = responses.MoveNextAsync();
                if (!next.IsCompleted)
                {
                    // What is written already does not wait for what is still being made.
                    if (isUnsent)
                    {
                        await output.FlushAsync(ends.Token);
                        isUnsent = false;
                    }

                    waiting = next.AsTask();
                    next = format == ResponseFormat.EventStream
                        ? EventStreamResponse.WaitAsync(waiting, output, EventStreamResponse.Comment, options.KeepAliveInterval, ends.Token)
                        : new ValueTask<bool>(waiting);
                }

                if (!await next)
                {
                    break;
                }

                await WriteAsync(output, format, responses.Current, ends.Token);
                isUnsent = true;
            }

            PayloadFormat.End(output, format);
            await output.FlushAsync(ends.Token);
        }
        finally
        {
            // An enumerator may be disposed only between two moves.
            await ends.CancelAsync();
            if (waiting is not null)
            {
                await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async ValueTask WriteAsync(PipeWriter output, ResponseFormat format, Response response, CancellationToken cancellationToken)
    {
        await using (response.Result)
        {
            WriteNext(output, format, response);
        }

        if (output.CanGetUnflushedBytes && output.UnflushedBytes > FlushThreshold)
        {
            await output.FlushAsync(cancellationToken);
        }
    }

    private static void WriteNext(PipeWriter output, ResponseFormat format, Response response)
    {
        Span<byte> head = stackalloc byte[64];
        PayloadFormat.WriteNext(output, format, response.Result.Json.Span, BatchResponse.Head(head, response.Request, response.Variables));
    }

    private static async IAsyncEnumerable<Response> ReadAsync(
        GraphQLRequest request, int index, HttpContext context, IRequestExecutor executor, GraphQLEndpointOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var operation = BatchResponse.OperationOf(request, context, options);
        if (request.VariableSets is not { } sets)
        {
            yield return new Response(index, -1, await BatchResponse.ExecuteSingleAsync(executor, operation, cancellationToken));
        }
        else if (sets.Count > 0)
        {
            await foreach (var (variables, result) in executor.StreamBatchAsync(operation, sets, cancellationToken))
            {
                yield return new Response(index, variables, result);
            }
        }
    }

    /// <summary>The responses of all requests, which run side by side.</summary>
    private static async IAsyncEnumerable<Response> ReadAllAsync(
        RequestEnvelope envelope, HttpContext context, IRequestExecutor executor, GraphQLEndpointOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var queue = Channel.CreateBounded<Response>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
        var running = new Task[envelope.Requests.Count];
        for (var i = 0; i < running.Length; i++)
        {
            running[i] = EnqueueAsync(ReadAsync(envelope.Requests[i], i, context, executor, options, cancellationToken), queue.Writer, cancellationToken);
        }

        var all = Task.WhenAll(running);
        _ = all.ContinueWith(
            static (task, writer) => ((ChannelWriter<Response>)writer!).TryComplete(task.Exception?.InnerException),
            queue.Writer, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            while (await queue.Reader.WaitToReadAsync(cancellationToken))
            {
                while (queue.Reader.TryRead(out var response))
                {
                    yield return response;
                }
            }
        }
        finally
        {
            // The request's memory must not go back before everyone is done with it.
            await ((Task)all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (queue.Reader.TryRead(out var unread))
            {
                await unread.Result.DisposeAsync();
            }
        }
    }

    private static async Task EnqueueAsync(IAsyncEnumerable<Response> responses, ChannelWriter<Response> queue, CancellationToken cancellationToken)
    {
        await foreach (var response in responses)
        {
            try
            {
                await queue.WriteAsync(response, cancellationToken);
            }
            catch
            {
                await response.Result.DisposeAsync();
                throw;
            }
        }
    }

    private readonly record struct Response(int Request, int Variables, SingleResult Result);
}
