using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance;

/// <summary>Shows parts of corpus cases as text that compares well.</summary>
internal static class CorpusText
{
    /// <summary>Locations as <c>line:column line:column</c>.</summary>
    public static string Locations(JsonElement locations)
        => string.Join(" ", locations.EnumerateArray().Select(l => $"{l.GetProperty("line")}:{l.GetProperty("column")}"));

    /// <summary>Locations as <c>line:column line:column</c>.</summary>
    public static string Locations(IEnumerable<SourceLocation> locations) => string.Join(" ", locations.Select(l => $"{l.Line}:{l.Column}"));

    /// <summary>What differs between where a syntax error is and where it should be.</summary>
    public static string? LocationDifference(JsonElement error, GraphQLSyntaxException actual)
    {
        var expected = new SourceLocation(error.GetProperty("line").GetInt32(), error.GetProperty("column").GetInt32());
        return actual.Location == expected ? null : $"{expected} expected, not {actual.Location} ({actual.Message}); {error}";
    }

    /// <summary>A coerced value as JSON: input objects by the names of their fields, omitted fields absent.</summary>
    public static JsonElement Json(object? value) => JsonSerializer.SerializeToElement(Plain(value));

    /// <summary>The start of a JSON text, for messages.</summary>
    public static string Show(JsonElement value)
        => value.ValueKind == JsonValueKind.Undefined ? "nothing" : value.GetRawText() is { Length: > 600 } text ? text[..600] + "…" : value.GetRawText();

    /// <summary>A path as <c>a.0.b</c>.</summary>
    public static string Path(JsonElement path) => string.Join(".", path.EnumerateArray());

    /// <summary>JSON with sorted keys and numbers by value, so that equal values have equal text.</summary>
    public static string Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(",", value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => $"{JsonSerializer.Serialize(m.Name)}:{Canonical(m.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(",", value.EnumerateArray().Select(Canonical)) + "]",
        JsonValueKind.Number => value.GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        JsonValueKind.String => JsonSerializer.Serialize(value.GetString()),
        _ => value.GetRawText(),
    };

    private static object? Plain(object? value) => value switch
    {
        object?[] list => list.Select(Plain).ToArray(),
        InputObjectValue map => map.Type.Fields.Where(f => map.IsProvided(f.Index)).ToDictionary(f => f.Name, f => Plain(map[f.Index])),
        IReadOnlyDictionary<string, object?> map => map.ToDictionary(m => m.Key, m => Plain(m.Value)),
        _ => value,
    };
}
