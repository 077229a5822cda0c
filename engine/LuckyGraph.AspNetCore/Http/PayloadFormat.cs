using System.IO.Pipelines;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>
/// How many responses follow each other in one HTTP response: parts of <c>multipart/mixed</c> (RFC 2046, 5.1), lines of
/// <c>application/jsonl</c>, or <c>next</c> events of <c>text/event-stream</c> with a <c>complete</c> event at their end.
/// </summary>
internal static class PayloadFormat
{
    /// <summary>Sets the header of a stream and writes what comes before its first response.</summary>
    public static PipeWriter Begin(HttpContext context, ResponseFormat format)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentTypes.Of(format);
        response.Headers.CacheControl = "no-cache, no-transform";
        // Tells reverse proxies not to hold responses back.
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (format == ResponseFormat.Multipart)
        {
            Write(response.BodyWriter, "---"u8);
        }

        return response.BodyWriter;
    }

    /// <summary>Writes a response.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="format">The form of the stream.</param>
    /// <param name="json">The response object.</param>
    /// <param name="head">What stands in the place of the object's opening brace, such as <c>{"requestIndex":1,</c>; empty for nothing.</param>
    public static void WriteNext(PipeWriter output, ResponseFormat format, ReadOnlySpan<byte> json, ReadOnlySpan<byte> head = default)
    {
        if (!head.IsEmpty)
        {
            json = json[1..];
        }

        switch (format)
        {
            case ResponseFormat.Multipart:
                // The delimiter follows at once: a part ends for the client when its delimiter comes.
                Write(output, "\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"u8);
                Write(output, head);
                Write(output, json);
                Write(output, "\r\n---"u8);
                break;
            case ResponseFormat.EventStream:
                Write(output, "event: next\ndata: "u8);
                Write(output, head);
                // Raw JSON of a source may be spread over lines; each is a data line of its own, which reads as the same JSON.
                WriteLines(output, json, "\ndata: "u8);
                Write(output, "\n\n"u8);
                break;
            default:
                Write(output, head);
                // Between tokens a space says the same as a line break.
                WriteLines(output, json, " "u8);
                Write(output, "\n"u8);
                break;
        }
    }

    /// <summary>Writes the end of a stream.</summary>
    public static void End(PipeWriter output, ResponseFormat format)
    {
        switch (format)
        {
            case ResponseFormat.Multipart:
                Write(output, "--\r\n"u8);
                break;
            case ResponseFormat.EventStream:
                Write(output, "event: complete\ndata:\n\n"u8);
                break;
        }
    }

    private static void WriteLines(PipeWriter output, ReadOnlySpan<byte> json, ReadOnlySpan<byte> lineBreak)
    {
        while (json.IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var end)
        {
            Write(output, json[..end]);
            json = json[end..].TrimStart("\r\n"u8);
            Write(output, json.IsEmpty ? default : lineBreak);
        }

        Write(output, json);
    }

    private static void Write(PipeWriter output, ReadOnlySpan<byte> bytes) => System.Buffers.BuffersExtensions.Write(output, bytes);
}
