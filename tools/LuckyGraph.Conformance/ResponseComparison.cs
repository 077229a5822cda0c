using System.Text.Json;

namespace LuckyGraph.Conformance;

/// <summary>Compares responses with the corpus: data with key order, errors as a multiset of path and locations.</summary>
internal static class ResponseComparison
{
    /// <summary>The first difference of two JSON values, or null; numbers compare by value, keys by order.</summary>
    public static string? Difference(JsonElement expected, JsonElement actual, string at = "$")
    {
        if (expected.ValueKind == JsonValueKind.Number && actual.ValueKind == JsonValueKind.Number)
        {
            return expected.GetDouble() == actual.GetDouble() ? null : $"{at}: {expected.GetRawText()} expected, not {actual.GetRawText()}";
        }

        if (expected.ValueKind != actual.ValueKind)
        {
            return $"{at}: {CorpusText.Show(expected)} expected, not {CorpusText.Show(actual)}";
        }

        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                var wanted = expected.EnumerateObject().ToList();
                var found = actual.EnumerateObject().ToList();
                if (!wanted.Select(m => m.Name).SequenceEqual(found.Select(m => m.Name)))
                {
                    return $"{at}: keys {string.Join(",", wanted.Select(m => m.Name))} expected, not {string.Join(",", found.Select(m => m.Name))}";
                }

                return wanted.Zip(found).Select(pair => Difference(pair.First.Value, pair.Second.Value, $"{at}.{pair.First.Name}")).FirstOrDefault(d => d is not null);
            case JsonValueKind.Array:
                if (expected.GetArrayLength() != actual.GetArrayLength())
                {
                    return $"{at}: {expected.GetArrayLength()} items expected, not {actual.GetArrayLength()}";
                }

                return expected.EnumerateArray().Zip(actual.EnumerateArray())
                    .Select((pair, i) => Difference(pair.First, pair.Second, $"{at}[{i}]")).FirstOrDefault(d => d is not null);
            case JsonValueKind.String when expected.GetString() != actual.GetString():
                // Arguments shown as text compare as JSON.
                return IsJsonObject(expected.GetString()!) && IsJsonObject(actual.GetString()!)
                    ? Difference(JsonDocument.Parse(expected.GetString()!).RootElement, JsonDocument.Parse(actual.GetString()!).RootElement, at)
                    : $"{at}: {expected.GetRawText()} expected, not {actual.GetRawText()}";
            default:
                return null;
        }
    }

    /// <summary>What differs between the errors of two responses: multisets of path and locations.</summary>
    public static string? ErrorDifference(JsonElement expected, JsonElement actual, bool withPath = true)
    {
        var wanted = ErrorKeys(expected, withPath);
        var found = ErrorKeys(actual, withPath);
        return wanted.SequenceEqual(found)
            ? null
            : $"errors {string.Join(" | ", wanted)} expected, not {string.Join(" | ", found)}: {CorpusText.Show(actual)}";
    }

    /// <summary>Path and locations of each error, in an order that does not depend on the engine.</summary>
    public static List<string> ErrorKeys(JsonElement response, bool withPath = true)
        => response.TryGetProperty("errors", out var errors)
            ? [.. errors.EnumerateArray().Select(e => ErrorKey(e, withPath)).Order(StringComparer.Ordinal)]
            : [];

    public static string ErrorKey(JsonElement error, bool withPath = true)
        => (withPath ? Path(error) : "") + "@" + string.Join(";", Locations(error));

    private static IEnumerable<string> Locations(JsonElement error)
        => error.TryGetProperty("locations", out var locations)
            ? locations.EnumerateArray().Select(l => $"{l.GetProperty("line").GetInt32()}:{l.GetProperty("column").GetInt32()}")
            : [];

    private static string Path(JsonElement error)
        => error.TryGetProperty("path", out var path) ? string.Join("/", path.EnumerateArray().Select(p => p.ToString())) : "-";

    private static bool IsJsonObject(string text) => text.StartsWith('{') && text.EndsWith('}');
}
