using System.Buffers;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <content>The resolve phase, level by level.</content>
internal sealed partial class OperationRun
{
    private async ValueTask RunLevelsAsync(ResolveLevel level, ResolveLevel next)
    {
        _started ??= [];
        while (level.Count > 0)
        {
            // Pure objects add frames to this level while it is walked; their groups come after their parents'.
            for (var i = 0; i < level.Count; i++)
            {
                var group = level[i];
                if (group.Only is { } only)
                {
                    await StartAsync(group, only).ConfigureAwait(false);
                    continue;
                }

                foreach (var step in group.Plan.Resolve)
                {
                    await StartAsync(group, step).ConfigureAwait(false);
                }
            }

            if (_pending > 0 || _batches is { Count: > 0 })
            {
                await Services.Scheduler.DrainAsync().ConfigureAwait(false);
            }

            if (Services.IsEnded)
            {
                // What resolvers made of their cancellation is no result.
                throw new OperationCanceledException(Services.CancellationToken);
            }

            FinishLevel(_started, next);
            level.Clear();
            (level, next) = (next, level);
            // What pure fields add belongs to the level that is walked.
            (_level, _next) = (level, next);
        }
    }

    private ValueTask StartAsync(ResolveGroup group, ResolveStep step)
    {
        var selection = step.Selection;
        if (!selection.IsEffect)
        {
            ReadAll(group, step);
            return default;
        }

        return selection.Field.Authorization.IsEmpty ? Start(group, step, null) : AuthorizeAsync(group, step);
    }

    private async ValueTask AuthorizeAsync(ResolveGroup group, ResolveStep step)
    {
        _authorizations ??= [];
        if (!_authorizations.TryGetValue(step.Selection, out var failure))
        {
            try
            {
                failure = await FieldAuthorization.CheckAsync(step.Selection.Field, Services).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                failure = FailField(exception);
            }

            _authorizations.Add(step.Selection, failure);
        }

        await Start(group, step, failure).ConfigureAwait(false);
    }

    private ValueTask Start(ResolveGroup group, ResolveStep step, FieldFailure? denied)
    {
        if (denied is not null)
        {
            foreach (var frame in group.Frames)
            {
                Store.Slot(Store.Frame(frame).Slots + step.Slot).Value = denied;
            }

            return default;
        }

        switch (step.Selection.Kind)
        {
            case FieldKind.Pure:
                ReadAll(group, step);
                break;
            case FieldKind.Batch:
                StartBatch(group, step);
                _started!.Add((group, step));
                break;
            default:
                StartEach(group, step);
                _started!.Add((group, step));
                break;
        }

        return default;
    }

    // Pure objects with effects below, and pure fields that need authorization: read now, walked in this level.
    private void ReadAll(ResolveGroup group, ResolveStep step)
    {
        var selection = step.Selection;
        foreach (var frame in group.Frames)
        {
            var slot = Store.Frame(frame).Slots + step.Slot;
            object? value;
            try
            {
                var arguments = Sets[Store.Frame(frame).Set].Arguments(selection);
                value = selection.Field.Type.IsLeaf && !selection.ReadsLeaf
                    ? new DeferredLeaf(arguments)
                    : selection.Binding.Read(selection.BindingIndex, Store.Frame(frame).Value!, arguments);
            }
            catch (Exception exception)
            {
                value = FailField(exception);
            }

            Complete(selection, slot, frame, value, _level!);
        }
    }

    private void StartEach(ResolveGroup group, ResolveStep step)
    {
        var selection = step.Selection;
        var binding = selection.Binding;
        foreach (var frame in group.Frames)
        {
            var set = Store.Frame(frame).Set;
            var slot = Store.Frame(frame).Slots + step.Slot;
            var context = NextContext();
            context.Selection = selection;
            context.Frame = frame;
            context.SlotIndex = slot;
            context.ParentValue = Store.Frame(frame).Parent < 0 && Store.Frame(frame).Value is RootValue ? null : Store.Frame(frame).Value;
            context.Event = _event;
            object? result;
            try
            {
                context.BoundArguments = selection.Arguments is null ? null : Sets[set].Arguments(selection);
                var task = binding.ResolveAsync(selection.BindingIndex, context);
                if (!task.IsCompleted || context.HasScope)
                {
                    _pending++;
                    context.Track(task);
                    continue;
                }

                result = task.GetAwaiter().GetResult();
                if (StreamedSource.IsSequence(selection, result))
                {
                    _pending++;
                    context.TrackSequence(result!);
                    continue;
                }
            }
            catch (Exception exception)
            {
                result = FailField(exception);
                if (context.HasScope)
                {
                    _pending++;
                    context.Track(new ValueTask<object?>(result));
                    continue;
                }
            }

            Store.Slot(slot) = new Slot { Value = result, Bits = context.Bits };
            context.Reset();
        }
    }

    // Contexts of calls under way come first in the array; the next one is free, or was used by a call that is done.
    private FieldContext NextContext()
    {
        if (_pending == _contexts.Length)
        {
            var larger = ArrayPool<FieldContext?>.Shared.Rent(Math.Max(Operation.ExpectedSize.Calls + 1, Math.Max(16, _pending * 2)));
            _contexts.CopyTo(larger, 0);
            if (_contexts.Length > 0)
            {
                ArrayPool<FieldContext?>.Shared.Return(_contexts, clearArray: true);
            }

            _contexts = larger;
        }

        return _contexts[_pending] ??= new FieldContext(this);
    }

    private void StartBatch(ResolveGroup group, ResolveStep step)
    {
        var selection = step.Selection;
        var frames = group.Frames;
        for (var start = 0; start < frames.Count;)
        {
            // With arguments from variables each set is a batch of its own; frames of a set lie together.
            var end = frames.Count;
            var set = Store.Frame(frames[start]).Set;
            if (selection.Arguments is { IsBound: false })
            {
                for (end = start + 1; end < frames.Count && Store.Frame(frames[end]).Set is var other && ReferenceEquals(Sets[other], Sets[set]);)
                {
                    end++;
                }
            }

            var members = frames.GetRange(start, end - start).ToArray();
            start = end;
            var parents = new object[members.Length];
            for (var i = 0; i < members.Length; i++)
            {
                parents[i] = Store.Frame(members[i]).Value!;
            }

            try
            {
                var context = new BatchFieldContext(this, selection, members, parents, Sets[set].Arguments(selection)) { Slot = step.Slot };
                (_batches ??= []).Add(context);
                Services.Scheduler.ResolverStarted();
                _ = context.RunAsync().AsTask();
            }
            catch (Exception exception)
            {
                var failure = FailField(exception);
                foreach (var frame in members)
                {
                    Store.Slot(Store.Frame(frame).Slots + step.Slot).Value = failure;
                }
            }
        }
    }

    private void FinishLevel(List<(ResolveGroup Group, ResolveStep Step)> started, ResolveLevel next)
    {
        foreach (ref var context in _contexts.AsSpan(0, _pending))
        {
            Store.Slot(context!.SlotIndex) = new Slot { Value = context.Result, Bits = context.Bits };
            if (context.IsKept)
            {
                context = null;
            }
            else
            {
                context.Reset();
            }
        }

        _mostPending = Math.Max(_mostPending, _pending);
        _pending = 0;
        foreach (var batch in _batches ?? [])
        {
            for (var i = 0; i < batch.Frames.Length; i++)
            {
                Store.Slot(Store.Frame(batch.Frames[i]).Slots + batch.Slot) = new Slot { Value = batch.ResultOf(i), Bits = batch.BitsOf(i) };
            }
        }

        _batches?.Clear();
        foreach (var (group, step) in started)
        {
            if (!step.Selection.HasEffectsBelow)
            {
                continue;
            }

            foreach (var frame in group.Frames)
            {
                var slot = Store.Frame(frame).Slots + step.Slot;
                Complete(step.Selection, slot, frame, Store.Slot(slot).Value, next);
            }
        }

        started.Clear();
    }

    private void Complete(Selection selection, int slot, int frame, object? value, ResolveLevel level)
    {
        if (!selection.HasEffectsBelow)
        {
            Store.Slot(slot).Value = value;
            return;
        }

        try
        {
            Complete(selection, selection.Field.Type, slot, frame, value, -1, null, level);
        }
        catch (Exception exception)
        {
            Store.Slot(slot) = new Slot { Value = FailField(exception) };
        }
    }

    // 6.4.3 CompleteValue as far as the next level needs it: nulls and failures are judged when the response is written.
    private void Complete(Selection selection, GraphType type, int slot, int frame, object? value, int index, ListIndex? outer, ResolveLevel level)
    {
        if (value is null or FieldFailure)
        {
            Store.Slot(slot).Value = value;
            return;
        }

        if (value is Exception failed)
        {
            Store.Slot(slot).Value = FailField(failed);
            return;
        }

        if (type.Nullable is ListType list)
        {
            ListItems items;
            var source = value as StreamedSource;
            try
            {
                items = ListItems.Of(source?.Items ?? value, Environment.Options.MaxListSize);
            }
            catch (Exception exception)
            {
                Store.Slot(slot).Value = FailField(exception);
                return;
            }

            var count = items.Count;
            object marker = SlotMarker.List;
            if (selection.Stream is { } stream && index < 0)
            {
                count = Math.Min(count, stream.InitialCount(Sets[Store.Frame(frame).Set]));
                marker = new StreamedItems(items, source);
            }

            var first = Store.AddSlots(count);
            Store.Slot(slot) = new Slot { Value = marker, First = first, Count = count };
            var around = index < 0 ? null : new ListIndex(outer, index);
            for (var i = 0; i < count; i++)
            {
                Complete(selection, list.OfType, first + i, frame, items[i], i, around, level);
            }

            return;
        }

        ObjectType objectType;
        try
        {
            objectType = AbstractTypes.Resolve(Environment.Schema, selection, value);
        }
        catch (GraphQLException exception)
        {
            Store.Slot(slot).Value = FailField(exception);
            return;
        }

        var set = Store.Frame(frame).Set;
        var plan = selection.PlanFor(objectType).For(Sets[set]);
        var child = Store.Add(plan, value, frame, selection, index, outer, set);
        Store.Slot(slot) = new Slot { Value = SlotMarker.Frame, First = child };
        if (plan.Resolve.Length > 0)
        {
            level.For(plan).Frames.Add(child);
        }
    }
}
