using System.Buffers;
using System.Buffers.Text;
using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>
/// Executes a list of requests, or one request for a list of variable sets, and answers with a JSON array, or with one line per
/// response for <c>application/jsonl</c>. Responses of a variable batch carry <c>variableIndex</c>; lines of a request batch
/// carry <c>requestIndex</c>.
/// </summary>
internal static class BatchResponse
{
    public static async Task WriteAsync(HttpContext context, AcceptHeader accept, RequestEnvelope envelope, IRequestExecutor executor, GraphQLEndpointOptions options)
    {
        var lines = accept.AcceptsJsonLines;
        if (!lines && accept.Single is not (ResponseFormat.Json or ResponseFormat.GraphQLResponse))
        {
            throw new RequestFormatException("A batch is answered as application/json or application/jsonl.", StatusCodes.Status406NotAcceptable);
        }

        var running = new Task<IReadOnlyList<SingleResult>>[envelope.Requests.Count];
        for (var i = 0; i < running.Length; i++)
        {
            running[i] = ExecuteAsync(envelope.Requests[i], context, executor, options);
        }

        try
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            if (lines)
            {
                context.Response.ContentType = ContentTypes.Of(ResponseFormat.JsonLines);
                await WriteLinesAsync(context, envelope, running);
            }
            else
            {
                await Task.WhenAll(running);
                context.Response.ContentType = ContentTypes.Of(accept.Single);
                await WriteArrayAsync(context, envelope, running, options);
            }
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
        var operation = OperationRequests.Create(request, context, options, readOnly: false, allowStream: false);
        if (request.VariableSets is { } sets)
        {
            return sets.Count == 0 ? [] : await executor.ExecuteBatchAsync(operation, sets, context.RequestAborted);
        }

        var result = await executor.ExecuteAsync(operation, context.RequestAborted);
        if (result is SingleResult single)
        {
            return [single];
        }

        await result.DisposeAsync();
        return [new TransportErrorResult("A subscription cannot be part of a batch.", ErrorCodes.BadRequest)];
    }

    private static async Task WriteArrayAsync(HttpContext context, RequestEnvelope envelope, Task<IReadOnlyList<SingleResult>>[] running, GraphQLEndpointOptions options)
    {
        using var output = new PooledBuffer(4096);
        var first = true;
        output.Write("["u8);
        for (var i = 0; i < running.Length; i++)
        {
            var results = await running[i];
            var isVariableBatch = envelope.Requests[i].VariableSets is not null;
            for (var j = 0; j < results.Count; j++)
            {
                if (!first)
                {
                    output.Write(","u8);
                }

                first = false;
                // A plain request batch answers with plain responses in the order of its requests.
                WriteResponse(output, results[j].Json.Span, isVariableBatch && envelope.IsBatch ? i : -1, isVariableBatch ? j : -1);
            }
        }

        output.Write("]"u8);
        await CompressedBody.WriteAsync(context, output.Memory, options);
    }

    private static async Task WriteLinesAsync(HttpContext context, RequestEnvelope envelope, Task<IReadOnlyList<SingleResult>>[] running)
    {
        var output = context.Response.BodyWriter;
        var waiting = new List<Task<IReadOnlyList<SingleResult>>>(running);
        while (waiting.Count > 0)
        {
            var done = waiting.Count == 1 ? waiting[0] : await Task.WhenAny(waiting);
            waiting.Remove(done);
            var request = Array.IndexOf(running, done);
            var results = await done;
            for (var j = 0; j < results.Count; j++)
            {
                WriteResponse(output, results[j].Json.Span, envelope.IsBatch ? request : -1, envelope.Requests[request].VariableSets is null ? -1 : j);
                output.Write("\n"u8);
            }

            await output.FlushAsync(context.RequestAborted);
        }
    }

    /// <summary>Writes a response object with its indices in front of its own members.</summary>
    private static void WriteResponse(IBufferWriter<byte> output, ReadOnlySpan<byte> json, int requestIndex, int variableIndex)
    {
        if (requestIndex < 0 && variableIndex < 0)
        {
            output.Write(json);
            return;
        }

        output.Write("{"u8);
        if (requestIndex >= 0)
        {
            WriteIndex(output, "\"requestIndex\":"u8, requestIndex);
        }

        if (variableIndex >= 0)
        {
            WriteIndex(output, "\"variableIndex\":"u8, variableIndex);
        }

        output.Write(json[1..]);
    }

    private static void WriteIndex(IBufferWriter<byte> output, ReadOnlySpan<byte> key, int index)
    {
        output.Write(key);
        Utf8Formatter.TryFormat(index, output.GetSpan(11), out var written);
        output.Advance(written);
        output.Write(","u8);
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

    private static void Write(this IBufferWriter<byte> output, ReadOnlySpan<byte> bytes) => BuffersExtensions.Write(output, bytes);
}
