using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace LuckyGraph.AspNetCore;

/// <summary>
/// Trusted documents in memory, read once when the host starts: no request ever touches the file system, so no id can name a
/// file that was not stored.
/// </summary>
public sealed class TrustedDocuments : ITrustedDocumentStore
{
    private const string Extension = ".graphql";
    private readonly FrozenDictionary<string, ReadOnlyMemory<byte>> _documents;

    private TrustedDocuments(Dictionary<string, ReadOnlyMemory<byte>> documents) => _documents = documents.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Number of documents.</summary>
    public int Count => _documents.Count;

    /// <summary>Reads a folder of files <c>{id}.graphql</c>, as <c>lucky operations store</c> writes it.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public static TrustedDocuments FromFolder(string folder)
    {
        var documents = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*" + Extension))
        {
            documents[Path.GetFileNameWithoutExtension(file)] = File.ReadAllBytes(file);
        }

        return new TrustedDocuments(documents);
    }

    /// <summary>Reads a manifest: one JSON object whose members are documents by id, as <c>lucky operations extract</c> writes it.</summary>
    /// <exception cref="InvalidDataException">The file is not such an object.</exception>
    public static TrustedDocuments FromManifest(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            var documents = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
            foreach (var member in json.RootElement.EnumerateObject())
            {
                documents[member.Name] = Encoding.UTF8.GetBytes(member.Value.GetString() ?? "");
            }

            return new TrustedDocuments(documents);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{file} is not a JSON object of documents by id.", e);
        }
    }

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>> FindAsync(string id, CancellationToken cancellationToken)
        => new(_documents.TryGetValue(id, out var document) ? document : default);
}
