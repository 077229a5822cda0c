using System.Text.Json;
using System.Text.Json.Nodes;

namespace LuckyGraph.Conformance;

/// <summary>Applies the parts of an incrementally delivered response to the data they belong to, and checks the order in which they refer to each other.</summary>
internal sealed class IncrementalResponse
{
    private readonly Dictionary<string, JsonArray> _open = new(StringComparer.Ordinal);
    private readonly HashSet<string> _announced = new(StringComparer.Ordinal);
    private readonly List<string> _pending = [];
    private readonly List<string> _errors = [];
    private JsonNode? _data;
    private bool _started;
    private bool _ended;

    /// <summary>The data of all payloads so far.</summary>
    public JsonElement Data => JsonSerializer.SerializeToElement(_data);

    /// <summary>Applies one payload; returns what is wrong with it.</summary>
    public string? Apply(JsonElement payload)
    {
        if (_ended)
        {
            return $"a payload follows the last one: {CorpusText.Show(payload)}";
        }

        if (!_started)
        {
            _started = true;
            _data = payload.TryGetProperty("data", out var data) ? JsonNode.Parse(data.GetRawText()) : null;
            AddErrors(payload);
        }

        foreach (var announced in Items(payload, "pending"))
        {
            var id = announced.GetProperty("id").GetString()!;
            var path = announced.GetProperty("path");
            if (!_announced.Add(id))
            {
                return $"id {id} is announced twice";
            }

            _open[id] = JsonNode.Parse(path.GetRawText())!.AsArray();
            _pending.Add(PendingKey(announced));
        }

        foreach (var part in Items(payload, "incremental"))
        {
            if (ApplyPart(part) is { } mistake)
            {
                return mistake;
            }
        }

        foreach (var completed in Items(payload, "completed"))
        {
            var id = completed.GetProperty("id").GetString()!;
            if (!_open.Remove(id))
            {
                return $"id {id} completes but is not under way";
            }

            AddErrors(completed);
        }

        _ended = !payload.GetProperty("hasNext").GetBoolean();
        return null;
    }

    /// <summary>What is missing after the last payload.</summary>
    public string? Finish()
        => !_ended ? "the last payload does not have hasNext false"
            : _open.Count > 0 ? $"ids {string.Join(", ", _open.Keys)} never complete"
            : null;

    /// <summary>What differs from the merged response of a case. Deferrals may be fewer: any of them may be inlined.</summary>
    public string? Difference(JsonElement merged)
    {
        var data = Data;
        var expected = merged.GetProperty("data");
        if (CorpusText.Canonical(expected) != CorpusText.Canonical(data))
        {
            return $"data {CorpusText.Show(expected)} expected, not {CorpusText.Show(data)}";
        }

        var errors = merged.GetProperty("errors").EnumerateArray().Select(e => ResponseComparison.ErrorKey(e)).Order(StringComparer.Ordinal).ToList();
        if (!errors.SequenceEqual(_errors.Order(StringComparer.Ordinal)))
        {
            return $"errors {string.Join(" | ", errors)} expected, not {string.Join(" | ", _errors)}";
        }

        var wanted = merged.GetProperty("pending").EnumerateArray().Select(PendingKey).ToList();
        var unexpected = _pending.Where(p => !wanted.Remove(p)).ToList();
        return unexpected.Count == 0 ? null : $"announces {string.Join(" | ", unexpected)}, which the case does not";
    }

    private string? ApplyPart(JsonElement part)
    {
        var id = part.GetProperty("id").GetString()!;
        if (!_open.TryGetValue(id, out var path))
        {
            return $"a part refers to id {id}, which is not under way";
        }

        AddErrors(part);
        var at = _data;
        foreach (var segment in path.Concat(Items(part, "subPath").Select(s => JsonNode.Parse(s.GetRawText()))))
        {
            at = segment!.GetValueKind() == JsonValueKind.Number ? Item(at, segment.GetValue<int>()) : (at as JsonObject)?[segment.GetValue<string>()];
        }

        if (part.TryGetProperty("items", out var items))
        {
            if (at is not JsonArray list)
            {
                return $"items arrive at {path}, where there is no list";
            }

            foreach (var item in items.EnumerateArray())
            {
                list.Add(JsonNode.Parse(item.GetRawText()));
            }

            return null;
        }

        return at is JsonObject target
            ? Merge(target, part.GetProperty("data"))
            : $"data arrives at {path.ToJsonString()}, where there is no object: {CorpusText.Show(part)}";
    }

    private static string? Merge(JsonObject target, JsonElement source)
    {
        if (source.ValueKind != JsonValueKind.Object)
        {
            return source.ValueKind == JsonValueKind.Null ? null : $"a part's data is {CorpusText.Show(source)}";
        }

        foreach (var member in source.EnumerateObject())
        {
            if (target[member.Name] is JsonObject nested && member.Value.ValueKind == JsonValueKind.Object)
            {
                if (Merge(nested, member.Value) is { } mistake)
                {
                    return mistake;
                }
            }
            else
            {
                target[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            }
        }

        return null;
    }

    private static JsonNode? Item(JsonNode? list, int index) => list is JsonArray array && index < array.Count ? array[index] : null;

    private void AddErrors(JsonElement holder) => _errors.AddRange(Items(holder, "errors").Select(e => ResponseComparison.ErrorKey(e)));

    private static IEnumerable<JsonElement> Items(JsonElement holder, string name) => holder.TryGetProperty(name, out var items) ? items.EnumerateArray() : [];

    private static string PendingKey(JsonElement pending) => $"{CorpusText.Path(pending.GetProperty("path"))} {(pending.TryGetProperty("label", out var label) ? label.ToString() : "")}";
}
