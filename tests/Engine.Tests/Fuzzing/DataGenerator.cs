using System.Text.Json.Nodes;

namespace LuckyGraph.Engine.Tests.Fuzzing;

/// <summary>Makes data for every field of a schema, as deep as documents go, with nulls and errors among it.</summary>
internal sealed class DataGenerator(Random random, GeneratedSchema schema)
{
    private const int Depth = 4;

    public JsonObject Root()
    {
        var root = new JsonObject();
        foreach (var operation in new[] { "Query", "Mutation", "Subscription" })
        {
            foreach (var field in schema.Composites[operation])
            {
                root[field.Name] = Value(field, field.Type, Depth);
            }
        }

        return root;
    }

    private JsonNode? Value(GeneratedField field, string type, int depth)
    {
        if (type.EndsWith('!'))
        {
            type = type[..^1];
            if (random.Next(60) == 0)
            {
                return null;
            }
        }
        else if (random.Next(10) == 0)
        {
            return null;
        }

        if (random.Next(50) == 0)
        {
            return new JsonObject { ["__error"] = "fails" };
        }

        if (type.StartsWith('['))
        {
            return new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Value(field, type[1..^1], depth))]);
        }

        if (field.Arguments.Count > 0 && field.Type == type && type is "String" or "ID")
        {
            return new JsonObject { ["__args"] = true };
        }

        return Leaf(type) ?? Object(type, depth);
    }

    private JsonNode? Leaf(string type) => type switch
    {
        "Int" => random.Next(30) == 0 ? 3_000_000_000 : random.Next(-5, 100),
        "Float" => random.Next(2) == 0 ? random.Next(100) : random.Next(100) / 8.0,
        "String" => random.Next(4) == 0 ? "\"quoted\"\n é😀" : $"s{random.Next(10)}",
        "Boolean" => random.Next(2) == 0,
        "ID" => random.Next(2) == 0 ? $"id{random.Next(10)}" : random.Next(1000),
        "Stamp" => new JsonObject { ["at"] = random.Next(10), ["of"] = new JsonArray("a", null, true) },
        _ => schema.Enums.TryGetValue(type, out var values) ? (random.Next(30) == 0 ? "UNKNOWN" : values[random.Next(values.Length)]) : null,
    };

    private JsonNode? Object(string type, int depth)
    {
        if (depth == 0 || schema.PossibleTypes[type].Count == 0)
        {
            return null;
        }

        var concrete = schema.PossibleTypes[type][random.Next(schema.PossibleTypes[type].Count)];
        var map = new JsonObject { ["__typename"] = random.Next(60) == 0 ? "Query" : concrete };
        foreach (var field in schema.Composites[concrete])
        {
            map[field.Name] = Value(field, field.Type, depth - 1);
        }

        return map;
    }
}
