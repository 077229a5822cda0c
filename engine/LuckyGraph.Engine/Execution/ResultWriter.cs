using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// The second phase: writes one response depth-first. Pure fields are read now, effects come from the slots. A null where the
/// type forbids it takes back what was written since the nearest nullable ancestor (6.4.4). Methods that write a position
/// return false when null must move on to the position around it.
/// </summary>
internal sealed partial class ResultWriter(OperationRun run, int setIndex, ResponseWriter writer, ErrorMode mode)
{
    private readonly Schema _schema = run.Environment.Schema;
    private readonly VariableSet _set = run.Sets[setIndex];
    private readonly ResponseErrors _errors = run.Errors[setIndex];
    private readonly int _maxListSize = run.Environment.Options.MaxListSize;
    private PathSegment[] _path = [];
    private int _depth;

    /// <summary>Writes the object of a frame with all its fields.</summary>
    public bool WriteObject(PlanVariant plan, object value, int frame)
    {
        var start = writer.Position;
        foreach (var step in plan.Write)
        {
            if (!WriteStep(step, value, frame))
            {
                return false;
            }
        }

        writer.EndObject(start);
        return true;
    }

    /// <summary>Writes one step of a selection set, keys with leading commas.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool WriteStep(WriteStep step, object value, int frame)
    {
        switch (step.Kind)
        {
            case WriteKind.Run:
                return WriteRun(step, value);
            case WriteKind.Constant:
                writer.WriteRaw(step.Constant);
                return true;
            case WriteKind.Composite:
                return WriteComposite(step.Selection, value);
            default:
                return WriteOther(step, value, frame);
        }
    }

    private bool WriteRun(WriteStep step, object parent)
    {
        var index = 0;
        while (true)
        {
            Exception? exception = null;
            try
            {
                if (step.Selection.Binding.WriteRun(step.Run, ref index, parent, writer))
                {
                    return true;
                }
            }
            catch (Exception failure) when (failure is not ResponseTooLargeException)
            {
                exception = failure;
            }

            // Resumes behind the leaf that failed.
            var selection = step.RunSelections[index];
            if (!Fail(selection, selection.Field.Type, exception, writer.LastKey + selection.Key.Length))
            {
                return false;
            }

            index++;
        }
    }

    private bool WriteOther(WriteStep step, object parent, int frame)
    {
        if (step.Deferred is { } deferredPart)
        {
            Defer(deferredPart, parent);
            return true;
        }

        var selection = step.Selection;
        writer.WriteKey(selection.Key);
        var start = writer.Position;
        switch (step.Kind)
        {
            case WriteKind.Leaf:
                return WriteLeafOf(selection, parent, start, null, isDeferred: false);
            case WriteKind.ReadLeaf:
                object? value;
                try
                {
                    value = selection.Binding.Read(selection.BindingIndex, parent, Arguments(selection));
                }
                catch (Exception exception) when (exception is not ResponseTooLargeException)
                {
                    return Fail(selection, selection.Field.Type, exception, start);
                }

                return WriteLeafValue(selection, selection.Field.Type, value);
            case WriteKind.StoredLeaf:
                var stored = run.Store.Slot(run.Store.Frame(frame).Slots + step.Slot);
                return stored.Value switch
                {
                    UnboxedLeaf leaf => WriteUnboxed(selection, leaf, stored.Bits, start),
                    DeferredLeaf deferred => WriteLeafOf(selection, parent, start, deferred.Arguments, isDeferred: true),
                    _ => WriteLeafValue(selection, selection.Field.Type, stored.Value),
                };
            case WriteKind.Stream:
                return WriteStream(step, parent, start, frame);
            case WriteKind.StoredComposite:
                Push(selection);
                var written = WriteValue(selection, selection.Field.Type, run.Store.Slot(run.Store.Frame(frame).Slots + step.Slot).Value);
                _depth--;
                return written;
            default:
                Push(selection);
                var complete = WriteFrames(selection, selection.Field.Type, run.Store.Frame(frame).Slots + step.Slot);
                _depth--;
                return complete;
        }
    }

    private bool WriteLeafOf(Selection selection, object parent, int start, object? arguments, bool isDeferred)
    {
        Exception? exception = null;
        try
        {
            if (selection.Binding.Write(selection.BindingIndex, parent, isDeferred ? arguments : Arguments(selection), writer))
            {
                return true;
            }
        }
        catch (Exception failure) when (failure is not ResponseTooLargeException)
        {
            exception = failure;
        }

        return exception is null && !selection.Field.Type.IsNonNull ? WriteNull(start) : Fail(selection, selection.Field.Type, exception, start);
    }

    private bool WriteUnboxed(Selection selection, UnboxedLeaf leaf, long bits, int start)
    {
        try
        {
            leaf.Write(bits, writer);
            return true;
        }
        catch (CoercionException exception)
        {
            return Fail(selection, selection.Field.Type, exception, start);
        }
    }

    private bool WriteComposite(Selection selection, object parent)
    {
        writer.WriteKey(selection.Key);
        object? value;
        try
        {
            value = selection.Binding.Read(selection.BindingIndex, parent, selection.Arguments is null ? null : Arguments(selection));
        }
        catch (Exception exception) when (exception is not ResponseTooLargeException)
        {
            return Fail(selection, selection.Field.Type, exception, writer.Position);
        }

        Push(selection);
        var written = WriteValue(selection, selection.Field.Type, value);
        _depth--;
        return written;
    }

    // 6.4.3 CompleteValue for objects and lists of them, without effects below. The path ends at this position.
    private bool WriteValue(Selection selection, GraphType type, object? value)
    {
        var start = writer.Position;
        if (value is null)
        {
            return type.IsNonNull ? FailHere(selection, type, null, start) : WriteNull(start);
        }

        if (value is FieldFailure or Exception)
        {
            return FailHere(selection, type, value, start);
        }

        if (type.Nullable is ListType list)
        {
            return WriteList(selection, type, list, value, start);
        }

        ObjectType objectType;
        PlanVariant plan;
        try
        {
            objectType = AbstractTypes.Resolve(_schema, selection, value);
            plan = selection.PlanFor(objectType).For(_set);
        }
        catch (GraphQLException exception)
        {
            return FailHere(selection, type, exception, start);
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        return WriteObject(plan, value, -1) || Propagate(type, start);
    }

    private bool WriteList(Selection selection, GraphType type, ListType list, object value, int start)
    {
        ListItems items;
        try
        {
            items = ListItems.Of(value, _maxListSize);
        }
        catch (Exception exception) when (exception is not ResponseTooLargeException)
        {
            return FailHere(selection, type, exception, start);
        }

        var depth = Push(0);
        for (var i = 0; i < items.Count; i++)
        {
            if ((i & 255) == 255)
            {
                run.Services.Client.ThrowIfCancellationRequested();
            }

            _path[depth].Index = i;
            writer.WriteByte((byte)',');
            if (!WriteValue(selection, list.OfType, items[i]))
            {
                _depth--;
                return Propagate(type, start);
            }
        }

        _depth--;
        writer.EndList(start);
        return true;
    }

    private bool WriteFrames(Selection selection, GraphType type, int slotIndex)
    {
        var slot = run.Store.Slot(slotIndex);
        var start = writer.Position;
        if (ReferenceEquals(slot.Value, SlotMarker.Frame))
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            ref var frame = ref run.Store.Frame(slot.First);
            return WriteObject(frame.Plan, frame.Value!, slot.First) || Propagate(type, start);
        }

        if (!ReferenceEquals(slot.Value, SlotMarker.List))
        {
            return slot.Value is null && !type.IsNonNull ? WriteNull(start) : FailHere(selection, type, slot.Value, start);
        }

        var itemType = ((ListType)type.Nullable).OfType;
        var depth = Push(0);
        for (var i = 0; i < slot.Count; i++)
        {
            _path[depth].Index = i;
            writer.WriteByte((byte)',');
            if (!WriteFrames(selection, itemType, slot.First + i))
            {
                _depth--;
                return Propagate(type, start);
            }
        }

        _depth--;
        writer.EndList(start);
        return true;
    }

    /// <summary>Writes a leaf, or lists of leaves, known only as an object.</summary>
    private bool WriteLeafValue(Selection selection, GraphType type, object? value)
    {
        Push(selection);
        var written = WriteLeafItem(selection, type, value);
        _depth--;
        return written;
    }

    private bool WriteLeafItem(Selection selection, GraphType type, object? value)
    {
        var start = writer.Position;
        if (value is null)
        {
            return type.IsNonNull ? FailHere(selection, type, null, start) : WriteNull(start);
        }

        if (value is FieldFailure or Exception)
        {
            return FailHere(selection, type, value, start);
        }

        try
        {
            switch (type.Nullable)
            {
                case ListType list:
                    return WriteLeafList(selection, type, list, ListItems.Of(value, _maxListSize), start);
                case EnumType enumType:
                    WriteEnum(enumType, value);
                    return true;
                default:
                    ((ScalarType)type.Named).Coercion.Write(value, writer);
                    return true;
            }
        }
        catch (Exception exception) when (exception is not ResponseTooLargeException)
        {
            return FailHere(selection, type, exception, start);
        }
    }

    private bool WriteLeafList(Selection selection, GraphType type, ListType list, ListItems items, int start)
    {
        var depth = Push(0);
        for (var i = 0; i < items.Count; i++)
        {
            _path[depth].Index = i;
            writer.WriteByte((byte)',');
            if (!WriteLeafItem(selection, list.OfType, items[i]))
            {
                _depth--;
                return Propagate(type, start);
            }
        }

        _depth--;
        writer.EndList(start);
        return true;
    }

    private void WriteEnum(EnumType type, object value)
    {
        var name = value switch
        {
            string text => text,
            JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
            _ => null,
        };
        if (name is null || type.Value(name) is null)
        {
            throw new CoercionException($"Enum \"{type.Name}\" cannot represent the value {name ?? value.GetType().Name}.");
        }

        writer.Write(name);
    }

    private object? Arguments(Selection selection)
    {
        try
        {
            return _set.Arguments(selection);
        }
        catch (CoercionException exception)
        {
            throw new GraphQLException(new GraphQLError(exception.Message) { Code = ErrorCodes.Variables, Exception = exception });
        }
    }

    // A failed field whose path segment has not been pushed.
    private bool Fail(Selection selection, GraphType type, Exception? failure, int start)
    {
        Push(selection);
        var written = FailHere(selection, type, failure, start);
        _depth--;
        return written;
    }

    private bool FailHere(Selection selection, GraphType type, object? failure, int start)
    {
        var error = failure switch
        {
            FieldFailure known => known.Error,
            OperationCanceledException cancelled when run.Services.Client.IsCancellationRequested => throw cancelled,
            GraphQLException { Error.Exception: CoercionException } coercion => coercion.Error,
            Exception exception => run.Environment.ToError(exception),
            _ => new GraphQLError($"Cannot return null for non-nullable field {selection.DeclaringType.Name}.{selection.Field.Name}.") { Code = ErrorCodes.NonNull },
        };
        _errors.Add(error, selection, _set, Path());
        return Propagate(type, start);
    }

    // 6.4.4: null takes the place of a nullable position; anything else moves on to the position around it.
    private bool Propagate(GraphType type, int start)
    {
        writer.Truncate(start);
        DropLater(start);
        return mode switch
        {
            ErrorMode.Propagate when !type.IsNonNull => WriteNull(start),
            ErrorMode.Null => WriteNull(start),
            _ => false,
        };
    }

    private bool WriteNull(int start)
    {
        writer.Truncate(start);
        writer.WriteNull();
        return true;
    }

    private void Push(Selection selection) => PushName(selection.ResponseName);

    private void PushName(string name)
    {
        if (_depth == _path.Length)
        {
            Array.Resize(ref _path, Math.Max(4, _depth * 2));
        }

        _path[_depth++].Name = name;
    }

    private int Push(int index)
    {
        if (_depth == _path.Length)
        {
            Array.Resize(ref _path, Math.Max(4, _depth * 2));
        }

        _path[_depth] = new PathSegment { Index = index };
        return _depth++;
    }

    private ImmutableArray<object> Path()
    {
        var segments = ImmutableArray.CreateBuilder<object>(_depth);
        for (var i = 0; i < _depth; i++)
        {
            segments.Add(_path[i].Name ?? (object)_path[i].Index);
        }

        return segments.MoveToImmutable();
    }

    private struct PathSegment
    {
        public string? Name;
        public int Index;
    }
}
