using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>
/// An incremental delivery as <c>multipart/mixed</c>, each payload a part, or as <c>application/jsonl</c>, each payload a line.
/// When the client goes away, what is not delivered yet is cancelled.
/// </summary>
internal static class PayloadResponse
{
    /// <summary>Streams the payloads, each as soon as it is there.</summary>
    public static async Task WriteAsync(HttpContext context, StreamResult stream, ResponseFormat format, CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var output = PayloadFormat.Begin(context, format);
        await foreach (var payload in stream.ReadAsync(ends.Token))
        {
            await using (payload)
            {
                PayloadFormat.WriteNext(output, format, payload.Json.Span);
            }

            await output.FlushAsync(ends.Token);
        }

        PayloadFormat.End(output, format);
        await output.FlushAsync(ends.Token);
    }

    /// <summary>Answers with one response, for a client that accepts nothing else.</summary>
    public static async Task WriteAsync(HttpContext context, SingleResult result, ResponseFormat format)
    {
        var output = PayloadFormat.Begin(context, format);
        PayloadFormat.WriteNext(output, format, result.Json.Span);
        PayloadFormat.End(output, format);
        await output.FlushAsync(context.RequestAborted);
    }
}
