using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Execution;

/// <summary>Writes the JSON that a <see cref="ValueTemplate"/> makes of an entity's slots. False means there is no value.</summary>
internal static class KeyWriter
{
    public static bool Write(ValueTemplate template, ResultDocument document, int block, PooledBuffer buffer)
    {
        switch (template)
        {
            case PathTemplate path:
                return Follow(path.Steps, document, block) is > 0 and var slot && WriteLeaf(document, slot, buffer);
            case TypeNameTemplate named:
                return Descend(named.Prefix, document, block) is > 0 and var at && WriteTypeName(named.Name, document, at, buffer);
            case ObjectTemplate obj:
                return Descend(obj.Prefix, document, block) is > 0 and var inner && WriteObject(obj, document, inner, buffer);
            case ListTemplate list:
                return Follow(list.Prefix, document, block) is > 0 and var items && WriteList(list.Element, document, items, buffer);
            case RepresentationTemplate representation:
                return WriteRepresentation(representation, document, block, buffer);
            case ChoiceTemplate choice:
                foreach (var alternative in choice.Alternatives)
                {
                    var start = buffer.Length;
                    if (Write(alternative, document, block, buffer))
                    {
                        return true;
                    }

                    buffer.Truncate(start);
                }

                return false;
            default:
                return false;
        }
    }

    private static bool WriteTypeName(PathStep name, ResultDocument document, int block, PooledBuffer buffer)
    {
        if (document.ObjectAt(block).TypeNameJson is { } json)
        {
            buffer.Write(json);
            return true;
        }

        return name.SlotOf(document.Slots[block].Start) is > 0 and var slot && WriteLeaf(document, block + slot, buffer);
    }

    private static bool WriteObject(ObjectTemplate template, ResultDocument document, int block, PooledBuffer buffer)
    {
        buffer.Write((byte)'{');
        var first = true;
        foreach (var (member, value) in template.Fields)
        {
            var start = buffer.Length;
            if (!first)
            {
                buffer.Write((byte)',');
            }

            buffer.Write(member);
            if (Write(value, document, block, buffer))
            {
                first = false;
            }
            else
            {
                buffer.Truncate(start);
            }
        }

        buffer.Write((byte)'}');
        return !first;
    }

    private static bool WriteRepresentation(RepresentationTemplate template, ResultDocument document, int block, PooledBuffer buffer)
    {
        buffer.Write((byte)'{');
        var first = !WriteTypeName(template, document, block, buffer);
        foreach (var field in template.Fields)
        {
            var slot = field.Step.SlotOf(document.Slots[block].Start);
            if (slot == 0)
            {
                // A field of another type than this object's.
                continue;
            }

            if (!first)
            {
                buffer.Write((byte)',');
            }

            first = false;
            buffer.Write(field.Member);
            if (!WriteSelected(field, document, block + slot, buffer))
            {
                return false;
            }
        }

        buffer.Write((byte)'}');
        return true;
    }

    private static bool WriteTypeName(RepresentationTemplate template, ResultDocument document, int block, PooledBuffer buffer)
    {
        if (template.TypeName.Length > 0)
        {
            buffer.Write(template.TypeName);
            return true;
        }

        foreach (var step in template.TypeNames)
        {
            if (step.ObjectId == document.Slots[block].Start)
            {
                var start = buffer.Length;
                buffer.Write("\"__typename\":"u8);
                if (step.Json is not null)
                {
                    buffer.Write(step.Json);
                    return true;
                }

                if (WriteLeaf(document, block + step.Slot, buffer))
                {
                    return true;
                }

                buffer.Truncate(start);
                return false;
            }
        }

        return false;
    }

    /// <summary>Writes a value of a representation, null where there is none. False when a key has none.</summary>
    private static bool WriteSelected(RepresentationField field, ResultDocument document, int index, PooledBuffer buffer)
    {
        var slot = document.Slots[index];
        if (field.Child is null ? WriteLeaf(document, index, buffer) : slot.Kind == SlotKind.Object && WriteRepresentation(field.Child, document, slot.Start, buffer))
        {
            return true;
        }

        if (field.Child is not null && slot.Kind == SlotKind.List)
        {
            buffer.Write((byte)'[');
            for (var i = 0; i < slot.Length; i++)
            {
                if (i > 0)
                {
                    buffer.Write((byte)',');
                }

                if (!WriteSelected(field, document, slot.Start + i, buffer))
                {
                    return false;
                }
            }

            buffer.Write((byte)']');
            return true;
        }

        if (field.IsKey)
        {
            return false;
        }

        buffer.Write("null"u8);
        return true;
    }

    private static bool WriteList(ValueTemplate element, ResultDocument document, int slot, PooledBuffer buffer)
    {
        var list = document.Slots[slot];
        if (list.Kind != SlotKind.List)
        {
            return list.Kind == SlotKind.Raw && WriteLeaf(document, slot, buffer);
        }

        buffer.Write((byte)'[');
        for (var i = 0; i < list.Length; i++)
        {
            if (i > 0)
            {
                buffer.Write((byte)',');
            }

            var item = document.Slots[list.Start + i];
            var written = item.Kind switch
            {
                SlotKind.Object => Write(element, document, item.Start, buffer),
                SlotKind.List when element is ListTemplate inner => WriteList(inner.Element, document, list.Start + i, buffer),
                _ => false,
            };
            if (!written)
            {
                buffer.Write("null"u8);
            }
        }

        buffer.Write((byte)']');
        return true;
    }

    private static bool WriteLeaf(ResultDocument document, int index, PooledBuffer buffer)
    {
        ref var slot = ref document.Slots[index];
        switch (slot.Kind)
        {
            case SlotKind.Raw:
                buffer.Write(document.Bytes(slot));
                return true;
            case SlotKind.Quoted:
                buffer.Write((byte)'"');
                buffer.Write(document.Bytes(slot));
                buffer.Write((byte)'"');
                return true;
            case SlotKind.List:
                buffer.Write((byte)'[');
                for (var i = 0; i < slot.Length; i++)
                {
                    if (i > 0)
                    {
                        buffer.Write((byte)',');
                    }

                    if (!WriteLeaf(document, slot.Start + i, buffer))
                    {
                        buffer.Write("null"u8);
                    }
                }

                buffer.Write((byte)']');
                return true;
            default:
                return false;
        }
    }

    /// <summary>The slot at the end of a path, or 0.</summary>
    private static int Follow(PathStep[] steps, ResultDocument document, int block)
    {
        for (var i = 0; i < steps.Length; i++)
        {
            var slot = steps[i].SlotOf(document.Slots[block].Start);
            if (slot == 0)
            {
                return 0;
            }

            if (i == steps.Length - 1)
            {
                return block + slot;
            }

            ref var value = ref document.Slots[block + slot];
            if (value.Kind != SlotKind.Object)
            {
                return 0;
            }

            block = value.Start;
        }

        return 0;
    }

    /// <summary>The block at the end of a path, or 0; the block itself for an empty path.</summary>
    private static int Descend(PathStep[] steps, ResultDocument document, int block)
    {
        if (steps.Length == 0)
        {
            return block;
        }

        var slot = Follow(steps, document, block);
        return slot > 0 && document.Slots[slot].Kind == SlotKind.Object ? document.Slots[slot].Start : 0;
    }
}
