using System.Text.Json;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Tests.Conformance;

/// <summary>The schemas of a corpus file, each built once; those that are not valid as a whole are built without validation.</summary>
internal sealed class CorpusSchemas(JsonDocument corpus)
{
    private readonly Dictionary<string, Schema> built = new(StringComparer.Ordinal);
    private readonly HashSet<string> invalid = [.. corpus.RootElement.GetProperty("invalidSchemas").EnumerateArray().Select(k => k.GetString()!)];

    public string Sdl(string key) => corpus.RootElement.GetProperty("schemas").GetProperty(key).GetString()!;

    public bool IsInvalid(string key) => invalid.Contains(key);

    public Schema Get(string key)
    {
        if (!built.TryGetValue(key, out var schema))
        {
            var builder = new SchemaBuilder().AddSdl(Sdl(key));
            schema = built[key] = invalid.Contains(key) ? builder.BuildUnchecked() : builder.Build();
        }

        return schema;
    }
}
