using System.Text.Json;
using LuckyGraph.Fusion.Composition;

namespace LuckyGraph.Gateway.Schema;

/// <summary>One entry of a list of subgraphs.</summary>
/// <param name="Name">Its name, such as <c>products</c>.</param>
/// <param name="Url">Where it answers GraphQL requests; null when a setting says so.</param>
internal sealed record SubgraphEntry(string Name, string? Url)
{
    /// <summary>Its SDL; null when it is in <see cref="File"/> or the subgraph says it.</summary>
    public string? Sdl { get; init; }
    /// <summary>The path of a file with its SDL.</summary>
    public string? File { get; init; }
    /// <summary>How it is written; null when its SDL tells.</summary>
    public SourceSchemaKind? Kind { get; init; }
    /// <summary>What it understands beyond plain requests; null when the entry does not say.</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }
}

/// <summary>Reads a list of subgraphs: a JSON array of objects with <c>name</c>, <c>url</c>, and <c>sdl</c> or <c>file</c>.</summary>
internal static class SubgraphList
{
    private const string Members = "name, url, sdl, file, kind, capabilities";

    private static readonly JsonDocumentOptions s_lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Parses a list; files are relative to the folder of <paramref name="path"/>.</summary>
    /// <exception cref="SchemaSourceException">It is malformed; the message says where.</exception>
    public static IReadOnlyList<SubgraphEntry> Parse(string json, string path)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, s_lenient);
        }
        catch (JsonException e)
        {
            var reason = e.Message.Split(" LineNumber:", 2)[0];
            throw new SchemaSourceException($"{path}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: this is not JSON. {reason}", e);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Array || document.RootElement.GetArrayLength() == 0)
            {
                throw new SchemaSourceException($"{path}: expected a list of subgraphs, such as [{{ \"name\": \"products\", \"url\": \"http://127.0.0.1:4001/graphql\" }}].");
            }

            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            var entries = new List<SubgraphEntry>();
            foreach (var element in document.RootElement.EnumerateArray())
            {
                var entry = Entry(element, $"{path}, entry {entries.Count + 1}", folder);
                if (entries.Exists(e => e.Name == entry.Name))
                {
                    throw new SchemaSourceException($"{path}, entry {entries.Count + 1}: there is a subgraph \"{entry.Name}\" already. Names are distinct.");
                }

                entries.Add(entry);
            }

            return entries;
        }
    }

    private static SubgraphEntry Entry(JsonElement element, string where, string folder)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new SchemaSourceException($"{where}: expected an object with {Members}.");
        }

        string? name = null, url = null, sdl = null, file = null;
        SourceSchemaKind? kind = null;
        IReadOnlyList<string>? capabilities = null;
        foreach (var member in element.EnumerateObject())
        {
            switch (member.Name)
            {
                case "name":
                    name = Text(member, where);
                    break;
                case "url":
                    url = Text(member, where);
                    break;
                case "sdl":
                    sdl = Text(member, where);
                    break;
                case "file":
                    file = Path.GetFullPath(Path.Combine(folder, Text(member, where)));
                    break;
                case "kind":
                    kind = Text(member, where) switch
                    {
                        "composite" => SourceSchemaKind.Composite,
                        "apollo" => SourceSchemaKind.Apollo,
                        var other => throw new SchemaSourceException($"{where}: kind is \"composite\" or \"apollo\", not \"{other}\"."),
                    };
                    break;
                case "capabilities" when member.Value.ValueKind == JsonValueKind.Array:
                    capabilities = [.. member.Value.EnumerateArray().Select(item => item.ToString())];
                    break;
                default:
                    throw new SchemaSourceException($"{where}: \"{member.Name}\" means nothing here. An entry has {Members}.");
            }
        }

        if (string.IsNullOrEmpty(name))
        {
            throw new SchemaSourceException($"{where}: the name is missing.");
        }

        if (sdl is not null && file is not null)
        {
            throw new SchemaSourceException($"{where} (\"{name}\"): the SDL is either in \"sdl\" or in \"file\", not in both.");
        }

        return url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            ? throw new SchemaSourceException($"{where} (\"{name}\"): \"{url}\" is no address. Write one such as http://127.0.0.1:4001/graphql.")
            : new SubgraphEntry(name, url) { Sdl = sdl, File = file, Kind = kind, Capabilities = capabilities };
    }

    private static string Text(JsonProperty member, string where)
        => member.Value.ValueKind == JsonValueKind.String
            ? member.Value.GetString()!
            : throw new SchemaSourceException($"{where}: \"{member.Name}\" is a text.");
}
