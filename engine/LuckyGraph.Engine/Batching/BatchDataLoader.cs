namespace LuckyGraph.Engine.Batching;

/// <summary>Loads at most one value per key; a key that the result lacks has the default value.</summary>
/// <param name="scheduler">The request's scheduler.</param>
/// <param name="maxBatchSize">Most keys per load.</param>
public abstract class BatchDataLoader<TKey, TValue>(BatchScheduler scheduler, int maxBatchSize = 1000)
    : DataLoader<TKey, TValue>(scheduler, maxBatchSize)
    where TKey : notnull
{
    /// <summary>Loads the values of distinct keys. An exception fails every key of the batch.</summary>
    protected abstract ValueTask<IReadOnlyDictionary<TKey, TValue>> LoadBatchAsync(IReadOnlyList<TKey> keys, DataLoaderContext context);

    /// <inheritdoc />
    protected sealed override async ValueTask LoadAsync(DataLoaderBatch<TKey, TValue> batch, DataLoaderContext context)
    {
        var values = await LoadBatchAsync(batch.Keys, context).ConfigureAwait(false);
        for (var i = 0; i < batch.Keys.Count; i++)
        {
            batch.SetResult(i, values.TryGetValue(batch.Keys[i], out var value) ? value : default);
        }

        if (Lookups is { } lookups)
        {
            foreach (var loaded in values.Values)
            {
                Publish(lookups, loaded);
            }
        }
    }
}

/// <summary>Loads any number of items per key; a key without items has an empty array.</summary>
/// <param name="scheduler">The request's scheduler.</param>
/// <param name="maxBatchSize">Most keys per load.</param>
public abstract class GroupDataLoader<TKey, TItem>(BatchScheduler scheduler, int maxBatchSize = 1000)
    : DataLoader<TKey, TItem[]>(scheduler, maxBatchSize)
    where TKey : notnull
{
    /// <summary>Loads the items of distinct keys. An exception fails every key of the batch.</summary>
    protected abstract ValueTask<ILookup<TKey, TItem>> LoadGroupsAsync(IReadOnlyList<TKey> keys, DataLoaderContext context);

    /// <inheritdoc />
    protected sealed override async ValueTask LoadAsync(DataLoaderBatch<TKey, TItem[]> batch, DataLoaderContext context)
    {
        var groups = await LoadGroupsAsync(batch.Keys, context).ConfigureAwait(false);
        for (var i = 0; i < batch.Keys.Count; i++)
        {
            batch.SetResult(i, groups[batch.Keys[i]].ToArray());
        }

        if (LookupsOf(typeof(TItem)) is { } lookups)
        {
            foreach (var group in groups)
            {
                foreach (var loaded in group)
                {
                    Publish(lookups, loaded);
                }
            }
        }
    }
}

/// <summary>Loads each key by itself and remembers it for the request.</summary>
/// <param name="scheduler">The request's scheduler.</param>
public abstract class CacheDataLoader<TKey, TValue>(BatchScheduler scheduler)
    : DataLoader<TKey, TValue>(scheduler, int.MaxValue)
    where TKey : notnull
{
    /// <summary>Loads the value of a key. An exception fails that key alone.</summary>
    protected abstract ValueTask<TValue?> LoadSingleAsync(TKey key, DataLoaderContext context);

    /// <inheritdoc />
    protected sealed override async ValueTask LoadAsync(DataLoaderBatch<TKey, TValue> batch, DataLoaderContext context)
    {
        for (var i = 0; i < batch.Keys.Count; i++)
        {
            try
            {
                var value = await LoadSingleAsync(batch.Keys[i], context).ConfigureAwait(false);
                batch.SetResult(i, value);
                if (Lookups is { } lookups)
                {
                    Publish(lookups, value);
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                batch.SetError(i, exception);
            }
        }
    }
}
