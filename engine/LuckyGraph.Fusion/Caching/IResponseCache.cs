namespace LuckyGraph.Fusion.Caching;

/// <summary>A stored response.</summary>
/// <param name="Json">The whole response, without errors.</param>
/// <param name="StoredAt">When it was made.</param>
/// <param name="MaxAge">How many seconds from then it may be used.</param>
public sealed record CachedResponse(ReadOnlyMemory<byte> Json, DateTimeOffset StoredAt, int MaxAge);

/// <summary>What a look-up found.</summary>
/// <param name="Response">The response; null when there is none that may be used.</param>
/// <param name="Moment">
/// The store's count of invalidations at that time: what is made of data read from then on is stored with it, and is unusable when
/// a tag of it has been invalidated later. Null when nothing can be stored.
/// </param>
public readonly record struct CacheLookup(CachedResponse? Response, long? Moment);

/// <summary>
/// Keeps responses for everybody, until they are too old or a tag of theirs is invalidated. It never fails a request: what it
/// cannot find or store is executed. Thread-safe.
/// </summary>
public interface IResponseCache
{
    /// <summary>Looks for a response.</summary>
    /// <param name="key">All that makes the response what it is.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    ValueTask<CacheLookup> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Stores a response.</summary>
    /// <param name="key">All that makes the response what it is.</param>
    /// <param name="tags">
    /// What it is made of: object types (<c>Product</c>), root fields (<c>Query.topProducts</c>) and entities (<c>Product:1</c>, or
    /// <c>Product:*</c> for one that does not tell its key). No tag contains a line break.
    /// </param>
    /// <param name="moment">What <see cref="FindAsync"/> said before.</param>
    /// <param name="response">The response.</param>
    ValueTask StoreAsync(string key, string[] tags, long moment, CachedResponse response);
}
