using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>Reads a request body into one pooled buffer.</summary>
internal static class BodyReader
{
    /// <exception cref="RequestFormatException">The body is larger than allowed.</exception>
    public static async ValueTask<PooledBuffer> ReadAsync(HttpContext context, int limit)
    {
        var declared = context.Request.ContentLength;
        if (declared > limit)
        {
            throw TooLarge(limit);
        }

        var body = new PooledBuffer((int)(declared ?? 4096));
        try
        {
            var reader = context.Request.BodyReader;
            while (true)
            {
                var result = await reader.ReadAsync(context.RequestAborted);
                if (body.Length + result.Buffer.Length > limit)
                {
                    throw TooLarge(limit);
                }

                foreach (var segment in result.Buffer)
                {
                    body.Write(segment.Span);
                }

                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return body;
                }
            }
        }
        catch (BadHttpRequestException e)
        {
            body.Dispose();
            throw new RequestFormatException(
                "The request body could not be read.", e.StatusCode, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? ErrorCodes.Limit : ErrorCodes.BadRequest);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static RequestFormatException TooLarge(int limit)
        => new($"The request body is larger than {limit} bytes.", StatusCodes.Status413PayloadTooLarge, ErrorCodes.Limit);
}
