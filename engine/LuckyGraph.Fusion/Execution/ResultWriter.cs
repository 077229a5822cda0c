using System.Collections.Immutable;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Fusion.Planning;
using Selection = LuckyGraph.Fusion.Planning.Selection;

namespace LuckyGraph.Fusion.Execution;

/// <summary>
/// Writes the result once, copying the responses' bytes. A null where the type allows none is truncated away up to the nearest
/// nullable ancestor (6.4.4), with an error unless one already explains it.
/// </summary>
internal sealed class ResultWriter(ResultDocument document, PooledBuffer buffer, ulong conditions, bool keepNulls = false, DeferredPlan? deferred = null)
{
    private DeferPartition? _partition;
    private List<(LaterFields Fields, int Position)>? _later;
    private PathPart[] _path = new PathPart[32];
    private int _depth;

    /// <summary>Writes the <c>data</c> member's value.</summary>
    public void WriteData()
    {
        var start = buffer.Length;
        if (!WriteObject(document.Root))
        {
            buffer.Truncate(start);
            DropLater(start);
            buffer.Write("null"u8);
        }
    }

    /// <summary>What was left out for later payloads, as far as its place in the response exists.</summary>
    public List<LaterFields>? Later => _later?.ConvertAll(static l => l.Fields);

    /// <summary>Writes an object with what is delivered of it in one later payload. False when null takes the place of the object.</summary>
    public bool WritePartition(DeferPartition partition, int block, ImmutableArray<object> path)
    {
        _partition = partition;
        foreach (var segment in path)
        {
            var depth = Push();
            _path[depth] = segment is int index ? new PathPart(null, index) : new PathPart((string)segment, 0);
        }

        return WriteObject(block, isBeginning: true);
    }

    private bool WriteObject(int block, bool isBeginning = false)
    {
        var slots = document.Slots;
        var target = document.ObjectAt(block);
        if (target.IsUntyped)
        {
            // Nobody found it, or could tell what it is.
            return false;
        }

        if (target.IsHidden)
        {
            var service = target.Steps[0].Source!.Name;
            Report($"The subgraph \"{service}\" answered an object of a type that cannot stand here.", GatewayErrorCodes.InvalidResponse, service);
            return false;
        }

        var start = buffer.Length;
        var depth = Push();
        foreach (var selection in target.Output)
        {
            if (!selection.Conditions.IsEmpty && !Conditions.Hold(selection.Conditions, conditions))
            {
                continue;
            }

            if (deferred is not null && IsElsewhere(selection, block, depth, isBeginning))
            {
                continue;
            }

            ref var slot = ref slots[block + selection.Slot];
            if (slot.Kind == SlotKind.Raw && selection is { IsDenied: false, IsTypeName: false })
            {
                buffer.Write(selection.CommaName, document.Bytes(slot));
                continue;
            }

            buffer.Write(selection.CommaName);
            if (selection.IsDenied)
            {
                // Whatever is in its slot: nothing of it leaves.
                _path[depth] = new PathPart(selection.ResponseName, 0);
                Report("The caller may not see this field.", GatewayErrorCodes.Unauthorized, null);
                if (selection.Shape.NonNull && !keepNulls)
                {
                    _depth = depth;
                    return false;
                }

                buffer.Write("null"u8);
                continue;
            }

            if (selection.IsTypeName && target.TypeNameJson is { } typeName)
            {
                buffer.Write(typeName);
                continue;
            }

            _path[depth] = new PathPart(selection.ResponseName, 0);
            if (!WriteValue(selection.Shape, block + selection.Slot))
            {
                _depth = depth;
                return false;
            }
        }

        _depth = depth;
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
        return true;
    }

    /// <summary>Writes a value. False when it is null and must not be; the caller then takes back what it wrote.</summary>
    private bool WriteValue(ValueShape shape, int index)
    {
        ref var slot = ref document.Slots[index];
        var start = buffer.Length;
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
            case SlotKind.Object:
                if (WriteObject(slot.Start))
                {
                    return true;
                }

                if (shape.NonNull && document.ObjectAt(slot.Start).IsUntyped && document.Errors.Count < ResultDocument.MaxErrors && !Explained())
                {
                    Report($"The field cannot be null: its type is {shape.Text}.", ErrorCodes.NonNull, null);
                }

                break;
            case SlotKind.List:
                if (WriteList(shape.Item!, slot.Start, slot.Length))
                {
                    return true;
                }

                break;
            case SlotKind.Invalid:
                var failure = document.Failures[slot.Start];
                Report(failure.Message, GatewayErrorCodes.InvalidResponse, failure.Service);
                break;
            default:
                if (shape.NonNull && document.Errors.Count < ResultDocument.MaxErrors && !Explained())
                {
                    Report($"The field cannot be null: its type is {shape.Text}.", ErrorCodes.NonNull, null);
                }

                break;
        }

        buffer.Truncate(start);
        DropLater(start);
        if (shape.NonNull && !keepNulls)
        {
            return false;
        }

        buffer.Write("null"u8);
        return true;
    }

    private bool WriteList(ValueShape item, int first, int count)
    {
        buffer.Write((byte)'[');
        var depth = Push();
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
            {
                buffer.Write((byte)',');
            }

            _path[depth] = new PathPart(null, i);
            if (!WriteValue(item, first + i))
            {
                _depth = depth;
                return false;
            }
        }

        _depth = depth;
        buffer.Write((byte)']');
        return true;
    }

    /// <summary>Whether a field belongs to another payload; one that follows this one is noted.</summary>
    private bool IsElsewhere(Selection selection, int block, int depth, bool isBeginning)
    {
        if (deferred!.Of(selection.Group) is var home && home == _partition)
        {
            return false;
        }

        // The object where a payload begins was noted for the others already.
        if (!isBeginning && home is not null && !IsNoted(home, block))
        {
            var path = ImmutableArray.CreateBuilder<object>(depth);
            for (var i = 0; i < depth; i++)
            {
                path.Add(_path[i].Value);
            }

            (_later ??= []).Add((new LaterFields(home, block, path.MoveToImmutable()), buffer.Length));
        }

        return true;
    }

    private bool IsNoted(DeferPartition home, int block)
    {
        for (var i = (_later?.Count ?? 0) - 1; i >= 0 && (int)_later![i].Fields.Value == block; i--)
        {
            if (_later[i].Fields.Partition == home)
            {
                return true;
            }
        }

        return false;
    }

    // Nothing follows at a place that null has taken.
    private void DropLater(int start)
    {
        while (_later is { Count: > 0 } && _later[^1].Position >= start)
        {
            _later.RemoveAt(_later.Count - 1);
        }
    }

    private int Push()
    {
        if (_depth == _path.Length)
        {
            Array.Resize(ref _path, _depth * 2);
        }

        return _depth++;
    }

    private bool Explained()
    {
        var path = _path.AsSpan(0, _depth);
        foreach (var error in document.Errors)
        {
            if (error.Explains(path))
            {
                return true;
            }
        }

        return false;
    }

    private void Report(string message, string code, string? service)
    {
        if (document.Errors.Count >= ResultDocument.MaxErrors)
        {
            return;
        }

        var path = new object[_depth];
        for (var i = 0; i < path.Length; i++)
        {
            path[i] = _path[i].Value;
        }

        document.Errors.Add(new ResultError { Message = message, Code = code, Service = service, Path = path });
    }
}
