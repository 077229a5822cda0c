using System.Buffers;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// One run of an operation for one or more variable sets. The resolve phase walks breadth-first from level to level: it starts
/// every effect of a level, waits until all are done (which is when DataLoaders load), and makes the frames of the next level
/// from the results. Selection sets without effects are never visited. <see cref="ResultWriter"/> is the second phase.
/// </summary>
internal sealed class OperationRun : IDisposable
{
    private FieldContext?[] _contexts = [];
    private int _pending;
    private int _mostPending;
    private List<BatchFieldContext>? _batches;
    private List<ResolveGroup> _level = [];
    private List<ResolveGroup> _next = [];
    private readonly List<(ResolveGroup Group, ResolveStep Step)> _started = [];
    private readonly Stack<ResolveGroup> _freeGroups = [];
    private Dictionary<Selection, FieldFailure?>? _authorizations;
    private readonly object? _event;

    public OperationRun(ExecutionEnvironment environment, CompiledOperation operation, VariableSet[] sets, RequestServices services, object? eventMessage = null)
    {
        Environment = environment;
        Operation = operation;
        Sets = sets;
        Services = services;
        SharesScope = operation.Kind == Language.OperationKind.Mutation
            || (operation.Kind == Language.OperationKind.Subscription && eventMessage is null);
        _event = eventMessage;
        Store = new FrameStore(operation.ExpectedSize.Frames, operation.ExpectedSize.Slots);
        Errors = new ResponseErrors[sets.Length];
        for (var i = 0; i < sets.Length; i++)
        {
            Errors[i] = new ResponseErrors(environment, operation);
        }
    }

    public ExecutionEnvironment Environment { get; }
    public CompiledOperation Operation { get; }
    public VariableSet[] Sets { get; }
    public RequestServices Services { get; }
    public FrameStore Store { get; }
    /// <summary>The errors of each set.</summary>
    public ResponseErrors[] Errors { get; }
    /// <summary>Whether resolver calls share the request's scope: mutations.</summary>
    public bool SharesScope { get; }

    /// <summary>Adds the root frame of a set.</summary>
    public int AddRoot(int set, object? rootValue)
        => Store.Add(Operation.Root.For(Sets[set]), rootValue ?? RootValue.None, parent: -1, via: null, index: -1, outer: null, set);

    /// <summary>Resolves all effects of the given root frames and below.</summary>
    public ValueTask ResolveAsync(ReadOnlySpan<int> roots)
    {
        foreach (var root in roots)
        {
            if (Store.Frame(root).Plan.Resolve.Length > 0)
            {
                GroupFor(_level, Store.Frame(root).Plan, null).Frames.Add(root);
            }
        }

        return _level.Count == 0 ? default : RunLevelsAsync();
    }

    /// <summary>Resolves one selection of a root frame and below: a mutation's field.</summary>
    public ValueTask ResolveAsync(int root, ResolveStep only)
    {
        GroupFor(_level, Store.Frame(root).Plan, only).Frames.Add(root);
        return RunLevelsAsync();
    }

    /// <summary>Opens the source stream of a subscription's root field (6.2.3.1 CreateSourceEventStream).</summary>
    public async ValueTask<(IAsyncEnumerable<object?>? Source, GraphQLError? Error)> OpenSourceAsync(object? rootValue)
    {
        var root = AddRoot(0, rootValue);
        var plan = Store.Frame(root).Plan;
        if (plan.Resolve is not [{ Selection: { Kind: FieldKind.Subscription } selection }])
        {
            return (null, new GraphQLError("A subscription selects exactly one field.") { Code = ErrorCodes.Validation });
        }

        if (await FieldAuthorization.CheckAsync(selection.Field, Services).ConfigureAwait(false) is { } denied)
        {
            return (null, denied.Error);
        }

        var context = new FieldContext(this) { Selection = selection, Frame = root, ParentValue = rootValue };
        try
        {
            context.BoundArguments = Sets[0].Arguments(selection);
            var opening = selection.Binding.SubscribeAsync(selection.BindingIndex, context);
            if (!opening.IsCompleted)
            {
                Services.Scheduler.ResolverStarted();
                var task = opening.AsTask();
                task.GetAwaiter().UnsafeOnCompleted(Services.Scheduler.ResolverCompleted);
                await Services.Scheduler.DrainAsync().ConfigureAwait(false);
                opening = new ValueTask<IAsyncEnumerable<object?>>(task);
            }

            return (await opening.ConfigureAwait(false), null);
        }
        catch (Exception exception)
        {
            return (null, FailField(exception).Error);
        }
    }

    /// <summary>Makes the failure of an exception; a cancelled run ends instead.</summary>
    public FieldFailure Fail(Exception exception) => new(Environment.ToError(exception));

    /// <summary>The response path of a field of a frame.</summary>
    public ResponsePath PathOf(int frame, Selection selection)
    {
        // Frames of this level are not added to while resolvers run on other threads: the arrays stay in place.
        return ResponsePath.Append(Store.PathOf(frame), selection.ResponseName);
    }

    /// <summary>Adds an error that a resolver reports beside its result.</summary>
    public void ReportError(int frame, Selection selection, GraphQLError error)
    {
        var set = Store.Frame(frame).Set;
        Errors[set].Add(error, selection, Sets[set], PathOf(frame, selection).ToSegments());
    }

    /// <summary>Whether a field below a selection is included.</summary>
    public bool IsSelected(Selection selection, int frame, string path)
        => IsSelected(selection, Sets[Store.Frame(frame).Set], path.AsSpan());

    /// <summary>Gives pooled memory back; only for runs whose resolvers are all done.</summary>
    public void Dispose()
    {
        var expected = Operation.ExpectedSize;
        if (Store.FrameCount > expected.Frames || Store.SlotCount > expected.Slots || _mostPending > expected.Calls)
        {
            Operation.ExpectedSize = new RunSize(
                Math.Min(4_096, Math.Max(Store.FrameCount, expected.Frames)),
                Math.Min(16_384, Math.Max(Store.SlotCount, expected.Slots)),
                Math.Min(4_096, Math.Max(_mostPending, expected.Calls)));
        }

        Store.Dispose();
        if (_contexts.Length > 0)
        {
            ArrayPool<FieldContext?>.Shared.Return(_contexts, clearArray: true);
            _contexts = [];
        }
    }

    private bool IsSelected(Selection selection, VariableSet set, ReadOnlySpan<char> path)
    {
        if (selection.Field.Type.IsLeaf)
        {
            return false;
        }

        foreach (var type in Environment.Schema.PossibleTypes(selection.Field.Type.Named))
        {
            if (IsSelected(selection.PlanFor(type), set, path))
            {
                return true;
            }
        }

        return selection.Child is { } child && IsSelected(child, set, path);
    }

    private bool IsSelected(SelectionPlan plan, VariableSet set, ReadOnlySpan<char> path)
    {
        var dot = path.IndexOf('.');
        var name = dot < 0 ? path : path[..dot];
        foreach (var selection in plan.Selections)
        {
            if (!name.SequenceEqual(selection.Field.Name) || !IsIncluded(selection, set))
            {
                continue;
            }

            if (dot < 0 || IsSelected(selection, set, path[(dot + 1)..]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsIncluded(Selection selection, VariableSet set)
    {
        foreach (var node in selection.Nodes)
        {
            if (Condition.IsSubset(node.Condition, set.Flags))
            {
                return true;
            }
        }

        return false;
    }

    private async ValueTask RunLevelsAsync()
    {
        while (_level.Count > 0)
        {
            // Pure objects add frames to this level while it is walked; their groups come after their parents'.
            for (var i = 0; i < _level.Count; i++)
            {
                var group = _level[i];
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

            FinishLevel();
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
                _started.Add((group, step));
                break;
            default:
                StartEach(group, step);
                _started.Add((group, step));
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

            Complete(selection, slot, frame, value, _level);
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

            context.Reset();
            Store.Slot(slot).Value = result;
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
                for (end = start + 1; end < frames.Count && Store.Frame(frames[end]).Set == set;)
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

    private void FinishLevel()
    {
        foreach (var context in _contexts.AsSpan(0, _pending))
        {
            Store.Slot(context!.SlotIndex).Value = context.Result;
            context.Reset();
        }

        _mostPending = Math.Max(_mostPending, _pending);
        _pending = 0;
        foreach (var batch in _batches ?? [])
        {
            for (var i = 0; i < batch.Frames.Length; i++)
            {
                Store.Slot(Store.Frame(batch.Frames[i]).Slots + batch.Slot).Value = batch.ResultOf(i);
            }
        }

        _batches?.Clear();
        foreach (var (group, step) in _started)
        {
            if (!step.Selection.HasEffectsBelow)
            {
                continue;
            }

            foreach (var frame in group.Frames)
            {
                var slot = Store.Frame(frame).Slots + step.Slot;
                Complete(step.Selection, slot, frame, Store.Slot(slot).Value, _next);
            }
        }

        _started.Clear();
        foreach (var group in _level)
        {
            group.Frames.Clear();
            _freeGroups.Push(group);
        }

        _level.Clear();
        (_level, _next) = (_next, _level);
    }

    private void Complete(Selection selection, int slot, int frame, object? value, List<ResolveGroup> level)
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
    private void Complete(Selection selection, GraphType type, int slot, int frame, object? value, int index, ListIndex? outer, List<ResolveGroup> level)
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
            try
            {
                items = ListItems.Of(value, Environment.Options.MaxListSize);
            }
            catch (Exception exception)
            {
                Store.Slot(slot).Value = FailField(exception);
                return;
            }

            var count = items.Count;
            var first = Store.AddSlots(count);
            Store.Slot(slot) = new Slot { Value = SlotMarker.List, First = first, Count = count };
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
            GroupFor(level, plan, null).Frames.Add(child);
        }
    }

    private FieldFailure FailField(Exception exception)
    {
        if (exception is OperationCanceledException && Services.Client.IsCancellationRequested)
        {
            throw exception;
        }

        return exception is CoercionException ? new FieldFailure(Environment.ToError(exception) with { Code = ErrorCodes.Variables }) : Fail(exception);
    }

    private ResolveGroup GroupFor(List<ResolveGroup> level, PlanVariant plan, ResolveStep? only)
    {
        for (var i = level.Count - 1; i >= 0; i--)
        {
            if (ReferenceEquals(level[i].Plan, plan))
            {
                return level[i];
            }
        }

        if (!_freeGroups.TryPop(out var group))
        {
            group = new ResolveGroup();
        }

        group.Plan = plan;
        group.Only = only;
        level.Add(group);
        return group;
    }
}

/// <summary>The frames of one plan at one level.</summary>
internal sealed class ResolveGroup
{
    public PlanVariant Plan = null!;
    /// <summary>The only step to take, for a mutation's root; all steps when null.</summary>
    public ResolveStep? Only;
    public List<int> Frames { get; } = [];
}

/// <summary>Stands for the root object of generated types, which have none.</summary>
internal sealed class RootValue
{
    public static readonly RootValue None = new();
}

/// <summary>An authorized pure leaf: allowed, and written when the response is.</summary>
internal sealed class DeferredLeaf(object? arguments)
{
    public object? Arguments { get; } = arguments;
}
