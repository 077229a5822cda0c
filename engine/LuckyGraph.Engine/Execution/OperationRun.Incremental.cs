using System.Collections.Immutable;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <content>Passes that start below the root of a response.</content>
internal sealed partial class OperationRun
{
    /// <summary>Adds a root frame for deferred fields of an object.</summary>
    public int AddFields(int set, LaterFields fields)
    {
        var frame = Store.Add(fields.Partition.Plan.For(Sets[set]), fields.Value, parent: -1, via: null, index: -1, outer: null, set);
        Store.SetPlace(frame, PathOf(fields.Path));
        if (Store.Frame(frame).Plan.Resolve.Length > 0)
        {
            _level.For(Store.Frame(frame).Plan).Frames.Add(frame);
        }

        return frame;
    }

    /// <summary>Adds the frames of items of a streamed list, to be resolved next; returns the slot of the first, -1 when nothing is to be resolved.</summary>
    public int AddItems(int set, LaterItems work)
    {
        var selection = work.Selection.Stream!.Items ?? work.Selection;
        if (!selection.HasEffectsBelow)
        {
            return -1;
        }

        // Stands for the object around the list.
        var around = Store.Add(Operation.Root.For(Sets[set]), null, parent: -1, via: null, index: -1, outer: null, set);
        Store.SetPlace(around, PathOf(work.Path[..^1]));
        var type = ((ListType)selection.Field.Type.Nullable).OfType;
        var first = Store.AddSlots(work.Items.Count - work.Offset);
        for (var i = work.Offset; i < work.Items.Count; i++)
        {
            Complete(selection, type, first + i - work.Offset, around, work.Items[i], i, null, _level);
        }

        return first;
    }

    /// <summary>Resolves the effects of what was added.</summary>
    public ValueTask ResolveAddedAsync() => _level.Count == 0 ? default : RunLevelsAsync();

    private static ResponsePath? PathOf(ImmutableArray<object> path)
    {
        ResponsePath? at = null;
        foreach (var segment in path)
        {
            at = segment is int index ? ResponsePath.Append(at, index) : ResponsePath.Append(at, (string)segment);
        }

        return at;
    }
}
