using System.Buffers;
using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.Engine;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace LuckyGraph.AspNetCore.Uploads;

/// <summary>
/// Reads a multipart request (GraphQL multipart request specification, version 2): the part <c>operations</c>, then <c>map</c>,
/// then the files. Each file goes to disk as it comes. Nothing is executed before the last one is there.
/// </summary>
internal sealed class MultipartRequest(HttpContext context, GraphQLEndpointOptions options)
{
    private const int BufferSize = 64 * 1024;
    // RFC 2046, 5.1.1.
    private const int LongestBoundary = 70;
    private const int MaxPartHeaders = 16;
    private const int MaxPartHeaderBytes = 8 * 1024;

    private long _bytes;

    /// <summary>Whether a content type is that of a multipart request.</summary>
    public static bool IsMeant(HttpRequest request)
        => MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the whole body. The envelope owns the files.</summary>
    /// <exception cref="RequestFormatException">The request is malformed or exceeds a limit.</exception>
    public async ValueTask<RequestEnvelope> ReadAsync()
    {
        var reader = Open();
        var envelope = RequestParser.ParseBody(await ReadFieldAsync(await NextAsync(reader), "operations", UploadErrorCodes.OperationsMissing), options);
        try
        {
            Dictionary<string, UploadPlace[]> missing;
            using (var map = await ReadFieldAsync(await NextAsync(reader), "map", UploadErrorCodes.MapMissing))
            {
                missing = UploadMap.Read(map.Memory, envelope, options);
            }

            await ReadFilesAsync(reader, missing, envelope);
            return envelope;
        }
        catch
        {
            envelope.Dispose();
            throw;
        }
    }

    /// <summary>What is larger or more than allowed.</summary>
    public static RequestFormatException TooLarge(string message) => new(message, StatusCodes.Status413PayloadTooLarge, ErrorCodes.Limit);

    private MultipartReader Open()
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(context.Request.ContentType).Boundary).ToString();
        if (boundary.Length is 0 or > LongestBoundary)
        {
            throw Malformed($"The content type must name a boundary of 1 to {LongestBoundary} characters.");
        }

        if (context.Request.ContentLength > options.MaxUploadBytes)
        {
            throw TooLarge($"The request body is larger than {options.MaxUploadBytes} bytes.");
        }

        // The server's own limit is for bodies that are kept in memory.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = options.MaxUploadBytes;
        }

        return new MultipartReader(boundary, context.Request.Body, BufferSize / 4) { HeadersCountLimit = MaxPartHeaders, HeadersLengthLimit = MaxPartHeaderBytes };
    }

    private async ValueTask<PooledBuffer> ReadFieldAsync((MultipartSection? Section, ContentDispositionHeaderValue? Disposition) part, string name, string missing)
    {
        if (part.Section is null || NameOf(part.Disposition!) != name)
        {
            throw new RequestFormatException(
                $"The field \"{name}\" is missing: a multipart request has the parts \"operations\", \"map\" and then its files.", RequestFormatException.Unprocessable, missing);
        }

        var field = new PooledBuffer(4096);
        try
        {
            while (await ReadAsync(part.Section.Body, field.GetMemory(1024)) is > 0 and var count)
            {
                field.Advance(count);
                if (field.Length > options.MaxRequestBytes)
                {
                    throw TooLarge($"The field \"{name}\" is larger than {options.MaxRequestBytes} bytes.");
                }
            }

            return field;
        }
        catch
        {
            field.Dispose();
            throw;
        }
    }

    private async ValueTask ReadFilesAsync(MultipartReader reader, Dictionary<string, UploadPlace[]> missing, RequestEnvelope envelope)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var sent = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            while (await NextAsync(reader) is { Section: { } section, Disposition: { } disposition })
            {
                var name = NameOf(disposition);
                if (!sent.Add(name))
                {
                    throw Malformed($"The part \"{name}\" is sent twice.");
                }

                if (sent.Count > options.MaxUploadFiles)
                {
                    throw TooLarge($"More than {options.MaxUploadFiles} files are uploaded.");
                }

                // Other parts of the form are read to their end, which counts against the limits, and dropped.
                var isFile = disposition.FileName.HasValue || disposition.FileNameStar.HasValue;
                if (!isFile || !missing.Remove(name, out var places))
                {
                    while (await ReadAsync(section.Body, buffer) > 0)
                    {
                    }

                    continue;
                }

                var file = envelope.Own(TemporaryFile.Create(options.UploadFolder ?? Path.GetTempPath(), FileNameOf(disposition), section.ContentType));
                await StoreAsync(section.Body, file, name, buffer);
                foreach (var place in places)
                {
                    place.Request.Files ??= new Dictionary<string, IFile>(StringComparer.Ordinal);
                    place.Request.Files.Add(place.Path, file);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (missing.Count > 0)
        {
            throw new RequestFormatException(
                $"The file \"{missing.Keys.First()}\" of the map was not sent.", RequestFormatException.Unprocessable, UploadErrorCodes.FileMissing);
        }
    }

    private async ValueTask StoreAsync(Stream source, TemporaryFile file, string name, byte[] buffer)
    {
        var filled = 0;
        while (await ReadAsync(source, buffer.AsMemory(filled)) is > 0 and var count)
        {
            filled += count;
            if (file.Length + filled > options.MaxUploadFileBytes)
            {
                throw TooLarge($"The file \"{name}\" is larger than {options.MaxUploadFileBytes} bytes.");
            }

            if (filled == buffer.Length)
            {
                await file.AppendAsync(buffer, context.RequestAborted);
                filled = 0;
            }
        }

        await file.AppendAsync(buffer.AsMemory(0, filled), context.RequestAborted);
    }

    private async ValueTask<(MultipartSection? Section, ContentDispositionHeaderValue? Disposition)> NextAsync(MultipartReader reader)
    {
        MultipartSection? section;
        try
        {
            section = await reader.ReadNextSectionAsync(context.RequestAborted);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw Unreadable(e);
        }

        if (section is null)
        {
            return default;
        }

        return section.GetContentDispositionHeader() is { } disposition && NameOf(disposition).Length > 0
            ? (section, disposition)
            : throw Malformed("Every part must have a Content-Disposition of form-data with a name.");
    }

    private async ValueTask<int> ReadAsync(Stream source, Memory<byte> buffer)
    {
        int count;
        try
        {
            count = await source.ReadAsync(buffer, context.RequestAborted);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw Unreadable(e);
        }

        _bytes += count;
        return _bytes <= options.MaxUploadBytes ? count : throw TooLarge($"The request body is larger than {options.MaxUploadBytes} bytes.");
    }

    private RequestFormatException Unreadable(Exception e) => e is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }
        ? TooLarge($"The request body is larger than {options.MaxUploadBytes} bytes.")
        : Malformed("The body is not a multipart form, or it ends too early.");

    private static string NameOf(ContentDispositionHeaderValue disposition) => HeaderUtilities.RemoveQuotes(disposition.Name).ToString();

    // Some clients send the whole path of their disk.
    private static string FileNameOf(ContentDispositionHeaderValue disposition)
    {
        var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString();
        return name[(name.AsSpan().LastIndexOfAny('/', '\\') + 1)..];
    }

    private static RequestFormatException Malformed(string message) => new(message, StatusCodes.Status400BadRequest, UploadErrorCodes.Malformed);
}
