using System.Text.Json;
using System.Text.Json.Nodes;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance;

/// <summary>Brings introspection results into the corpus' normal form.</summary>
internal static class IntrospectionResult
{
    private static readonly string[] BuiltIn = ["Int", "Float", "String", "Boolean", "ID", "skip", "include", "deprecated", "specifiedBy", "oneOf"];

    public static JsonElement Normalise(JsonElement data)
    {
        var node = JsonNode.Parse(data.GetRawText())!;
        Visit(node, inBuiltIn: false);
        return JsonSerializer.SerializeToElement(node);
    }

    private static void Visit(JsonNode? node, bool inBuiltIn)
    {
        if (node is JsonArray array)
        {
            foreach (var meta in array.Where(i => Name(i)?.StartsWith("__", StringComparison.Ordinal) == true).ToList())
            {
                array.Remove(meta);
            }

            foreach (var item in array)
            {
                Visit(item, inBuiltIn);
            }

            return;
        }

        if (node is not JsonObject map)
        {
            return;
        }

        var builtIn = inBuiltIn || BuiltIn.Contains(Name(map));
        if (builtIn)
        {
            map.Remove("description");
        }

        foreach (var (key, value) in map.ToList())
        {
            Visit(value, builtIn);
            if (value is JsonArray items && key is "types" or "directives" or "possibleTypes")
            {
                Sort((JsonArray)value!, i => Name(i) ?? "");
            }
            else if (key == "locations" && value is JsonArray locations)
            {
                foreach (var own in locations.Where(l => l!.GetValue<string>() == "DIRECTIVE_DEFINITION").ToList())
                {
                    locations.Remove(own);
                }

                Sort(locations, l => l!.GetValue<string>());
            }
            else if (key == "defaultValue" && value is JsonValue literal)
            {
                map[key] = Printer.PrintCompact(Parser.ParseValue(literal.GetValue<string>()));
            }
        }
    }

    private static void Sort(JsonArray array, Func<JsonNode?, string> key)
    {
        var items = array.OrderBy(key, StringComparer.Ordinal).ToList();
        array.Clear();
        foreach (var item in items)
        {
            array.Add(item);
        }
    }

    private static string? Name(JsonNode? node) => node is JsonObject map && map.TryGetPropertyValue("name", out var name) && name is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
