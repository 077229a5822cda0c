using System.Buffers;
using System.Text.Json;
using LuckyGraph.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>Responses that the transport itself gives: one error, no data.</summary>
internal static class ErrorResponse
{
    public static async Task WriteAsync(HttpContext context, ResponseFormat format, int status, string message, string code)
    {
        using var buffer = new PooledBuffer(256);
        Write(buffer, message, code);
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentTypes.Of(format == ResponseFormat.GraphQLResponse ? ResponseFormat.GraphQLResponse : ResponseFormat.Json);
        context.Response.ContentLength = buffer.Length;
        await context.Response.BodyWriter.WriteAsync(buffer.Memory, context.RequestAborted);
    }

    public static void Write(IBufferWriter<byte> output, string message, string code)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteStartArray("errors"u8);
        writer.WriteStartObject();
        writer.WriteString("message"u8, message);
        writer.WriteStartObject("extensions"u8);
        writer.WriteString("code"u8, code);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

/// <summary>The media types of responses.</summary>
internal static class ContentTypes
{
    public static string Of(ResponseFormat format) => format switch
    {
        ResponseFormat.GraphQLResponse => "application/graphql-response+json; charset=utf-8",
        ResponseFormat.EventStream => "text/event-stream; charset=utf-8",
        ResponseFormat.JsonLines => "application/jsonl; charset=utf-8",
        ResponseFormat.Multipart => "multipart/mixed; boundary=\"-\"; incrementalSpec=v0.2",
        _ => "application/json; charset=utf-8",
    };
}
