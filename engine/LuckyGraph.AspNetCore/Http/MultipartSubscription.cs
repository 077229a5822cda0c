using System.IO.Pipelines;
using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>
/// A subscription as <c>multipart/mixed; subscriptionSpec=1.0</c>, the protocol of Apollo's clients: each response is the
/// <c>payload</c> of a part, an empty object is a heartbeat, errors beside a null payload end the subscription from the
/// transport's side.
/// </summary>
internal static class MultipartSubscription
{
    private const string ContentType = "multipart/mixed; boundary=\"graphql\"; subscriptionSpec=1.0";

    private static readonly byte[] s_heartbeat = "\r\nContent-Type: application/json\r\n\r\n{}\r\n--graphql"u8.ToArray();

    /// <summary>Streams the responses until either side ends.</summary>
    public static async Task WriteAsync(HttpContext context, StreamResult stream, GraphQLEndpointOptions options, CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var output = Begin(context);
        await output.FlushAsync(ends.Token);
        await using var responses = stream.ReadAsync(ends.Token).GetAsyncEnumerator(ends.Token);
        var next = responses.MoveNextAsync().AsTask();
        try
        {
            while (await EventStreamResponse.WaitAsync(next, output, s_heartbeat, options.KeepAliveInterval, ends.Token))
            {
                await using (var response = responses.Current)
                {
                    WritePayload(output, response.Json.Span);
                }

                await output.FlushAsync(ends.Token);
                next = responses.MoveNextAsync().AsTask();
            }
        }
        catch (StreamInterruptedException interruption)
        {
            WriteInterruption(output, interruption);
        }
        finally
        {
            // An enumerator may be disposed only between two moves.
            await ends.CancelAsync();
            await next.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        Write(output, "--\r\n"u8);
        await output.FlushAsync(context.RequestAborted);
    }

    /// <summary>Answers with one response, for a client that accepts nothing else.</summary>
    public static async Task WriteAsync(HttpContext context, SingleResult result)
    {
        var output = Begin(context);
        WritePayload(output, result.Json.Span);
        Write(output, "--\r\n"u8);
        await output.FlushAsync(context.RequestAborted);
    }

    private static PipeWriter Begin(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-cache, no-transform";
        // Tells reverse proxies not to hold parts back.
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        Write(response.BodyWriter, "--graphql"u8);
        return response.BodyWriter;
    }

    // The delimiter follows at once: a part ends for the client when its delimiter comes.
    private static void WritePayload(PipeWriter output, ReadOnlySpan<byte> json)
    {
        Write(output, "\r\nContent-Type: application/json\r\n\r\n{\"payload\":"u8);
        Write(output, json);
        Write(output, "}\r\n--graphql"u8);
    }

    private static void WriteInterruption(PipeWriter output, StreamInterruptedException interruption)
    {
        using var errors = new PooledBuffer(256);
        ErrorResponse.Write(errors, interruption.Message, interruption.Code);
        Write(output, "\r\nContent-Type: application/json\r\n\r\n{\"payload\":null,"u8);
        // The members of the error response follow the payload.
        Write(output, errors.Memory.Span[1..]);
        Write(output, "\r\n--graphql"u8);
    }

    private static void Write(PipeWriter output, ReadOnlySpan<byte> bytes) => System.Buffers.BuffersExtensions.Write(output, bytes);
}
