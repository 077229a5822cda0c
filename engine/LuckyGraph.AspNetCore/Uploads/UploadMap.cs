using System.Globalization;
using System.Text.Json;
using LuckyGraph.AspNetCore.Requests;

namespace LuckyGraph.AspNetCore.Uploads;

/// <summary>Where a file stands: a null in a request's variables, by its dotted path below <c>variables</c>.</summary>
internal readonly record struct UploadPlace(GraphQLRequest Request, string Path);

/// <summary>
/// The <c>map</c> of a multipart request (GraphQL multipart request specification): for each file, by the name of its part, the
/// places in the operations that it fills.
/// </summary>
internal static class UploadMap
{
    /// <summary>Reads the map and finds every place in the operations.</summary>
    /// <exception cref="RequestFormatException">The map is malformed, exceeds a limit, or a place does not exist or is not null.</exception>
    public static Dictionary<string, UploadPlace[]> Read(ReadOnlyMemory<byte> json, RequestEnvelope operations, GraphQLEndpointOptions options)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document, operations, options);
        }
        catch (Exception e) when (RequestParser.IsMalformed(e))
        {
            throw Invalid("The map is not valid JSON in UTF-8.");
        }
    }

    private static Dictionary<string, UploadPlace[]> Read(JsonDocument document, RequestEnvelope operations, GraphQLEndpointOptions options)
    {
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("The map must be a JSON object that gives each file a list of paths.");
        }

        var files = new Dictionary<string, UploadPlace[]>(StringComparer.Ordinal);
        var taken = new HashSet<UploadPlace>();
        foreach (var entry in document.RootElement.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Array || entry.Value.GetArrayLength() == 0)
            {
                throw Invalid($"The map must give the file \"{entry.Name}\" a list of paths.");
            }

            if (files.Count == options.MaxUploadFiles)
            {
                throw MultipartRequest.TooLarge($"More than {options.MaxUploadFiles} files are uploaded.");
            }

            if (taken.Count + entry.Value.GetArrayLength() > options.MaxUploadMapEntries)
            {
                throw MultipartRequest.TooLarge($"The map has more than {options.MaxUploadMapEntries} paths.");
            }

            var places = new List<UploadPlace>();
            foreach (var item in entry.Value.EnumerateArray())
            {
                var path = item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Invalid($"The paths of the file \"{entry.Name}\" must be strings.");
                var place = Find(path, operations);
                places.Add(taken.Add(place) ? place : throw Invalid($"The map names the path \"{path}\" twice."));
            }

            if (!files.TryAdd(entry.Name, [.. places]))
            {
                throw Invalid($"The map names the file \"{entry.Name}\" twice.");
            }
        }

        return files;
    }

    private static UploadPlace Find(string path, RequestEnvelope operations)
    {
        var segments = path.Split('.');
        var next = 0;
        var request = !operations.IsBatch ? operations.Requests[0]
            : TryIndex(segments[next++], operations.Requests.Count, out var index) ? operations.Requests[index]
            : throw NotFound(path);
        if (next == segments.Length || segments[next++] != "variables" || next == segments.Length)
        {
            throw new RequestFormatException(
                $"The map's path \"{path}\" does not lead into the variables of an operation.", RequestFormatException.Unprocessable, UploadErrorCodes.PathInvalid);
        }

        var start = next;
        var value = request.Variables;
        if (request.VariableSets is { } sets)
        {
            value = TryIndex(segments[next++], sets.Count, out var set) && next < segments.Length ? sets[set] : throw NotFound(path);
        }

        for (; next < segments.Length; next++)
        {
            value = value.ValueKind switch
            {
                JsonValueKind.Object when value.TryGetProperty(segments[next], out var member) => member,
                JsonValueKind.Array when TryIndex(segments[next], value.GetArrayLength(), out var item) => value[item],
                _ => throw NotFound(path),
            };
        }

        return value.ValueKind == JsonValueKind.Null
            ? new UploadPlace(request, string.Join('.', segments[start..]))
            : throw new RequestFormatException(
                $"The map's path \"{path}\" is not null in the operations.", RequestFormatException.Unprocessable, UploadErrorCodes.PathInvalid);
    }

    // Only the canonical form, so that a place has one path.
    private static bool TryIndex(string text, int count, out int index)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index) && index < count && (text.Length == 1 || text[0] != '0');

    private static RequestFormatException NotFound(string path)
        => new($"The map's path \"{path}\" does not exist in the operations.", RequestFormatException.Unprocessable, UploadErrorCodes.PathInvalid);

    private static RequestFormatException Invalid(string message) => new(message, RequestFormatException.Unprocessable, UploadErrorCodes.MapInvalid);
}
