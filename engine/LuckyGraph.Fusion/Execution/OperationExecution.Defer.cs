using System.Collections.Immutable;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Execution;

/// <content>
/// Incremental delivery: fetches of deferred fields are held back until the initial response is taken; then they run like the
/// others, and what a later payload holds is written when its fetches are over.
/// </content>
internal sealed partial class OperationExecution
{
    private readonly DeferredPlan? _deferred;
    private readonly Lock _writing = new();
    private bool[]? _over;
    private TaskCompletionSource? _laterDone;
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts what was held back. Completes when all of it is over.</summary>
    public Task RunLaterAsync()
    {
        bool isOwner;
        lock (_writing)
        {
            _laterDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _open = _deferred!.LaterCount;
            if (_open == 0)
            {
                return Task.CompletedTask;
            }

            isOwner = Interlocked.Increment(ref _unattended) == 1;
            // Starting one may end it, which starts others.
            var ready = new List<int>();
            for (var i = 0; i < _waiting.Length; i++)
            {
                if (_deferred.IsLater[i] && _waiting[i] == 0)
                {
                    ready.Add(i);
                }
            }

            foreach (var index in ready)
            {
                Start(index);
            }
        }

        if (isOwner)
        {
            Attend();
        }

        return _laterDone.Task;
    }

    /// <summary>Completes when another fetch is over.</summary>
    public Task ProgressAsync()
    {
        lock (_writing)
        {
            return _progress.Task;
        }
    }

    /// <summary>Writes deferred fields of an object, if their fetches are over, and hands them to the delivery; their errors are added to <paramref name="failed"/>.</summary>
    public bool TryFinish(DeferredGroup group, IncrementalDelivery delivery, ErrorMode mode, List<ResultError> failed)
    {
        lock (_writing)
        {
            var work = group.Work;
            foreach (var fetch in _deferred!.FetchesOf(work.Partition))
            {
                if (_over?[fetch] != true)
                {
                    return false;
                }
            }

            using var buffer = new PooledBuffer(1024) { MaxLength = _resources.MaxResultBytes };
            var writer = new ResultWriter(Document, buffer, _conditions, mode == ErrorMode.Null, _deferred);
            bool complete;
            try
            {
                complete = writer.WritePartition(work.Partition, (int)work.Value, work.Path);
            }
            catch (BufferLimitException)
            {
                complete = false;
                Document.Errors.Add(new ResultError { Message = $"The result is larger than {buffer.MaxLength} bytes.", Code = ErrorCodes.Limit, Path = [.. work.Path] });
            }

            var errors = TakeErrors(work.Partition, work.Path);
            failed.AddRange(errors);
            complete &= mode != ErrorMode.Halt || errors.Count == 0;
            delivery.Finish(group, complete ? buffer.Span.ToArray() : null, errors.ConvertAll(static e => e.ToEngineError()), complete ? writer.Later ?? [] : []);
            return true;
        }
    }

    /// <summary>Whether a fetch has to wait for the initial response to be taken.</summary>
    private bool Holds(int index) => _deferred is not null && _deferred.IsLater[index] && _laterDone is null;

    private void NoteOver(int index)
    {
        if (_deferred is null)
        {
            return;
        }

        (_over ??= new bool[_plan.Fetches.Length])[index] = true;
        _progress.TrySetResult();
        _progress = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_laterDone is not null && _open == 1)
        {
            _laterDone.TrySetResult();
        }
    }

    private static void Announce(IncrementalDelivery delivery, List<LaterFields> later, PooledBuffer buffer)
    {
        delivery.Begin(later);
        using var announced = new ResponseWriter();
        delivery.WriteInitial(announced);
        buffer.Write(announced.Written.Span);
    }

    /// <summary>Takes the errors that belong to a payload: to a partition's fields of the object at a path, or to the initial response.</summary>
    private List<ResultError> TakeErrors(DeferPartition? partition, ImmutableArray<object> path)
    {
        var taken = new List<ResultError>();
        for (var i = 0; i < Document.Errors.Count; i++)
        {
            var error = Document.Errors[i];
            if (error.IsDelivered)
            {
                continue;
            }

            var (home, depth) = error.Path is null ? (null, 0) : HomeOf(error.Path);
            if (home != partition || (home is not null && !(depth == path.Length && error.Path.AsSpan(0, depth).SequenceEqual(path.AsSpan()))))
            {
                continue;
            }

            error.IsDelivered = true;
            taken.Add(error);
        }

        return taken;
    }

    /// <summary>The payload that holds the place of a path, and the length of the path of the object whose fields begin it.</summary>
    private (DeferPartition? Partition, int Depth) HomeOf(object[] path)
    {
        DeferPartition? home = null;
        var depth = 0;
        var slot = Document.Slots[0];
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] is int index)
            {
                if (slot.Kind != SlotKind.List || index < 0 || index >= slot.Length)
                {
                    break;
                }

                slot = Document.Slots[slot.Start + index];
                continue;
            }

            if (slot.Kind != SlotKind.Object || Array.Find(Document.ObjectAt(slot.Start).Output, s => s.ResponseName == (string)path[i]) is not { } selection)
            {
                break;
            }

            if (_deferred!.Of(selection.Group) is var next && next != home)
            {
                (home, depth) = (next, i);
            }

            slot = Document.Slots[slot.Start + selection.Slot];
        }

        return (home, depth);
    }
}
