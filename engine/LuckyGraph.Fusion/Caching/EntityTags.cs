using System.Buffers;
using System.Text;
using System.Text.Json;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Caching;

/// <summary>
/// Finds out which entities an answer is made of: <c>Product:1</c> for each that tells its key, <c>Product:*</c> where one does not
/// (its key is not selected, or null stands in its place), so that a change of any product concerns the answer.
/// </summary>
internal sealed class EntityTags
{
    /// <summary>Most entities that are told apart; what more of them there are in an answer counts as any.</summary>
    public const int Most = 1_000;

    private const int LongestKey = 256;
    private static readonly SearchValues<char> s_separators = SearchValues.Create("\n\r\0");

    private readonly Dictionary<FusionType, string?> _keys = [];
    private readonly HashSet<string> _tags;
    private readonly int _limit;

    private EntityTags(HashSet<string> tags) => (_tags, _limit) = (tags, tags.Count + Most);

    /// <summary>What an answer is made of.</summary>
    /// <param name="policy">The operation's types and root fields.</param>
    /// <param name="plan">The operation's plan.</param>
    /// <param name="json">The whole response.</param>
    public static string[] Of(CachePolicy policy, OperationPlan plan, ReadOnlySpan<byte> json)
    {
        var tags = new EntityTags([.. policy.Tags]);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1_000 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isData = reader.ValueTextEquals("data"u8);
            reader.Read();
            if (isData)
            {
                tags.AddValue(ref reader, [plan.Root]);
            }
            else
            {
                reader.Skip();
            }
        }

        return [.. tags._tags];
    }

    /// <summary>The field whose value tells entities of a type apart: <c>id</c> where that is a key, else the first key of one field; null without.</summary>
    private string? KeyOf(FusionType type)
    {
        if (_keys.TryGetValue(type, out var known))
        {
            return known;
        }

        string? key = null;
        foreach (var lookup in type.Lookups)
        {
            if (lookup.Key.Selections is [FieldNode { SelectionSet: null } field])
            {
                key = field.Name.Value == "id" ? "id" : key ?? field.Name.Value;
            }
        }

        return _keys[type] = key;
    }

    private void AddValue(ref Utf8JsonReader reader, List<ObjectSelection> possible)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    AddValue(ref reader, possible);
                }

                break;
            case JsonTokenType.StartObject:
                AddObject(ref reader, possible);
                break;
            default:
                Add(possible, typeName: null, keys: null);
                break;
        }
    }

    private void AddObject(ref Utf8JsonReader reader, List<ObjectSelection> possible)
    {
        string? typeName = null;
        Dictionary<string, string>? keys = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            List<ObjectSelection>? below = null;
            foreach (var target in possible)
            {
                foreach (var selection in target.Output)
                {
                    if (selection.ResponseName != name)
                    {
                        continue;
                    }

                    if (selection.IsTypeName)
                    {
                        typeName = reader.GetString();
                    }
                    else if (selection.Children is { } children)
                    {
                        (below ??= []).AddRange(children.Objects);
                    }
                    else if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number && IsKey(target, selection))
                    {
                        (keys ??= [])[selection.FieldName] = reader.TokenType == JsonTokenType.String
                            ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan);
                    }
                }
            }

            if (below is not null)
            {
                AddValue(ref reader, below);
            }
            else
            {
                reader.Skip();
            }
        }

        Add(possible, typeName, keys);
    }

    private bool IsKey(ObjectSelection target, Selection selection)
    {
        foreach (var type in target.Types)
        {
            if (KeyOf(type) == selection.FieldName && selection.Arguments.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    private void Add(List<ObjectSelection> possible, string? typeName, Dictionary<string, string>? keys)
    {
        foreach (var target in possible)
        {
            foreach (var type in target.Types)
            {
                if ((typeName is null || typeName == type.Name) && KeyOf(type) is { } key)
                {
                    var value = keys?.GetValueOrDefault(key);
                    var isTold = value is { Length: <= LongestKey } && !value.AsSpan().ContainsAny(s_separators) && _tags.Count < _limit;
                    _tags.Add(isTold ? $"{type.Name}:{value}" : $"{type.Name}:*");
                }
            }
        }
    }
}
