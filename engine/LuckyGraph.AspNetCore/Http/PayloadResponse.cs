using System.IO.Pipelines;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>
/// An incremental delivery as <c>multipart/mixed</c> (RFC 2046, 5.1), each payload a part, or as <c>application/jsonl</c>, each
/// payload a line. When the client goes away, what is not delivered yet is cancelled.
/// </summary>
internal static class PayloadResponse
{
    /// <summary>Streams the payloads, each as soon as it is there.</summary>
    public static async Task WriteAsync(HttpContext context, StreamResult stream, ResponseFormat format, CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var output = Begin(context, format);
        await foreach (var payload in stream.ReadAsync(ends.Token))
        {
            await using (payload)
            {
                WritePayload(output, payload, format);
            }

            await output.FlushAsync(ends.Token);
        }

        End(output, format);
        await output.FlushAsync(ends.Token);
    }

    /// <summary>Answers with one response, for a client that accepts nothing else.</summary>
    public static async Task WriteAsync(HttpContext context, SingleResult result, ResponseFormat format)
    {
        var output = Begin(context, format);
        WritePayload(output, result, format);
        End(output, format);
        await output.FlushAsync(context.RequestAborted);
    }

    private static PipeWriter Begin(HttpContext context, ResponseFormat format)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentTypes.Of(format);
        response.Headers.CacheControl = "no-cache, no-transform";
        // Tells reverse proxies not to hold payloads back.
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (format == ResponseFormat.Multipart)
        {
            Write(response.BodyWriter, "---"u8);
        }

        return response.BodyWriter;
    }

    // The delimiter follows at once: a part ends for the client when its delimiter comes.
    private static void WritePayload(PipeWriter output, SingleResult payload, ResponseFormat format)
    {
        if (format == ResponseFormat.Multipart)
        {
            Write(output, "\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"u8);
            Write(output, payload.Json.Span);
            Write(output, "\r\n---"u8);
            return;
        }

        // Raw JSON of a source may be spread over lines; between its tokens a space says the same.
        var json = payload.Json.Span;
        while (json.IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var end)
        {
            Write(output, json[..end]);
            Write(output, " "u8);
            json = json[(end + 1)..];
        }

        Write(output, json);
        Write(output, "\n"u8);
    }

    private static void End(PipeWriter output, ResponseFormat format)
    {
        if (format == ResponseFormat.Multipart)
        {
            Write(output, "--\r\n"u8);
        }
    }

    private static void Write(PipeWriter output, ReadOnlySpan<byte> bytes) => System.Buffers.BuffersExtensions.Write(output, bytes);
}
