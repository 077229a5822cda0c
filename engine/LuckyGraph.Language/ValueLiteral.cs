using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace LuckyGraph.Language;

/// <summary>Reads and rearranges literals without knowing their type.</summary>
public static class ValueLiteral
{
    /// <summary>The literal with the fields of every input object sorted by name, numbers within names by value (<c>f2</c> before <c>f10</c>).</summary>
    public static ValueNode SortFields(ValueNode literal) => literal switch
    {
        ListValueNode list => new ListValueNode { Start = list.Start, End = list.End, Values = [.. list.Values.Select(SortFields)] },
        ObjectValueNode map => new ObjectValueNode { Start = map.Start, End = map.End, Fields = SortFields(map.Fields) },
        _ => literal,
    };

    /// <summary>
    /// The literal as JSON: enum values are their names, variables are what <paramref name="variables"/> holds for them. A
    /// missing variable is null, and leaves out the object field that it is the value of.
    /// </summary>
    public static JsonNode? ToJson(ValueNode literal, IReadOnlyDictionary<string, JsonNode?>? variables = null)
    {
        switch (literal)
        {
            case NullValueNode:
                return null;
            case BooleanValueNode boolean:
                return JsonValue.Create(boolean.Value);
            case IntValueNode number:
                return JsonNode.Parse(number.Value);
            case FloatValueNode number:
                return JsonNode.Parse(number.Value);
            case StringValueNode text:
                return JsonValue.Create(text.Value);
            case EnumValueNode name:
                return JsonValue.Create(name.Value);
            case VariableNode variable:
                return variables?.GetValueOrDefault(variable.Name.Value)?.DeepClone();
            case ListValueNode list:
                return new JsonArray([.. list.Values.Select(v => ToJson(v, variables))]);
            case ObjectValueNode map:
                var json = new JsonObject();
                foreach (var field in map.Fields)
                {
                    if (field.Value is VariableNode member && variables?.ContainsKey(member.Name.Value) != true)
                    {
                        continue;
                    }

                    json[field.Name.Value] = ToJson(field.Value, variables);
                }

                return json;
            default:
                throw new ArgumentException($"A {literal.GetType().Name} is no value.", nameof(literal));
        }
    }

    private static ImmutableArray<ObjectFieldNode> SortFields(ImmutableArray<ObjectFieldNode> fields)
        => [.. fields
            .OrderBy(static f => f.Name.Value, Comparer<string>.Create(CompareNaturally))
            .Select(static f => new ObjectFieldNode { Start = f.Start, End = f.End, Name = f.Name, Value = SortFields(f.Value) })];

    private static int CompareNaturally(string a, string b)
    {
        int i = 0, j = 0;
        while (i < a.Length && j < b.Length)
        {
            if (!char.IsAsciiDigit(a[i]) || !char.IsAsciiDigit(b[j]))
            {
                if (a[i] != b[j])
                {
                    return a[i] - b[j];
                }

                i++;
                j++;
                continue;
            }

            var left = Digits(a, ref i);
            var right = Digits(b, ref j);
            var order = left.Length != right.Length ? left.Length - right.Length : left.CompareTo(right, StringComparison.Ordinal);
            if (order != 0)
            {
                return order;
            }
        }

        return (a.Length - i) - (b.Length - j);
    }

    private static ReadOnlySpan<char> Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return text.AsSpan(start, at - start).TrimStart('0');
    }
}
