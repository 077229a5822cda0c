namespace LuckyGraph.Fusion.Caching;

/// <summary>A stored response.</summary>
/// <param name="Json">The whole response, without errors.</param>
/// <param name="StoredAt">When it was made.</param>
/// <param name="MaxAge">How many seconds from then it may be used.</param>
public sealed record CachedResponse(ReadOnlyMemory<byte> Json, DateTimeOffset StoredAt, int MaxAge);

/// <summary>What a look-up found.</summary>
/// <param name="Response">The response; null when there is none that may be used.</param>
/// <param name="Versions">The state of the tags at that time: what is stored now and was made of data from then is stored with it. Null when nothing can be stored.</param>
public readonly record struct CacheLookup(CachedResponse? Response, string[]? Versions);

/// <summary>
/// Keeps responses for everybody, until they are too old or a tag of theirs is invalidated. It never fails a request: what it
/// cannot find or store is executed. Thread-safe.
/// </summary>
public interface IResponseCache
{
    /// <summary>Looks for a response.</summary>
    /// <param name="key">All that makes the response what it is.</param>
    /// <param name="tags">What it is made of.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    ValueTask<CacheLookup> FindAsync(string key, string[] tags, CancellationToken cancellationToken);

    /// <summary>Stores a response, unless a tag was invalidated since its request began.</summary>
    /// <param name="key">All that makes the response what it is.</param>
    /// <param name="tags">What it is made of.</param>
    /// <param name="versions">What <see cref="FindAsync"/> said before.</param>
    /// <param name="response">The response.</param>
    ValueTask StoreAsync(string key, string[] tags, string[] versions, CachedResponse response);
}
