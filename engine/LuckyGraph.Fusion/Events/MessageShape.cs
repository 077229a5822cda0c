using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Events;

/// <summary>
/// What a fetch reads of a message: writes it as a subgraph would have answered the fetch. Conditions are left to the result's
/// writer; what a message does not have is left out, and is null in the result.
/// </summary>
internal sealed class MessageShape
{
    private readonly FusionSchema _schema;
    private readonly FusionType _type;
    private readonly List<Part> _parts = [];

    public MessageShape(FusionSchema schema, FusionType type, SelectionSetNode selections)
    {
        _schema = schema;
        _type = type;
        Add(type, selections);
    }

    /// <summary>Writes a message's value.</summary>
    /// <exception cref="InvalidMessageException">It does not fit.</exception>
    public void Write(JsonElement value, PooledBuffer buffer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                buffer.Write("null"u8);
                break;
            case JsonValueKind.Array:
                buffer.Write((byte)'[');
                var isFirst = true;
                foreach (var item in value.EnumerateArray())
                {
                    if (!isFirst)
                    {
                        buffer.Write((byte)',');
                    }

                    isFirst = false;
                    Write(item, buffer);
                }

                buffer.Write((byte)']');
                break;
            case JsonValueKind.Object:
                WriteObject(value, buffer);
                break;
            default:
                throw new InvalidMessageException($"it has a {value.ValueKind.ToString().ToLowerInvariant()} in place of a {_type.Name}");
        }
    }

    private void WriteObject(JsonElement value, PooledBuffer buffer)
    {
        var type = TypeOf(value);
        var start = buffer.Length;
        foreach (var part in _parts)
        {
            if (!part.Condition.IsPossible(type))
            {
                continue;
            }

            if (part.Name == "__typename")
            {
                buffer.Write(part.Member);
                buffer.Write(Encoding.UTF8.GetBytes($"\"{type.Name}\""));
            }
            else if (value.TryGetProperty(part.Name, out var member))
            {
                buffer.Write(part.Member);
                if (part.Children is { } children)
                {
                    children.Write(member, buffer);
                }
                else
                {
                    buffer.Write(JsonMarshal.GetRawUtf8Value(member));
                }
            }
        }

        // The first comma makes room for the brace.
        if (buffer.Length == start)
        {
            buffer.Write((byte)'{');
        }
        else
        {
            buffer.Array[start] = (byte)'{';
        }

        buffer.Write((byte)'}');
    }

    private FusionType TypeOf(JsonElement value)
    {
        if (!_type.IsAbstract)
        {
            return _type;
        }

        return value.TryGetProperty("__typename", out var name) && name.ValueKind == JsonValueKind.String
            && _schema.Type(name.GetString()!) is { } type && _type.IsPossible(type)
            ? type : throw new InvalidMessageException($"it does not say by __typename which {_type.Name} an object is");
    }

    private void Add(FusionType condition, SelectionSetNode selections)
    {
        foreach (var node in selections.Selections)
        {
            if (node is InlineFragmentNode fragment)
            {
                Add(fragment.TypeCondition is { } named ? _schema.Type(named.Name.Value)! : condition, fragment.SelectionSet);
            }
            else if (node is FieldNode field)
            {
                // One name may be several types' field: children follow the narrowest type that the selection is for.
                var children = field.SelectionSet is { } below ? new MessageShape(_schema, condition.Field(field.Name.Value)!.NamedType, below) : null;
                _parts.Add(new Part(condition, field.Name.Value, Encoding.UTF8.GetBytes($",\"{field.ResponseName}\":"), children));
            }
        }
    }

    private sealed record Part(FusionType Condition, string Name, byte[] Member, MessageShape? Children);
}

/// <summary>A message is not what its stream promises.</summary>
internal sealed class InvalidMessageException(string problem) : Exception(problem);
