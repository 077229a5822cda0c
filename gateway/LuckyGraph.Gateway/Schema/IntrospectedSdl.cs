using System.Text;
using System.Text.Json;

namespace LuckyGraph.Gateway.Schema;

/// <summary>Writes SDL from an introspection answer (GraphQL September 2025, 4.2).</summary>
internal static class IntrospectedSdl
{
    /// <summary>What is asked; only what every server since 2018 answers.</summary>
    public const string Query = """
        query Schema {
          __schema {
            queryType { name } mutationType { name } subscriptionType { name }
            types {
              kind name description
              fields(includeDeprecated: true) { name description isDeprecated deprecationReason args { ...Input } type { ...Type } }
              inputFields { ...Input }
              interfaces { name }
              enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
              possibleTypes { name }
            }
          }
        }
        fragment Input on __InputValue { name description type { ...Type } defaultValue }
        fragment Type on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }
        """;

    private static readonly HashSet<string> s_builtIn = ["Int", "Float", "String", "Boolean", "ID"];

    /// <summary>The SDL of a <c>__schema</c> object.</summary>
    public static string Write(JsonElement schema)
    {
        var sdl = new StringBuilder("schema {\n");
        foreach (var (member, operation) in new[] { ("queryType", "query"), ("mutationType", "mutation"), ("subscriptionType", "subscription") })
        {
            if (schema.TryGetProperty(member, out var root) && root.ValueKind == JsonValueKind.Object)
            {
                sdl.Append($"  {operation}: {root.GetProperty("name").GetString()}\n");
            }
        }

        sdl.Append("}\n");
        foreach (var type in schema.GetProperty("types").EnumerateArray())
        {
            var name = type.GetProperty("name").GetString()!;
            if (!name.StartsWith("__", StringComparison.Ordinal) && !s_builtIn.Contains(name))
            {
                sdl.Append('\n');
                WriteType(sdl, type, name);
            }
        }

        return sdl.ToString();
    }

    private static void WriteType(StringBuilder sdl, JsonElement type, string name)
    {
        Describe(sdl, type, "");
        switch (type.GetProperty("kind").GetString())
        {
            case "SCALAR":
                sdl.Append($"scalar {name}\n");
                break;
            case "UNION":
                sdl.Append($"union {name} = {string.Join(" | ", Names(type, "possibleTypes"))}\n");
                break;
            case "ENUM":
                sdl.Append($"enum {name} {{\n");
                foreach (var value in type.GetProperty("enumValues").EnumerateArray())
                {
                    Describe(sdl, value, "  ");
                    sdl.Append($"  {value.GetProperty("name").GetString()}{Deprecation(value)}\n");
                }

                sdl.Append("}\n");
                break;
            case "INPUT_OBJECT":
                sdl.Append($"input {name} {{\n");
                foreach (var field in type.GetProperty("inputFields").EnumerateArray())
                {
                    Describe(sdl, field, "  ");
                    sdl.Append($"  {Input(field)}\n");
                }

                sdl.Append("}\n");
                break;
            case var kind:
                var interfaces = string.Join(" & ", Names(type, "interfaces"));
                sdl.Append($"{(kind == "INTERFACE" ? "interface" : "type")} {name}{(interfaces.Length > 0 ? " implements " + interfaces : "")} {{\n");
                foreach (var field in type.GetProperty("fields").EnumerateArray())
                {
                    Describe(sdl, field, "  ");
                    var arguments = string.Join(", ", field.GetProperty("args").EnumerateArray().Select(Input));
                    sdl.Append($"  {field.GetProperty("name").GetString()}{(arguments.Length > 0 ? $"({arguments})" : "")}: {TypeOf(field.GetProperty("type"))}{Deprecation(field)}\n");
                }

                sdl.Append("}\n");
                break;
        }
    }

    private static string Input(JsonElement input)
        => $"{input.GetProperty("name").GetString()}: {TypeOf(input.GetProperty("type"))}"
            + (input.TryGetProperty("defaultValue", out var value) && value.ValueKind == JsonValueKind.String ? $" = {value.GetString()}" : "");

    private static string TypeOf(JsonElement type) => type.GetProperty("kind").GetString() switch
    {
        "NON_NULL" => TypeOf(type.GetProperty("ofType")) + "!",
        "LIST" => $"[{TypeOf(type.GetProperty("ofType"))}]",
        _ => type.GetProperty("name").GetString()!,
    };

    private static IEnumerable<string?> Names(JsonElement type, string member)
        => type.TryGetProperty(member, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(static item => item.GetProperty("name").GetString()) : [];

    private static string Deprecation(JsonElement member)
        => member.TryGetProperty("isDeprecated", out var deprecated) && deprecated.ValueKind == JsonValueKind.True
            ? $" @deprecated(reason: {JsonSerializer.Serialize(member.GetProperty("deprecationReason").GetString() ?? "No longer supported")})" : "";

    // Every JSON string is a GraphQL string (2.9.4).
    private static void Describe(StringBuilder sdl, JsonElement element, string indent)
    {
        if (element.TryGetProperty("description", out var text) && text.GetString() is { Length: > 0 } description)
        {
            sdl.Append($"{indent}{JsonSerializer.Serialize(description)}\n");
        }
    }
}
