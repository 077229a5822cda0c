using System.Buffers;
using System.Text;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Execution;

/// <summary>Thrown for response bytes that are not JSON, or no GraphQL response.</summary>
internal sealed class InvalidResponseException(string message) : Exception(message);

/// <summary>
/// Reads a subgraph's response straight into the result's slots. The fetch's shape says which property comes next, so names
/// are compared, not looked up; leaves are checked and referred to, never decoded; values that do not fit their type become
/// failures at their place. Malformed JSON raises <see cref="InvalidResponseException"/>.
/// </summary>
internal ref partial struct ResponseReader(ResultDocument document, ReadOnlySpan<byte> json, ushort source, ulong conditions, string service)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private int _depth;

    /// <summary>The next byte.</summary>
    public int Position { get; set; }

    /// <summary>Reads an object, or null, into an existing block. Returns whether it was an object of a type that the shape knows.</summary>
    public bool ReadRoot(PositionShape shape, int block)
    {
        SkipSpace();
        if (Peek() == 'n')
        {
            Literal("null"u8);
            return false;
        }

        if (Peek() != '{')
        {
            throw new InvalidResponseException($"an object was expected at byte {Position}");
        }

        var start = Position;
        if (ShapeOf(shape, out var named) is not { } objectShape)
        {
            Position = start;
            SkipValue();
            return false;
        }

        if (document.ObjectAt(block) is { IsUntyped: true } untyped && untyped != objectShape.Object)
        {
            if (untyped == document.Plan.Missing)
            {
                Position = start;
                SkipValue();
                return true;
            }

            document.Retype(block, objectShape.Object);
        }

        ReadProperties(objectShape, block, named);
        return true;
    }

    private void ReadValue(ValueShape shape, PositionShape? children, int slot)
    {
        SkipSpace();
        var next = Peek();
        if (next == 'n')
        {
            Literal("null"u8);
            // A schema that knows no better does not erase what another one brought.
            if (document.Slots[slot].Kind == SlotKind.Unset)
            {
                document.Slots[slot].Kind = SlotKind.Null;
            }
        }
        else if (shape.Item is not null)
        {
            if (next == '[')
            {
                ReadList(shape, children, slot);
            }
            else
            {
                Mismatch(shape, slot);
            }
        }
        else if (children is not null)
        {
            if (next == '{')
            {
                ReadObject(children, slot);
            }
            else
            {
                Mismatch(shape, slot);
            }
        }
        else
        {
            var start = Position;
            var quoted = false;
            if (ScanLeaf(shape, ref quoted))
            {
                document.Slots[slot] = new Slot
                {
                    Kind = quoted ? SlotKind.Quoted : SlotKind.Raw,
                    Source = source,
                    Start = start,
                    Length = Position - start,
                };
            }
            else
            {
                Position = start;
                Mismatch(shape, slot);
            }
        }
    }

    private void Mismatch(ValueShape shape, int slot)
    {
        var start = Position;
        SkipValue();
        if (FailAsBefore(slot))
        {
            return;
        }

        var found = Encoding.UTF8.GetString(_json[start..Math.Min(Position, start + 40)]);
        Fail(slot, $"The subgraph \"{service}\" answered {found}{(Position - start > 40 ? "…" : "")} where {shape.Text} was expected.");
    }

    /// <summary>Fails a slot for the reason of the last one, when there are more failures than errors that may be reported.</summary>
    private readonly bool FailAsBefore(int slot)
    {
        if (document.Failures.Count < ResultDocument.MaxErrors)
        {
            return false;
        }

        document.Slots[slot] = new Slot { Kind = SlotKind.Invalid, Start = document.Failures.Count - 1 };
        return true;
    }

    private readonly void Fail(int slot, string message)
    {
        if (FailAsBefore(slot))
        {
            return;
        }

        document.Slots[slot] = new Slot { Kind = SlotKind.Invalid, Start = document.Failures.Count };
        document.Failures.Add(new ShapeFailure(message, service));
    }

    private void ReadList(ValueShape shape, PositionShape? children, int slot)
    {
        var item = shape.Item!;
        var start = Position;
        var unset = document.Slots[slot].Kind is SlotKind.Unset or SlotKind.Null;
        if ((children is null || (unset && children.Single is { PassThrough: true })) && ScanList(shape, children))
        {
            document.Slots[slot] = new Slot { Kind = SlotKind.Raw, Source = source, Start = start, Length = Position - start };
            return;
        }

        Position = start;
        Enter();
        Position++;
        // Another fetch may have brought the same list: then items merge by position.
        var merging = document.Slots[slot].Kind == SlotKind.List;
        var first = merging ? document.Slots[slot].Start : document.Allocate(8);
        var capacity = merging ? document.Slots[slot].Length : 8;
        var count = 0;
        SkipSpace();
        if (Peek() == ']')
        {
            Position++;
        }
        else
        {
            while (true)
            {
                if (count >= capacity && merging)
                {
                    SkipValue();
                    count++;
                    if (!NextItem((byte)']'))
                    {
                        break;
                    }

                    continue;
                }

                if (count == capacity)
                {
                    var grown = document.Allocate(capacity * 2);
                    document.Slots.AsSpan(first, count).CopyTo(document.Slots.AsSpan(grown));
                    first = grown;
                    capacity *= 2;
                }

                ReadValue(item, children, first + count);
                count++;
                if (!NextItem((byte)']'))
                {
                    break;
                }
            }
        }

        _depth--;
        if (merging && count != capacity)
        {
            Fail(slot, $"The subgraph \"{service}\" answered a list of {count} where another one answered {capacity}: they cannot be merged.");
            return;
        }

        document.Slots[slot] = new Slot { Kind = SlotKind.List, Start = first, Length = count };
    }

    private void ReadObject(PositionShape shape, int slot)
    {
        var start = Position;
        var kind = document.Slots[slot].Kind;
        if (kind != SlotKind.Object && shape.Single is { PassThrough: true } single)
        {
            if (ScanObject(single))
            {
                document.Slots[slot] = new Slot { Kind = SlotKind.Raw, Source = source, Start = start, Length = Position - start };
                return;
            }

            Position = start;
        }

        if (ShapeOf(shape, out var named) is not { } objectShape)
        {
            Position = start;
            SkipValue();
            // A fetch that completes objects of some types of the position has nothing to say of the others.
            if (kind != SlotKind.Object)
            {
                Fail(slot, $"The subgraph \"{service}\" answered an object of a type that cannot stand here.");
            }

            return;
        }

        int block;
        if (kind == SlotKind.Object && document.ObjectAt(document.Slots[slot].Start) == objectShape.Object)
        {
            block = document.Slots[slot].Start;
        }
        else
        {
            block = document.NewBlock(objectShape.Object);
            document.Slots[slot] = new Slot { Kind = SlotKind.Object, Start = block };
        }

        ReadProperties(objectShape, block, named);
    }

    /// <summary>Enters an object and decides its shape. <paramref name="named"/> tells whether its type name was read already.</summary>
    private ObjectShape? ShapeOf(PositionShape shape, out bool named)
    {
        named = false;
        if (shape.Single is { } single)
        {
            Position++;
            return single;
        }

        // The operation asks for __typename first; servers answer in order, but look further when one does not.
        var start = Position;
        Position++;
        SkipSpace();
        ReadOnlySpan<byte> expected = "\"__typename\":"u8;
        ReadOnlySpan<byte> typeName = default;
        if (_json[Position..].StartsWith(expected))
        {
            Position += expected.Length;
            SkipSpace();
            typeName = ReadName();
            named = true;
        }
        else
        {
            while (Peek() != '}')
            {
                var name = ReadName();
                Colon();
                if (name.SequenceEqual("\"__typename\""u8))
                {
                    SkipSpace();
                    typeName = ReadName();
                    break;
                }

                SkipValue();
                if (!NextItem((byte)'}'))
                {
                    break;
                }
            }

            Position = start + 1;
        }

        foreach (var (candidate, objectShape) in shape.ByType)
        {
            if (typeName.SequenceEqual(candidate))
            {
                if (named)
                {
                    SetTypeName(objectShape, typeName);
                }

                return objectShape;
            }
        }

        return null;
    }

    private ReadOnlySpan<byte> _typeName;

    private void SetTypeName(ObjectShape shape, ReadOnlySpan<byte> typeName) => _typeName = shape.Object.TypeNameJson is null ? typeName : default;

    private void ReadProperties(ObjectShape shape, int block, bool named)
    {
        Enter();
        var properties = shape.Properties;
        var expected = 0;
        var matched = 0;
        if (named)
        {
            // The name of a block that several types share goes to whatever selections ask for it.
            if (!_typeName.IsEmpty)
            {
                var start = Position - _typeName.Length;
                foreach (var property in properties)
                {
                    if (property.Selection.IsTypeName)
                    {
                        document.Slots[block + property.Slot] = new Slot { Kind = SlotKind.Raw, Source = source, Start = start, Length = _typeName.Length };
                    }
                }

                _typeName = default;
            }

            while (expected < properties.Length && properties[expected].Selection.IsTypeName)
            {
                expected++;
                matched++;
            }

            if (!NextItem((byte)'}'))
            {
                Complete(properties, block, matched);
                return;
            }
        }
        else
        {
            SkipSpace();
            if (Peek() == '}')
            {
                Position++;
                Complete(properties, block, matched);
                return;
            }
        }

        while (true)
        {
            ShapeProperty? property = null;
            if (expected < properties.Length && _json[Position..].StartsWith(properties[expected].Name))
            {
                property = properties[expected++];
                Position += property.Name.Length;
            }
            else
            {
                var name = ReadName();
                Colon();
                // Out of order it may be one that was there before: then the number says nothing about what is missing.
                matched = int.MinValue;
                for (var i = 0; i < properties.Length; i++)
                {
                    var candidate = expected + i < properties.Length ? expected + i : expected + i - properties.Length;
                    if (name[1..^1].SequenceEqual(properties[candidate].RawName))
                    {
                        property = properties[candidate];
                        expected = candidate + 1;
                        break;
                    }
                }
            }

            if (property is null)
            {
                SkipValue();
            }
            else
            {
                matched++;
                ReadValue(property.Value, property.Children, block + property.Slot);
            }

            if (!NextItem((byte)'}'))
            {
                break;
            }
        }

        Complete(properties, block, matched);
    }

    /// <summary>Marks what the response should have and lacks.</summary>
    private void Complete(ShapeProperty[] properties, int block, int matched)
    {
        _depth--;
        if (matched >= properties.Length)
        {
            return;
        }

        foreach (var property in properties)
        {
            if (document.Slots[block + property.Slot].Kind != SlotKind.Unset || (property.Selection.IsTypeName && property.Selection.Parent.TypeNameJson is not null)
                || !Conditions.Hold(property.Selection.FetchConditions, conditions))
            {
                continue;
            }

            if (!FailAsBefore(block + property.Slot))
            {
                Fail(block + property.Slot, $"The subgraph \"{service}\" left out the field \"{property.Selection.ResponseName}\".");
            }
        }
    }
}
