using System.Collections.Immutable;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <content>Incremental delivery: what is left out of a payload is noted, for later ones.</content>
internal sealed partial class ResultWriter
{
    private List<(LaterWork Work, int Position)>? _later;

    /// <summary>What was left out, as far as its place in the response exists.</summary>
    public IReadOnlyList<LaterWork> Later => _later is null ? [] : _later.ConvertAll(l => l.Work);

    /// <summary>Starts at a place below the root.</summary>
    public void Enter(ImmutableArray<object> path)
    {
        foreach (var segment in path)
        {
            if (segment is int index)
            {
                Push(index);
            }
            else
            {
                PushName((string)segment);
            }
        }
    }

    /// <summary>Writes an item of a streamed list, after a comma. False when null must take the place of the list.</summary>
    public bool WriteItem(Selection selection, object? item, int slot, int index)
    {
        var type = ((ListType)selection.Field.Type.Nullable).OfType;
        var depth = Push(index);
        writer.WriteByte((byte)',');
        var written = slot >= 0 ? WriteFrames(selection, type, slot)
            : selection.Field.Type.IsLeaf ? WriteLeafItem(selection, type, item)
            : WriteValue(selection, type, item);
        _depth = depth;
        return written;
    }

    private void Defer(DeferPartition partition, object value) => (_later ??= []).Add((new LaterFields(partition, value, Path()), writer.Position));

    private bool WriteStream(WriteStep step, object parent, int start, int frame)
    {
        var selection = step.Selection;
        var slot = step.Slot >= 0 ? run.Store.Slot(run.Store.Frame(frame).Slots + step.Slot) : default;
        var value = slot.Value;
        if (step.Slot < 0)
        {
            try
            {
                value = selection.Binding.Read(selection.BindingIndex, parent, Arguments(selection));
            }
            catch (Exception exception) when (exception is not ResponseTooLargeException)
            {
                return Fail(selection, selection.Field.Type, exception, start);
            }
        }

        if (value is DeferredLeaf leaf)
        {
            // The binding writes the list as a whole.
            return WriteLeafOf(selection, parent, start, leaf.Arguments, isDeferred: true);
        }

        Push(selection);
        var written = WriteStreamed(selection, value, slot, start);
        _depth--;
        return written;
    }

    private bool WriteStreamed(Selection selection, object? value, Slot slot, int start)
    {
        var type = selection.Field.Type;
        if (value is null)
        {
            return type.IsNonNull ? FailHere(selection, type, null, start) : WriteNull(start);
        }

        if (value is FieldFailure or Exception)
        {
            return FailHere(selection, type, value, start);
        }

        ListItems items;
        int count;
        var source = value as StreamedSource;
        try
        {
            if (value is StreamedItems streamed)
            {
                (items, count, source) = (streamed.Items, slot.Count, streamed.Source);
            }
            else
            {
                items = ListItems.Of(source?.Items ?? value, _maxListSize);
                count = Math.Min(items.Count, selection.Stream!.InitialCount(_set));
            }
        }
        catch (Exception exception) when (exception is not ResponseTooLargeException)
        {
            return FailHere(selection, type, exception, start);
        }

        for (var i = 0; i < count; i++)
        {
            var written = value is StreamedItems ? WriteItem(selection, null, slot.First + i, i) : WriteItem(selection, items[i], -1, i);
            if (!written)
            {
                return Propagate(type, start);
            }
        }

        writer.EndList(start);
        if (count < items.Count || source is { IsEnded: false })
        {
            (_later ??= []).Add((new LaterItems(selection, items, count, Path(), source), writer.Position));
        }

        return true;
    }

    // Nothing follows at a place that null has taken.
    private void DropLater(int start)
    {
        while (_later is { Count: > 0 } later && later[^1].Position >= start)
        {
            later.RemoveAt(later.Count - 1);
        }
    }
}

/// <summary>What a pass leaves to later payloads.</summary>
/// <param name="Path">The response path.</param>
internal abstract record LaterWork(ImmutableArray<object> Path);

/// <summary>Deferred fields of an object.</summary>
internal sealed record LaterFields(DeferPartition Partition, object Value, ImmutableArray<object> Path) : LaterWork(Path);

/// <summary>The items of a streamed list from an index on, and where more come from when not all are there.</summary>
internal sealed record LaterItems(Selection Selection, ListItems Items, int Offset, ImmutableArray<object> Path, StreamedSource? Source) : LaterWork(Path);

/// <summary>In the slot of a streamed list: all its items, of which the first have frames.</summary>
internal sealed class StreamedItems(ListItems items, StreamedSource? source)
{
    public ListItems Items { get; } = items;
    public StreamedSource? Source { get; } = source;
}
