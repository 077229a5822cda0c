using System.Text.Json;
using System.Text.Json.Nodes;

namespace LuckyGraph.Conformance.Cats;

/// <summary>Brings data of scenarios, which follow an edition of 2018, and data of responses into one form.</summary>
internal static class CatsData
{
    public static string Text(JsonElement data)
    {
        var node = JsonNode.Parse(data.GetRawText());
        Visit(node);
        return CorpusText.Canonical(JsonSerializer.SerializeToElement(node));
    }

    private static void Visit(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray list:
                foreach (var item in list)
                {
                    Visit(item);
                }

                break;
            case JsonObject map:
                // Since October 2021 interfaces implement interfaces: what was null is a list.
                if (map["kind"]?.ToString() == "INTERFACE" && map.ContainsKey("interfaces"))
                {
                    map["interfaces"] ??= new JsonArray();
                }

                // The specification gives possible types no order.
                if (map["possibleTypes"] is JsonArray types)
                {
                    map["possibleTypes"] = new JsonArray([.. types.OrderBy(t => t!["name"]?.ToString(), StringComparer.Ordinal).Select(t => t!.DeepClone())]);
                }

                foreach (var (_, value) in map)
                {
                    Visit(value);
                }

                break;
        }
    }
}
