using System.Security.Claims;
using System.Threading.Tasks.Sources;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// One resolver call. While the call runs it belongs to the resolver; once it has completed, synchronously or at the end of
/// its level, the run uses it again for another call of the same request.
/// </summary>
internal sealed class FieldContext(OperationRun run) : ResolverContext, IValueTaskSource<object?>
{
    private AsyncServiceScope? _scope;
    private ValueTask<object?> _task;
    private Task? _returned;
    private Delegate? _convert;
    private TaskResult? _taskResult;
    private Action? _continuation;

    public Selection Selection = null!;
    public int Frame;
    public int SlotIndex;
    public object? ParentValue;
    public object? BoundArguments;
    public object? Event;
    /// <summary>The result, or a <see cref="FieldFailure"/>, once the call completed.</summary>
    public object? Result;
    /// <summary>The bits of a result that an <see cref="UnboxedLeaf"/> stands for.</summary>
    public long Bits;

    public override Schema Schema => run.Environment.Schema;
    public override FieldDefinition Field => Selection.Field;
    public override object? Parent => ParentValue;
    public override object? Arguments => BoundArguments;
    public override object? EventMessage => Event;
    public override ClaimsPrincipal User => run.Services.User;
    public override CancellationToken CancellationToken => run.Services.CancellationToken;
    public override IDictionary<string, object?> GlobalState => run.Services.GlobalState;
    public override IServiceProvider Services => run.SharesScope(Selection) ? run.Services.RequestScope : (_scope ??= run.Services.CreateScope()).ServiceProvider;
    public override ResponsePath Path => run.PathOf(Frame, Selection);

    public override IDictionary<string, object?> LocalState => run.State.LocalOf(this);
    public override bool TryGetScopedState(string key, out object? value) => run.State.TryGetScoped(Frame, Selection.Id, key, out value);
    public override void SetScopedState(string key, object? value) => run.State.SetScoped(Frame, Selection.Id, key, value);

    /// <summary>Whether the call goes on in a list that is still read: it is not used again.</summary>
    public bool IsKept => Result is StreamedSource;

    /// <summary>Whether the call made a scope that must be disposed.</summary>
    public bool HasScope => _scope is not null;

    public override T DataLoader<T>() => run.Services.Scheduler.DataLoader<T>();

    public override bool IsSelected(string path) => run.IsSelected(Selection, Frame, path);

    public override void SelectedFields(string path, ISet<string> names) => run.SelectedFields(Selection, Frame, path, names);

    public override void ReportError(GraphQLError error) => run.ReportError(Frame, Selection, error);

    public override ValueTask<object?> Return<T>(Task<T> task, Func<T, object?> convert)
    {
        if (task.IsCompletedSuccessfully)
        {
            return new ValueTask<object?>(convert(task.Result));
        }

        _returned = task;
        _convert = convert;
        _taskResult = TaskResult<T>.Instance;
        return new ValueTask<object?>(this, 0);
    }

    public override ValueTask<object?> Return<T>(Task<T> task)
    {
        if (task.IsCompletedSuccessfully)
        {
            return new ValueTask<object?>(Leaf(task.Result));
        }

        _returned = task;
        _taskResult = TaskLeaf<T>.Instance;
        return new ValueTask<object?>(this, 0);
    }

    public override object Leaf<T>(T value)
    {
        Bits = UnboxedLeaf<T>.BitsOf(value);
        return UnboxedLeaf<T>.Instance;
    }

    /// <summary>Ends a call that completed synchronously without a scope.</summary>
    public void Reset()
    {
        run.ForgetLocalState(this);
        ParentValue = null;
        BoundArguments = null;
        Event = null;
        Result = null;
        Bits = 0;
        _task = default;
        _returned = null;
        _convert = null;
        _taskResult = null;
    }

    /// <summary>Waits for the call; <see cref="Result"/> is set and the scheduler told when it is done.</summary>
    public void Track(ValueTask<object?> task)
    {
        run.Services.Scheduler.ResolverStarted();
        if (_scope is not null)
        {
            _ = FinishAsync(task);
            return;
        }

        _continuation ??= Complete;
        if (_returned is not null)
        {
            _returned.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_continuation);
            return;
        }

        _task = task;
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_continuation);
    }

    /// <summary>Waits for a result that came synchronously and is a sequence to be read.</summary>
    public void TrackSequence(object result)
    {
        run.Services.Scheduler.ResolverStarted();
        _ = FinishAsync(new ValueTask<object?>(result));
    }

    // The executor waits for the returned task directly; these serve code that awaits the ValueTask in between.
    object? IValueTaskSource<object?>.GetResult(short token) => _taskResult!.Get(this, _returned!, _convert);

    ValueTaskSourceStatus IValueTaskSource<object?>.GetStatus(short token) => _returned switch
    {
        { IsCompletedSuccessfully: true } => ValueTaskSourceStatus.Succeeded,
        { IsCanceled: true } => ValueTaskSourceStatus.Canceled,
        { IsFaulted: true } => ValueTaskSourceStatus.Faulted,
        _ => ValueTaskSourceStatus.Pending,
    };

    void IValueTaskSource<object?>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _returned!.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => continuation(state));

    private void Complete()
    {
        if (_scope is not null)
        {
            _ = FinishAsync(_returned is null ? _task : new ValueTask<object?>(this, 0));
            return;
        }

        try
        {
            Result = _returned is null ? _task.GetAwaiter().GetResult() : _taskResult!.Get(this, _returned, _convert);
        }
        catch (Exception exception)
        {
            Result = run.Fail(exception);
        }

        if (StreamedSource.IsSequence(Selection, Result))
        {
            _ = FinishAsync(new ValueTask<object?>(Result));
            return;
        }

        run.Services.Scheduler.ResolverCompleted();
    }

    private async Task FinishAsync(ValueTask<object?> task)
    {
        object? result;
        try
        {
            result = await task.ConfigureAwait(false);
            if (StreamedSource.IsSequence(Selection, result))
            {
                result = await run.ReadSequenceAsync(Selection, Frame, (IAsyncEnumerable<object?>)result!, _scope).ConfigureAwait(false);
                if (result is StreamedSource)
                {
                    // The scope ends with the list.
                    _scope = null;
                }
            }
        }
        catch (Exception exception)
        {
            result = run.Fail(exception);
        }

        if (_scope is { } scope)
        {
            _scope = null;
            try
            {
                await scope.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                result = run.Fail(exception);
            }
        }

        Result = result;
        run.Services.Scheduler.ResolverCompleted();
    }
}

/// <summary>Reads the result of a task whose type only its caller knew.</summary>
internal abstract class TaskResult
{
    /// <summary>The converted result of a completed task; throws what the task threw.</summary>
    public abstract object? Get(FieldContext context, Task task, Delegate? convert);
}

/// <inheritdoc cref="TaskResult" />
internal sealed class TaskResult<T> : TaskResult
{
    public static readonly TaskResult<T> Instance = new();

    public override object? Get(FieldContext context, Task task, Delegate? convert) => ((Func<T, object?>)convert!)(((Task<T>)task).GetAwaiter().GetResult());
}

/// <inheritdoc cref="TaskResult" />
internal sealed class TaskLeaf<T> : TaskResult
    where T : struct
{
    public static readonly TaskLeaf<T> Instance = new();

    public override object? Get(FieldContext context, Task task, Delegate? convert) => context.Leaf(((Task<T>)task).GetAwaiter().GetResult());
}

/// <summary>One call of a batch resolver: the parents of a level and a result for each.</summary>
internal sealed class BatchFieldContext(OperationRun run, Selection selection, int[] frames, object[] parents, object? arguments) : BatchResolverContext
{
    private AsyncServiceScope? _scope;
    private object?[]? _results;
    // Instead of the results of numbers and booleans: what they are, their bits, and how many there are.
    private UnboxedLeaf? _leaf;
    private long[] _bits = [];
    private int _leaves;

    public Selection Selection => selection;
    public int[] Frames => frames;
    /// <summary>The slot of the results within each frame.</summary>
    public int Slot { get; init; }
    /// <summary>The failure of the whole call.</summary>
    public FieldFailure? Failure { get; private set; }

    public override Schema Schema => run.Environment.Schema;
    public override FieldDefinition Field => selection.Field;
    public override object? Parent => parents[0];
    public override object? Arguments => arguments;
    public override object? EventMessage => null;
    public override ClaimsPrincipal User => run.Services.User;
    public override CancellationToken CancellationToken => run.Services.CancellationToken;
    public override IDictionary<string, object?> GlobalState => run.Services.GlobalState;
    public override IServiceProvider Services => run.SharesScope(selection) ? run.Services.RequestScope : (_scope ??= run.Services.CreateScope()).ServiceProvider;
    public override ResponsePath Path => run.PathOf(frames[0], selection);
    public override IReadOnlyList<object> Parents => parents;
    public override IDictionary<string, object?> LocalState => run.State.LocalOf(this);
    public override bool TryGetScopedState(string key, out object? value)
        => throw new NotSupportedException("The parents of a batch resolver may lie below different fields: it has no scoped state to read.");

    public override void SetScopedState(string key, object? value)
    {
        foreach (var frame in frames)
        {
            run.State.SetScoped(frame, selection.Id, key, value);
        }
    }

    public override T DataLoader<T>() => run.Services.Scheduler.DataLoader<T>();
    public override bool IsSelected(string path) => run.IsSelected(selection, frames[0], path);
    public override void SelectedFields(string path, ISet<string> names) => run.SelectedFields(selection, frames[0], path, names);
    public override void ReportError(GraphQLError error) => run.ReportError(frames[0], selection, error);
    public override void SetResult(int index, object? value) => (_results ??= new object?[frames.Length])[index] = value;
    public override void SetError(int index, GraphQLError error) => SetResult(index, new FieldFailure(error));

    public override int SetLeaves<T>(IEnumerable<T> values)
    {
        _leaf = UnboxedLeaf<T>.Instance;
        _bits = new long[frames.Length];
        var count = 0;
        foreach (var value in values)
        {
            if (count < _bits.Length)
            {
                _bits[count] = UnboxedLeaf<T>.BitsOf(value);
                _leaves = count + 1;
            }

            count++;
        }

        return count;
    }

    /// <summary>The result of a parent by its index. A call that failed may have given results to the wrong parents: it has none.</summary>
    public object? ResultOf(int index) => Failure ?? (index < _leaves ? _results?[index] ?? _leaf : _results?[index]);

    /// <summary>The bits of a result that an <see cref="UnboxedLeaf"/> stands for.</summary>
    public long BitsOf(int index) => index < _leaves ? _bits[index] : 0;

    /// <summary>Runs the resolver; the scheduler is told when it is done.</summary>
    public async ValueTask RunAsync()
    {
        try
        {
            await selection.Binding.ResolveBatchAsync(selection.BindingIndex, this).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Failure = run.Fail(exception);
        }

        if (_scope is { } scope)
        {
            try
            {
                await scope.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                Failure ??= run.Fail(exception);
            }
        }

        run.Services.Scheduler.ResolverCompleted();
    }
}
