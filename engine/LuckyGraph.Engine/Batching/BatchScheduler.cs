using System.Diagnostics;
using System.Security.Claims;
using LuckyGraph.Engine.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Batching;

/// <summary>
/// Decides when the DataLoaders of a request load. It counts the resolvers under way and those that wait for a loader; when no
/// resolver can run further, every loader with keys loads at once. Batches complete one after another on one logical thread,
/// and loads wait for batches in flight, so that what is batched does not depend on timing. Time matters only while a resolver
/// runs on another thread or waits for something that is no loader: loads hold back until it comes to a loader or ends, or until
/// no resolver did so for <see cref="GraphQLRequestOptions.DataLoaderHoldTime"/>. A batch that waits for a loader unseen (outside
/// of the flow of its execution context) cannot hold others for longer than <see cref="LongestHold"/>.
/// </summary>
public sealed class BatchScheduler
{
    /// <summary>How long pending keys wait for batches in flight, or for resolvers of which now and then one makes progress.</summary>
    internal static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(1);

    private static readonly AsyncLocal<BatchRun?> Current = new();

    private readonly RequestServices _services;
    private readonly PumpSignal _signal = new();
    private volatile IDataLoader?[] _loaders = [];
    private readonly Queue<BatchRun> _completed = [];
    private List<IBatchSource> _ready = [];
    private int _active;
    private int _waiters;
    private int _inFlight;
    private int _inFlightWaiting;

    internal BatchScheduler(RequestServices services)
    {
        _services = services;
    }

    /// <summary>Ends when the client goes away or the request runs out of time.</summary>
    public CancellationToken CancellationToken => _services.CancellationToken;

    internal Lock Gate { get; } = new();

    internal static BatchRun? CurrentBatch => Current.Value;

    /// <summary>The request's instance of a DataLoader.</summary>
    /// <exception cref="InvalidOperationException">No such loader is registered.</exception>
    public T DataLoader<T>() where T : class, IDataLoader
    {
        var index = LoaderNumber.Of<T>.Value;
        var loaders = _loaders;
        return index < loaders.Length && loaders[index] is { } known ? (T)known : Create<T>(index);
    }

    /// <summary>What primes other loaders with loaded values of a type; null when nothing does.</summary>
    internal Action<BatchScheduler, object>[]? LookupsOf(Type value) => _services.LoaderLookups.GetValueOrDefault(value);

    /// <summary>Forgets all loaders and what they cached: a mutation's write makes it stale. No load may be under way.</summary>
    internal void Forget()
    {
        lock (Gate)
        {
            _loaders = [];
        }
    }

    /// <summary>A resolver did not complete synchronously.</summary>
    internal void ResolverStarted() => Interlocked.Increment(ref _active);

    /// <summary>A resolver that had started is done; called once for each <see cref="ResolverStarted"/>.</summary>
    internal void ResolverCompleted()
    {
        // Pending keys may have waited for this resolver only.
        if (Interlocked.Decrement(ref _active) == 0 || Volatile.Read(ref _ready).Count > 0)
        {
            _signal.Set(inline: true);
        }
    }

    /// <summary>Runs loads until the request ends: for resolvers that yield items after their run.</summary>
    /// <exception cref="OperationCanceledException">The request has ended.</exception>
    internal ValueTask PumpAsync() => DrainAsync(untilIdle: false);

    /// <summary>Runs loads until no resolver is under way.</summary>
    internal ValueTask DrainAsync() => DrainAsync(untilIdle: true);

    private async ValueTask DrainAsync(bool untilIdle)
    {
        using var registration = CancellationToken.UnsafeRegister(static state => ((BatchScheduler)state!)._signal.Set(inline: false), this);
        var heldSince = 0L;
        var progress = new Progress();
        while (true)
        {
            while (TryTakeCompleted(out var run))
            {
                run.Complete(run.Failure);
                progress = default;
            }

            if (untilIdle && Volatile.Read(ref _active) == 0)
            {
                return;
            }

            CancellationToken.ThrowIfCancellationRequested();
            switch (NextStep())
            {
                case Step.Load:
                    (heldSince, progress) = (0, default);
                    Dispatch();
                    break;
                case Step.Hold when heldSince != 0 && Stopwatch.GetElapsedTime(heldSince) >= LongestHold:
                    heldSince = 0;
                    Dispatch();
                    break;
                case Step.Hold:
                    heldSince = heldSince == 0 ? Stopwatch.GetTimestamp() : heldSince;
                    await HoldAsync(LongestHold).ConfigureAwait(false);
                    break;
                case Step.Settle when progress.TimeLeft(Volatile.Read(ref _active), Volatile.Read(ref _waiters), _services.HoldTime) is var left:
                    if (left > TimeSpan.Zero)
                    {
                        await HoldAsync(left).ConfigureAwait(false);
                        break;
                    }

                    progress = default;
                    Dispatch();
                    break;
                default:
                    await _signal.WaitAsync().ConfigureAwait(false);
                    break;
            }
        }
    }

    private async ValueTask HoldAsync(TimeSpan time)
    {
        using var timer = new Timer(static state => ((PumpSignal)state!).Set(inline: false), _signal, time, Timeout.InfiniteTimeSpan);
        await _signal.WaitAsync().ConfigureAwait(false);
    }

    /// <summary>Registers a loader that got its first pending key. Call with the gate held.</summary>
    internal void Enqueue(IBatchSource source)
    {
        _ready.Add(source);
        // The caller may be about to ask for more keys: never run the loads on its stack.
        _signal.Set(inline: false);
    }

    /// <summary>Counts a caller that waits for a key. Call with the gate held.</summary>
    internal void AddWaiter(BatchRun? batch, ref int resolverWaiters, ref List<BatchRun>? batchWaiters)
    {
        if (batch is null || batch.Scheduler != this)
        {
            resolverWaiters++;
            _waiters++;
            if (_ready.Count > 0 && _waiters >= Volatile.Read(ref _active))
            {
                // The last one that keys were held back for.
                _signal.Set(inline: false);
            }

            return;
        }

        (batchWaiters ??= []).Add(batch);
        if (batch.Waiting++ == 0)
        {
            _inFlightWaiting++;
        }
    }

    /// <summary>Takes back what <see cref="AddWaiter"/> counted for one key. Call with the gate held.</summary>
    internal void RemoveWaiters(int resolverWaiters, List<BatchRun>? batchWaiters)
    {
        _waiters -= resolverWaiters;
        if (batchWaiters is null)
        {
            return;
        }

        foreach (var batch in batchWaiters)
        {
            if (--batch.Waiting == 0 && !batch.IsCompleted)
            {
                _inFlightWaiting--;
            }
        }
    }

    /// <summary>Starts one load.</summary>
    internal void Start(BatchRun run)
    {
        run.Scheduler = this;
        lock (Gate)
        {
            _inFlight++;
        }

        _ = RunAsync(run);
    }

    private T Create<T>(int index) where T : class, IDataLoader
    {
        lock (Gate)
        {
            if (index < _loaders.Length && _loaders[index] is { } known)
            {
                return (T)known;
            }

            var loader = _services.DataLoaders.TryGetValue(typeof(T), out var factory)
                ? factory(this)
                : throw new InvalidOperationException($"The DataLoader {typeof(T).Name} is not registered: call AddDataLoader, or the module's Add method.");
            var loaders = new IDataLoader?[Math.Max(_loaders.Length, index + 1)];
            _loaders.CopyTo(loaders, 0);
            loaders[index] = loader;
            _loaders = loaders;
            return (T)loader;
        }
    }

    private async Task RunAsync(BatchRun run)
    {
        // The value flows into what the load function awaits and is gone when this method returns to its caller.
        Current.Value = run;
        var context = new BatchContext(this, _services);
        try
        {
            await run.LoadAsync(context).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            run.Failure = exception;
        }

        try
        {
            await context.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            run.Failure ??= exception;
        }

        lock (Gate)
        {
            run.IsCompleted = true;
            _inFlight--;
            if (run.Waiting > 0)
            {
                _inFlightWaiting--;
            }

            _completed.Enqueue(run);
        }

        Current.Value = null;
        _signal.Set(inline: true);
    }

    private bool TryTakeCompleted([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out BatchRun? run)
    {
        lock (Gate)
        {
            if (!_completed.TryDequeue(out run))
            {
                return false;
            }

            run.ReleaseWaiters(this);
            return true;
        }
    }

    private Step NextStep()
    {
        lock (Gate)
        {
            if (_completed.Count > 0)
            {
                return Step.Again;
            }

            if (_ready.Count == 0)
            {
                return Step.Wait;
            }

            // A batch that itself waits for a loader cannot end before that loader loads; the others are waited for.
            if (_inFlight > _inFlightWaiting)
            {
                return Step.Hold;
            }

            return Volatile.Read(ref _active) > _waiters ? Step.Settle : Step.Load;
        }
    }

    private void Dispatch()
    {
        List<IBatchSource> ready;
        lock (Gate)
        {
            ready = _ready;
            _ready = [];
        }

        foreach (var source in ready)
        {
            source.Dispatch(this);
        }
    }

    /// <summary>Since when the resolvers under way have not come to a loader or to their end.</summary>
    private struct Progress
    {
        private long _began;
        private long _since;
        private int _active;
        private int _waiters;

        /// <summary>How much longer to hold keys back; zero or less when it is enough.</summary>
        public TimeSpan TimeLeft(int active, int waiters, TimeSpan patience)
        {
            var now = Stopwatch.GetTimestamp();
            if (_began == 0 || active != _active || waiters != _waiters)
            {
                _began = _began == 0 ? now : _began;
                (_since, _active, _waiters) = (now, active, waiters);
            }

            var longest = patience > LongestHold ? patience : LongestHold;
            var left = patience - Stopwatch.GetElapsedTime(_since, now);
            var most = longest - Stopwatch.GetElapsedTime(_began, now);
            return left < most ? left : most;
        }
    }

    private enum Step : byte
    {
        Wait,
        Again,
        Hold,
        Settle,
        Load,
    }

    /// <summary>The context of one load, with a scope made when it is first used.</summary>
    private sealed class BatchContext(BatchScheduler scheduler, RequestServices services) : DataLoaderContext, IAsyncDisposable
    {
        private AsyncServiceScope? _scope;

        public override IServiceProvider Services => (_scope ??= services.CreateScope()).ServiceProvider;
        public override IServiceProvider RequestServices => services.RequestScope;
        public override ClaimsPrincipal User => services.User;
        public override CancellationToken CancellationToken => services.CancellationToken;
        public override IDictionary<string, object?> GlobalState => services.GlobalState;
        public override T DataLoader<T>() => scheduler.DataLoader<T>();

        public ValueTask DisposeAsync() => _scope is { } scope ? scope.DisposeAsync() : default;
    }
}

/// <summary>Numbers the loader types of the process, so that a request finds its instance by index.</summary>
internal static class LoaderNumber
{
    private static int _next = -1;

    public static class Of<T>
    {
        public static readonly int Value = Interlocked.Increment(ref _next);
    }
}

/// <summary>A loader as the scheduler sees it.</summary>
internal interface IBatchSource
{
    /// <summary>Starts loads for all pending keys.</summary>
    void Dispatch(BatchScheduler scheduler);
}

/// <summary>One load under way.</summary>
internal abstract class BatchRun
{
    public BatchScheduler? Scheduler;
    public int Waiting;
    public bool IsCompleted;
    public Exception? Failure;

    public abstract ValueTask LoadAsync(DataLoaderContext context);
    /// <summary>Uncounts the callers of the batch's keys; called with the scheduler's gate held, before <see cref="Complete"/>.</summary>
    public abstract void ReleaseWaiters(BatchScheduler scheduler);
    /// <summary>Hands the results to the callers, whose code runs on inline.</summary>
    public abstract void Complete(Exception? exception);
}
