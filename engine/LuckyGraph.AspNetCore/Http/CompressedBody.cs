using System.IO.Compression;
using LuckyGraph.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>
/// Compresses whole JSON responses with the best coding that both sides know (RFC 9110, 12.5.3): Brotli before gzip where the
/// client has no preference.
/// </summary>
internal static class CompressedBody
{
    // Fast settings: a response is compressed once for each request, not once for ever.
    private const int BrotliQuality = 3;
    private const int BrotliWindow = 20;
    private const string AcceptAndEncoding = "Accept, Accept-Encoding";

    /// <summary>Writes the response's body, its length and its coding; the caller has set the rest of the header.</summary>
    public static async ValueTask WriteAsync(HttpContext context, ReadOnlyMemory<byte> body, GraphQLEndpointOptions options)
    {
        var response = context.Response;
        if (options.CompressResponses)
        {
            // What the transport set, with one field line in the place of two.
            response.Headers.Vary = response.Headers.Vary is ["Accept"] ? AcceptAndEncoding : StringValues.Concat(response.Headers.Vary, HeaderNames.AcceptEncoding);
            if (body.Length >= options.CompressionThreshold && ChooseCoding(context.Request) is { } coding)
            {
                using var compressed = new PooledBuffer(body.Length / 2);
                if (coding == "br" ? TryBrotli(body.Span, compressed) : TryGzip(body.Span, compressed))
                {
                    response.Headers.ContentEncoding = coding;
                    response.ContentLength = compressed.Length;
                    await response.BodyWriter.WriteAsync(compressed.Memory, context.RequestAborted);
                    return;
                }
            }
        }

        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    private static string? ChooseCoding(HttpRequest request)
    {
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var codings))
        {
            return null;
        }

        double brotli = -1, gzip = -1, any = -1;
        foreach (var coding in codings)
        {
            var quality = coding.Quality ?? 1;
            if (coding.Value.Equals("br", StringComparison.OrdinalIgnoreCase))
            {
                brotli = quality;
            }
            else if (coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) || coding.Value.Equals("x-gzip", StringComparison.OrdinalIgnoreCase))
            {
                gzip = quality;
            }
            else if (coding.Value == "*")
            {
                any = quality;
            }
        }

        brotli = brotli < 0 ? any : brotli;
        gzip = gzip < 0 ? any : gzip;
        return brotli > 0 && brotli >= gzip ? "br" : gzip > 0 ? "gzip" : null;
    }

    private static bool TryBrotli(ReadOnlySpan<byte> body, PooledBuffer target)
    {
        var span = target.GetSpan(BrotliEncoder.GetMaxCompressedLength(body.Length));
        if (!BrotliEncoder.TryCompress(body, span, out var written, BrotliQuality, BrotliWindow) || written >= body.Length)
        {
            return false;
        }

        target.Advance(written);
        return true;
    }

    private static bool TryGzip(ReadOnlySpan<byte> body, PooledBuffer target)
    {
        using var memory = new MemoryStream(body.Length / 2);
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body);
        }

        if (memory.Length >= body.Length)
        {
            return false;
        }

        target.Write(memory.GetBuffer().AsSpan(0, (int)memory.Length));
        return true;
    }
}
