using System.Runtime.InteropServices;

namespace LuckyGraph.Engine.Batching;

/// <summary>
/// Collects the keys that resolvers of a request ask for and loads them together when the request's <see cref="BatchScheduler"/>
/// finds that nothing else can run. Each key is loaded once per request.
/// </summary>
public abstract class DataLoader<TKey, TValue> : IDataLoader<TKey, TValue>, IBatchSource
    where TKey : notnull
{
    // How many keys a batch had lately: loaders of one request seldom differ much from those of the last.
    private static int _expectedKeys;

    private readonly Dictionary<TKey, DataLoaderEntry<TKey, TValue>> _entries = new(_expectedKeys);
    private readonly BatchScheduler _scheduler;
    private readonly int _maxBatchSize;
    private List<DataLoaderEntry<TKey, TValue>> _pending = new(_expectedKeys);

    /// <summary>A loader of a request.</summary>
    /// <param name="scheduler">The request's scheduler.</param>
    /// <param name="maxBatchSize">Most keys per load; at least 1.</param>
    protected DataLoader(BatchScheduler scheduler, int maxBatchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatchSize, 1);
        _scheduler = scheduler;
        _maxBatchSize = maxBatchSize;
    }

    /// <summary>Loads one batch of distinct keys. An exception fails every key that has no result of its own.</summary>
    protected abstract ValueTask LoadAsync(DataLoaderBatch<TKey, TValue> batch, DataLoaderContext context);

    /// <inheritdoc />
    public Task<TValue?> LoadAsync(TKey key, CancellationToken cancellationToken = default)
        => WithCancellation(Load(key, isWaiter: true), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<TValue?>> LoadAsync(IReadOnlyCollection<TKey> keys, CancellationToken cancellationToken = default)
    {
        // One caller waits once, however many keys it asks for.
        var tasks = new Task<TValue?>[keys.Count];
        var count = 0;
        var counted = false;
        foreach (var key in keys)
        {
            var task = Load(key, !counted);
            counted |= !task.IsCompleted;
            tasks[count++] = task;
        }

        return await Task.WhenAll(tasks).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Prime(TKey key, TValue? value)
    {
        lock (_scheduler.Gate)
        {
            ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out var known);
            if (!known)
            {
                slot = new DataLoaderEntry<TKey, TValue>(key);
                slot.SetResult(value);
            }
        }
    }

    /// <summary>What wants to know the values that this loader loads; null when nothing does.</summary>
    private protected Action<BatchScheduler, object>[]? Lookups => LookupsOf(typeof(TValue));

    private protected Action<BatchScheduler, object>[]? LookupsOf(Type value) => _scheduler.LookupsOf(value);

    private protected void Publish(Action<BatchScheduler, object>[] lookups, object? value)
    {
        if (value is null)
        {
            return;
        }

        foreach (var lookup in lookups)
        {
            lookup(_scheduler, value);
        }
    }

    void IBatchSource.Dispatch(BatchScheduler scheduler)
    {
        List<DataLoaderEntry<TKey, TValue>> pending;
        lock (scheduler.Gate)
        {
            pending = _pending;
            _pending = [];
        }

        _expectedKeys = Math.Min(1_024, Math.Max(pending.Count, _expectedKeys - (_expectedKeys >> 3)));

        for (var start = 0; start < pending.Count; start += _maxBatchSize)
        {
            var size = Math.Min(_maxBatchSize, pending.Count - start);
            scheduler.Start(new Run(this, size == pending.Count ? pending : pending.GetRange(start, size)));
        }
    }

    private Task<TValue?> Load(TKey key, bool isWaiter)
    {
        var batch = BatchScheduler.CurrentBatch;
        lock (_scheduler.Gate)
        {
            ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out var known);
            if (!known)
            {
                slot = new DataLoaderEntry<TKey, TValue>(key);
                _pending.Add(slot);
                if (_pending.Count == 1)
                {
                    _scheduler.Enqueue(this);
                }
            }

            var entry = slot!;
            if (!entry.IsSettled && (isWaiter || batch is not null))
            {
                // A batch waits until its last key is there: it counts for each.
                _scheduler.AddWaiter(batch, ref entry.ResolverWaiters, ref entry.BatchWaiters);
            }

            return entry.Task;
        }
    }

    private Task<TValue?> WithCancellation(Task<TValue?> task, CancellationToken cancellationToken)
        => task.IsCompleted || !cancellationToken.CanBeCanceled || cancellationToken == _scheduler.CancellationToken
            ? task
            : task.WaitAsync(cancellationToken);

    /// <summary>One call of the load function.</summary>
    private sealed class Run(DataLoader<TKey, TValue> loader, List<DataLoaderEntry<TKey, TValue>> entries) : BatchRun
    {
        private readonly DataLoaderBatch<TKey, TValue> _batch = new(entries);

        public override ValueTask LoadAsync(DataLoaderContext context) => loader.LoadAsync(_batch, context);

        public override void ReleaseWaiters(BatchScheduler scheduler)
        {
            foreach (var entry in entries)
            {
                entry.IsSettled = true;
                scheduler.RemoveWaiters(entry.ResolverWaiters, entry.BatchWaiters);
            }
        }

        public override void Complete(Exception? exception)
        {
            for (var i = 0; i < entries.Count; i++)
            {
                _batch.Settle(i, exception);
            }
        }
    }
}

/// <summary>A key of a loader with the task that its callers await.</summary>
/// <remarks>
/// Continuations run inline when the batch completes: that is how the scheduler knows that every resolver that waited has come
/// to its next stop.
/// </remarks>
internal sealed class DataLoaderEntry<TKey, TValue>(TKey key) : TaskCompletionSource<TValue?>
{
    public TKey Key { get; } = key;
    public bool IsSettled;
    public int ResolverWaiters;
    public List<BatchRun>? BatchWaiters;
}

/// <summary>The keys of one load and where their values go. Keys that get neither value nor error have the default value.</summary>
public sealed class DataLoaderBatch<TKey, TValue> where TKey : notnull
{
    private readonly List<DataLoaderEntry<TKey, TValue>> _entries;
    private readonly TValue?[] _values;
    private readonly TKey[] _keys;
    private bool[]? _hasValue;
    private Exception?[]? _errors;

    internal DataLoaderBatch(List<DataLoaderEntry<TKey, TValue>> entries)
    {
        _entries = entries;
        _values = new TValue?[entries.Count];
        _keys = new TKey[entries.Count];
        for (var i = 0; i < _keys.Length; i++)
        {
            _keys[i] = entries[i].Key;
        }
    }

    /// <summary>The distinct keys, in the order in which they were first asked for.</summary>
    public IReadOnlyList<TKey> Keys => _keys;

    /// <summary>Sets the value of a key by its index.</summary>
    public void SetResult(int index, TValue? value)
    {
        _values[index] = value;
        (_hasValue ??= new bool[_keys.Length])[index] = true;
    }

    /// <summary>Fails a key by its index.</summary>
    public void SetError(int index, Exception exception) => (_errors ??= new Exception?[_keys.Length])[index] = exception;

    internal void Settle(int index, Exception? failure)
    {
        var entry = _entries[index];
        var error = _errors?[index] ?? (_hasValue is { } known && known[index] ? null : failure);
        if (error is null)
        {
            entry.SetResult(_values[index]);
            return;
        }

        entry.SetException(error);
        // Whoever awaits sees it; a key that nobody awaits is no unobserved failure.
        _ = entry.Task.Exception;
    }
}
