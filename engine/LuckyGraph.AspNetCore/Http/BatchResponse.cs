using System.Text.Unicode;
using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>
/// Executes a list of requests, or one request for a list of variable sets, and answers with a JSON array, or, for clients that
/// accept lines, events or parts, with one response after another as they come. Responses of a variable batch carry
/// <c>variableIndex</c>; streamed ones of a request batch carry <c>requestIndex</c>.
/// </summary>
internal static class BatchResponse
{
    /// <summary>Room for both indices.</summary>
    private const int LongestHead = 64;

    public static Task WriteAsync(
        HttpContext context, AcceptHeader accept, RequestEnvelope envelope, IRequestExecutor executor, GraphQLEndpointOptions options, CancellationToken stopping)
    {
        if (accept.Batch != ResponseFormat.None)
        {
            return BatchStreamResponse.WriteAsync(context, accept.Batch, envelope, executor, options, stopping);
        }

        return accept.Single is ResponseFormat.Json or ResponseFormat.GraphQLResponse
            ? WriteArrayAsync(context, accept.Single, envelope, executor, options)
            : throw new RequestFormatException(
                "A batch is answered as application/json, application/jsonl, text/event-stream or multipart/mixed.", StatusCodes.Status406NotAcceptable);
    }

    /// <summary>The operation of one request of a batch, which answers with single responses.</summary>
    public static OperationRequest OperationOf(GraphQLRequest request, HttpContext context, GraphQLEndpointOptions options)
        => OperationRequests.Create(request, context, options, readOnly: false, allowStream: false);

    /// <summary>Executes a request of a batch that has no list of variable sets.</summary>
    public static async ValueTask<SingleResult> ExecuteSingleAsync(IRequestExecutor executor, OperationRequest operation, CancellationToken cancellationToken)
    {
        var result = await executor.ExecuteAsync(operation, cancellationToken);
        if (result is SingleResult single)
        {
            return single;
        }

        await result.DisposeAsync();
        return new TransportErrorResult("A subscription cannot be part of a batch.", ErrorCodes.BadRequest);
    }

    /// <summary>The beginning of a response object with its indices; those below 0 are left out. Empty when both are.</summary>
    public static ReadOnlySpan<byte> Head(Span<byte> buffer, int requestIndex, int variableIndex)
    {
        int written;
        if (requestIndex >= 0 && variableIndex >= 0)
        {
            Utf8.TryWrite(buffer, $"{{\"requestIndex\":{requestIndex},\"variableIndex\":{variableIndex},", out written);
        }
        else if (requestIndex >= 0)
        {
            Utf8.TryWrite(buffer, $"{{\"requestIndex\":{requestIndex},", out written);
        }
        else if (variableIndex >= 0)
        {
            Utf8.TryWrite(buffer, $"{{\"variableIndex\":{variableIndex},", out written);
        }
        else
        {
            return default;
        }

        return buffer[..written];
    }

    private static async Task WriteArrayAsync(HttpContext context, ResponseFormat format, RequestEnvelope envelope, IRequestExecutor executor, GraphQLEndpointOptions options)
    {
        var running = new Task<IReadOnlyList<SingleResult>>[envelope.Requests.Count];
        for (var i = 0; i < running.Length; i++)
        {
            running[i] = ExecuteAsync(envelope.Requests[i], context, executor, options);
        }

        try
        {
            await Task.WhenAll(running);
            using var output = new PooledBuffer(4096);
            output.Write("["u8);
            for (var i = 0; i < running.Length; i++)
            {
                WriteResponses(output, await running[i], envelope, i);
            }

            output.Write("]"u8);
            context.Response.StatusCode = StatusCodes.Status200OK;
            context.Response.ContentType = ContentTypes.Of(format);
            await CompressedBody.WriteAsync(context, output.Memory, options);
        }
        finally
        {
            foreach (var task in running)
            {
                await DisposeAsync(task);
            }
        }
    }

    private static async Task<IReadOnlyList<SingleResult>> ExecuteAsync(GraphQLRequest request, HttpContext context, IRequestExecutor executor, GraphQLEndpointOptions options)
    {
        var operation = OperationOf(request, context, options);
        return request.VariableSets is not { } sets ? [await ExecuteSingleAsync(executor, operation, context.RequestAborted)]
            : sets.Count == 0 ? []
            : await executor.ExecuteBatchAsync(operation, sets, context.RequestAborted);
    }

    private static void WriteResponses(PooledBuffer output, IReadOnlyList<SingleResult> results, RequestEnvelope envelope, int request)
    {
        var isVariableBatch = envelope.Requests[request].VariableSets is not null;
        Span<byte> buffer = stackalloc byte[LongestHead];
        for (var i = 0; i < results.Count; i++)
        {
            if (output.Length > 1)
            {
                output.Write(","u8);
            }

            // A plain request batch answers with plain responses in the order of its requests.
            var head = Head(buffer, isVariableBatch && envelope.IsBatch ? request : -1, isVariableBatch ? i : -1);
            output.Write(head);
            output.Write(head.IsEmpty ? results[i].Json.Span : results[i].Json.Span[1..]);
        }
    }

    private static async ValueTask DisposeAsync(Task<IReadOnlyList<SingleResult>> task)
    {
        try
        {
            foreach (var result in await task)
            {
                await result.DisposeAsync();
            }
        }
        catch (Exception) when (!task.IsCompletedSuccessfully)
        {
            // Reported by whoever awaited the task first; it left nothing to dispose.
        }
    }
}
