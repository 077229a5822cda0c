using System.Text.Json;
using System.Text.Json.Nodes;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Engine.Tests.Execution;

/// <summary>Applies the payloads of an incremental delivery as a client does, and watches that they keep the rules.</summary>
internal sealed class IncrementalResponse
{
    private readonly Dictionary<string, List<object>> _open = [];
    private bool _hasNext = true;

    public JsonNode? Data { get; private set; }

    public List<JsonElement> Errors { get; } = [];

    public List<JsonElement> Pending { get; } = [];

    public List<JsonElement> Payloads { get; } = [];

    /// <summary>The first rule that was broken; null when none was.</summary>
    public string? Problem { get; private set; }

    public static async Task<IncrementalResponse> ReadAsync(StreamResult stream)
    {
        var response = new IncrementalResponse();
        await foreach (var payload in stream.ReadAsync(default))
        {
            await using (payload)
            {
                response.Apply(TestServer.Parse(payload));
            }
        }

        response.End();
        return response;
    }

    public void Apply(JsonElement payload)
    {
        if (!_hasNext)
        {
            Problem ??= $"a payload follows the last one: {payload}";
        }

        Payloads.Add(payload);
        if (Payloads.Count == 1)
        {
            Data = JsonNode.Parse(payload.GetProperty("data").GetRawText());
            AddErrors(payload);
        }

        foreach (var pending in Members(payload, "pending"))
        {
            Pending.Add(pending);
            if (!_open.TryAdd(pending.GetProperty("id").GetString()!, Path(pending, "path")))
            {
                Problem ??= $"announced twice: {pending}";
            }
        }

        foreach (var incremental in Members(payload, "incremental"))
        {
            if (_open.TryGetValue(incremental.GetProperty("id").GetString()!, out var path))
            {
                Apply(incremental, [.. path, .. Path(incremental, "subPath")]);
                AddErrors(incremental);
            }
            else
            {
                Problem ??= $"refers to what is not announced: {incremental}";
            }
        }

        foreach (var completed in Members(payload, "completed"))
        {
            AddErrors(completed);
            if (!_open.Remove(completed.GetProperty("id").GetString()!))
            {
                Problem ??= $"completes what is not announced: {completed}";
            }
        }

        _hasNext = payload.GetProperty("hasNext").GetBoolean();
    }

    public void End()
    {
        if (_hasNext || _open.Count > 0)
        {
            Problem ??= $"ends with {_open.Count} announced and hasNext {_hasNext}";
        }
    }

    private void Apply(JsonElement incremental, IEnumerable<object> path)
    {
        var at = Data;
        foreach (var segment in path)
        {
            at = segment is int index ? at![index] : at![(string)segment];
        }

        if (incremental.TryGetProperty("items", out var items))
        {
            foreach (var item in items.EnumerateArray())
            {
                at!.AsArray().Add(JsonNode.Parse(item.GetRawText()));
            }

            return;
        }

        Merge(at!.AsObject(), JsonNode.Parse(incremental.GetProperty("data").GetRawText())!.AsObject());
    }

    private static void Merge(JsonObject target, JsonObject source)
    {
        foreach (var (key, value) in source)
        {
            if (value is JsonObject inner && target[key] is JsonObject known)
            {
                Merge(known, inner);
            }
            else
            {
                target[key] = value?.DeepClone();
            }
        }
    }

    private void AddErrors(JsonElement part) => Errors.AddRange(Members(part, "errors"));

    private static IEnumerable<JsonElement> Members(JsonElement payload, string name)
        => payload.TryGetProperty(name, out var list) ? [.. list.EnumerateArray()] : [];

    private static List<object> Path(JsonElement part, string name)
        => [.. Members(part, name).Select(s => s.ValueKind == JsonValueKind.Number ? (object)s.GetInt32() : s.GetString()!)];
}
