using System.Collections.Immutable;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Execution;

/// <content>Passes that start below the root of a response.</content>
internal sealed partial class OperationRun
{
    private List<StreamedSource>? _sources;
    private bool _areSourcesClosed;

    /// <summary>Adds a root frame for deferred fields of an object.</summary>
    public int AddFields(int set, LaterFields fields)
    {
        var frame = Store.Add(fields.Partition.Plan.For(Sets[set]), fields.Value, parent: -1, via: null, index: -1, outer: null, set);
        Store.SetPlace(frame, PathOf(fields.Path));
        if (Store.Frame(frame).Plan.Resolve.Length > 0)
        {
            Level.For(Store.Frame(frame).Plan).Frames.Add(frame);
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
            Complete(selection, type, first + i - work.Offset, around, work.Items[i], i, null, Level);
        }

        return first;
    }

    /// <summary>Resolves the effects of what was added.</summary>
    public ValueTask ResolveAddedAsync() => _level is { Count: > 0 } level ? RunLevelsAsync(level, _next ??= new ResolveLevel()) : default;

    /// <summary>
    /// Reads the sequence that a resolver returned: to its end, or under <c>@stream</c> as far as the field's own items go; then
    /// the result is a <see cref="StreamedSource"/>, which takes the scope of the call.
    /// </summary>
    public async ValueTask<object?> ReadSequenceAsync(Selection selection, int frame, IAsyncEnumerable<object?> sequence, AsyncServiceScope? scope)
    {
        var limit = Environment.Options.MaxListSize;
        if (selection.Stream is not { } stream)
        {
            return await StreamedSource.ReadAllAsync(sequence, limit, Services.CancellationToken).ConfigureAwait(false);
        }

        var initialCount = stream.InitialCount(Sets[Store.Frame(frame).Set]);
        var source = await StreamedSource.OpenAsync(sequence, initialCount, Services, scope, limit).ConfigureAwait(false);
        bool isLate;
        lock (Services.Scheduler.Gate)
        {
            isLate = _areSourcesClosed;
            if (!isLate)
            {
                (_sources ??= []).Add(source);
            }
        }

        if (isLate)
        {
            // The run has ended without waiting for this call.
            await source.DisposeAsync().ConfigureAwait(false);
        }

        return source;
    }

    /// <summary>Whether resolvers of this run still yield items of lists.</summary>
    public bool HasSources => _sources is not null;

    /// <summary>Ends the lists that resolvers still yield.</summary>
    public async ValueTask CloseSourcesAsync()
    {
        StreamedSource[] sources;
        lock (Services.Scheduler.Gate)
        {
            _areSourcesClosed = true;
            sources = [.. _sources ?? []];
        }

        foreach (var source in sources)
        {
            try
            {
                await source.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // Nobody waits for the list any more: the failure goes to the log.
                Environment.Filter(Environment.ToError(exception));
            }
        }
    }

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
