using System.Text.Json;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Conformance;

/// <summary>One file of cases and its schemas, each built once; those that are not valid as a whole are built without validation.</summary>
internal sealed class Corpus : IDisposable
{
    private readonly JsonDocument _document;
    private readonly Dictionary<string, Schema> _built = new(StringComparer.Ordinal);
    private readonly HashSet<string> _invalid;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConformanceFormatException">The file is not in the corpus' format.</exception>
    public Corpus(byte[] json)
    {
        try
        {
            _document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 1_000 });
        }
        catch (JsonException e)
        {
            throw new ConformanceFormatException($"is not JSON: {e.Message}");
        }

        if (_document.RootElement.ValueKind != JsonValueKind.Object
            || !_document.RootElement.TryGetProperty("cases", out var cases) || cases.ValueKind != JsonValueKind.Array)
        {
            _document.Dispose();
            throw new ConformanceFormatException("has no list of cases");
        }

        Cases = cases;
        _invalid = _document.RootElement.TryGetProperty("invalidSchemas", out var keys) ? [.. keys.EnumerateArray().Select(k => k.GetString()!)] : [];
    }

    public JsonElement Cases { get; }

    public string Sdl(string key) => _document.RootElement.GetProperty("schemas").GetProperty(key).GetString()!;

    public bool IsInvalid(string key) => _invalid.Contains(key);

    public Schema Schema(JsonElement test, string member = "schema") => Schema(test.GetProperty(member).GetString()!);

    public Schema Schema(string key)
    {
        if (!_built.TryGetValue(key, out var schema))
        {
            var builder = new SchemaBuilder().AddSdl(Sdl(key));
            schema = _built[key] = IsInvalid(key) ? builder.BuildUnchecked() : builder.Build();
        }

        return schema;
    }

    public void Dispose() => _document.Dispose();
}

/// <summary>Thrown for a folder or file that is not in a format that can be replayed; the message says what is missing.</summary>
public sealed class ConformanceFormatException(string message) : Exception(message);
