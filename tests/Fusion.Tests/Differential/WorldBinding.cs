using System.Globalization;
using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Tests.Differential;

/// <summary>An object of a world: its type and the number that decides everything about it.</summary>
internal sealed record WorldObject(string Type, int Number)
{
    /// <summary>What the gateway sent of it; default where it was not asked for by a representation.</summary>
    public JsonElement Representation { get; init; }

    /// <summary>The object that a key is of.</summary>
    public static WorldObject Of(string key)
    {
        if (GlobalId.TryDecode(key, out var type, out var payload))
        {
            return new WorldObject(type, payload[0]);
        }

        var parts = key.Split('-');
        return new WorldObject(parts[^2], int.Parse(parts[^1], CultureInfo.InvariantCulture));
    }

    public static string Id(string type, int number) => GlobalId.Encode(type, new Guid([.. Enumerable.Repeat((byte)number, 16)]));
}

/// <summary>
/// Answers for a world: as one of its source servers, or as the single server that knows everything and reads what fields
/// require by itself.
/// </summary>
internal sealed class WorldBinding(World world, bool isMonolith) : FieldBinding
{
    // Few objects, so that the same ones turn up in many places.
    private const int Objects = 6;

    protected override SelectionBinding Bind(FieldDefinition field, string responseName)
        => new(new Field(world, field, isMonolith), 0, FieldKind.Effect, readsLeaves: true);

    private sealed class Field(World world, FieldDefinition definition, bool isMonolith) : FieldBinding
    {
        public override ValueTask<object?> ResolveAsync(int field, ResolverContext context)
        {
            var arguments = new SortedDictionary<string, object?>(StringComparer.Ordinal);
            if (context.Arguments is CoercedArguments coerced)
            {
                for (var i = 0; i < coerced.Count; i++)
                {
                    arguments[definition.Arguments[i].Name] = coerced[i];
                }
            }

            var parent = context.Parent as WorldObject ?? new WorldObject(definition.DeclaringType.Name, 0);
            return ValueTask.FromResult(Value(parent, definition.Name, arguments));
        }

        public override ObjectType? TypeOf(Schema schema, object value) => (schema.Type(((WorldObject)value).Type) ?? schema.Type("Marked")) as ObjectType;

        private object? Value(WorldObject parent, string name, SortedDictionary<string, object?> arguments)
        {
            switch (name)
            {
                case "id":
                    return WorldObject.Id(parent.Type, parent.Number);
                case "place":
                    return new WorldObject("Place", parent.Number);
                case "mark":
                    return Hash(parent, name, arguments) % 5 == 0 ? null : $"mark {parent.Number}";
                case "nodes":
                    return ((object?[])arguments["ids"]!).Select(id => WorldObject.Of((string)id!)).ToArray();
                case "_entities":
                    return ((object?[])arguments["representations"]!).Select(r => Entity((JsonElement)r!)).ToArray();
                case "code":
                    return $"code-{parent.Type}-{parent.Number}";
                case "region":
                    return $"region-{parent.Type}-{parent.Number}";
                case "sku":
                    return $"sku-{parent.Type}-{parent.Number}";
                case "label":
                    return Hash(parent, name, arguments) % 5 == 0 ? null : $"label {parent.Number}";
            }

            if (!world.Fields.TryGetValue($"{parent.Type}.{name}", out var field))
            {
                // A lookup: the key says which object.
                return WorldObject.Of((string)arguments.Values.First()!);
            }

            if (field.Requirement is { } path && (isMonolith || world.IsFederation))
            {
                var selected = SelectedValueParser.Parse(path);
                arguments["need"] = isMonolith ? Read(parent, selected) : Given(parent.Representation, selected);
            }

            var hash = Hash(parent, name, arguments);
            return world.Failures && !field.IsRequired && hash % 11 == 0
                ? throw new GraphQLException($"{parent.Type}.{name} fails", "FAILED")
                : Typed(field, field.Output, hash);
        }

        private static WorldObject Entity(JsonElement representation)
        {
            var type = representation.GetProperty("__typename").GetString()!;
            var key = representation.TryGetProperty("id", out var id) ? WorldObject.Of(id.GetString()!)
                : WorldObject.Of((representation.TryGetProperty("sku", out var sku) ? sku : representation.GetProperty("place").GetProperty("code")).GetString()!);
            return new WorldObject(type == "Marked" ? key.Type : type, key.Number) { Representation = representation };
        }

        /// <summary>What a representation brings of a requirement.</summary>
        private static object? Given(JsonElement from, SelectedValue value)
        {
            if (value is SelectedList list)
            {
                return Member(from, list.Prefix!.Segments[0].Field) is { ValueKind: JsonValueKind.Array } items
                    ? items.EnumerateArray().Select(i => Given(i, list.Element)).ToArray() : null;
            }

            foreach (var segment in ((SelectedPath)value).Path.Segments)
            {
                from = Member(from, segment.Field);
            }

            return Plain(from);
        }

        // What is asked for must be there, if only as null.
        private static JsonElement Member(JsonElement from, string name) => from.ValueKind == JsonValueKind.Object ? from.GetProperty(name) : default;

        private static object? Plain(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetInt32(),
            JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
            JsonValueKind.Array => value.EnumerateArray().Select(Plain).ToArray(),
            _ => null,
        };

        private object? Read(WorldObject parent, SelectedValue value)
        {
            if (value is SelectedList list)
            {
                return Read(parent, new SelectedPath(list.Prefix!)) is object?[] items
                    ? items.Select(i => i is WorldObject item ? Read(item, list.Element) : null).ToArray() : null;
            }

            object? current = parent;
            foreach (var segment in ((SelectedPath)value).Path.Segments)
            {
                if (current is not WorldObject holder)
                {
                    return null;
                }

                current = Value(holder, segment.Field, Arguments(holder, segment));
            }

            return current;
        }

        private SortedDictionary<string, object?> Arguments(WorldObject holder, PathSegment segment)
        {
            var arguments = new SortedDictionary<string, object?>(StringComparer.Ordinal);
            if (!world.Fields.TryGetValue($"{holder.Type}.{segment.Field}", out var field))
            {
                return arguments;
            }

            foreach (var (name, type) in field.Arguments)
            {
                var given = segment.Arguments?.Split(':')[1];
                arguments[name] = given is not null ? name == "n" ? int.Parse(given, CultureInfo.InvariantCulture) : given
                    : type.Contains('=') ? int.Parse(type.Split('=')[1], CultureInfo.InvariantCulture) : null;
            }

            return arguments;
        }

        private static object? Typed(WorldField field, string type, uint hash)
        {
            if (!type.EndsWith('!') && hash % 7 == 0)
            {
                return null;
            }

            type = type.TrimEnd('!');
            if (type.StartsWith('['))
            {
                var item = type[1..^1];
                return Enumerable.Range(0, (int)(hash % 4)).Select(i => Typed(field, item, Mix(hash, (uint)i + 17))).ToArray();
            }

            return type switch
            {
                "Int" => (int)(hash % 1000),
                "String" => $"text {hash % 1000}",
                "Boolean" => hash % 2 == 0,
                "Color" => ((string[])["RED", "GREEN", "BLUE"])[hash % 3],
                _ => new WorldObject(field.Targets[hash / 7 % field.Targets.Length], (int)(hash / 3 % Objects)),
            };
        }

        private static uint Hash(WorldObject parent, string name, SortedDictionary<string, object?> arguments)
        {
            var text = new StringBuilder($"{parent.Type}/{parent.Number}/{name}");
            foreach (var (argument, value) in arguments)
            {
                text.Append('/').Append(argument).Append('=').Append(Text(value));
            }

            var hash = 2166136261u;
            foreach (var character in text.ToString())
            {
                hash = (hash ^ character) * 16777619u;
            }

            return Mix(hash, 1);
        }

        private static string Text(object? value) => value switch
        {
            null => "null",
            object?[] list => $"[{string.Join(',', list.Select(Text))}]",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

        private static uint Mix(uint hash, uint with)
        {
            hash ^= with * 2654435761u;
            hash ^= hash >> 15;
            hash *= 2246822519u;
            hash ^= hash >> 13;
            return hash;
        }
    }
}
