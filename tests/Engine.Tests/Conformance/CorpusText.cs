using System.Text.Json;

namespace LuckyGraph.Engine.Tests.Conformance;

/// <summary>Shows parts of corpus cases as text that compares well.</summary>
internal static class CorpusText
{
    /// <summary>Locations as <c>line:column line:column</c>.</summary>
    public static string Locations(JsonElement locations)
        => string.Join(" ", locations.EnumerateArray().Select(l => $"{l.GetProperty("line")}:{l.GetProperty("column")}"));

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
}
