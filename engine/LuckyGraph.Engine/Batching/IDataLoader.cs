namespace LuckyGraph.Engine.Batching;

/// <summary>A DataLoader of a request.</summary>
public interface IDataLoader;

/// <summary>
/// Collects keys that resolvers of one request ask for and loads them together once no resolver can run further.
/// Results are cached for the request. Generated from <c>[DataLoader]</c> methods.
/// </summary>
public interface IDataLoader<TKey, TValue> : IDataLoader where TKey : notnull
{
    /// <summary>The value of a key; default when there is none.</summary>
    Task<TValue?> LoadAsync(TKey key, CancellationToken cancellationToken = default);
    /// <summary>The values of several keys, in their order.</summary>
    Task<IReadOnlyList<TValue?>> LoadAsync(IReadOnlyCollection<TKey> keys, CancellationToken cancellationToken = default);
    /// <summary>Puts a known value into the cache.</summary>
    void Prime(TKey key, TValue? value);
}
