using System.Collections.Concurrent;
using LuckyGraph.Fusion.Caching;
using Microsoft.Extensions.Caching.Memory;

namespace LuckyGraph.Gateway.Caching;

/// <summary>Responses in this process's memory, within a number of bytes; the least recently used go first.</summary>
internal sealed class MemoryResponseCache(CacheSettings settings, TimeProvider clock) : IResponseCache, IInvalidation, IDisposable
{
    // What an entry costs beside its bytes: key, tags' references, bookkeeping.
    private const int Overhead = 512;
    private const int OverheadOfTag = 32;
    private const int MaxTags = 100_000;

    private readonly MemoryCache _responses = new(new MemoryCacheOptions { SizeLimit = settings.MaxBytes });
    private readonly Lock _lock = new();
    // By tag: the count of invalidations at its last one.
    private readonly ConcurrentDictionary<string, long> _invalidated = new(StringComparer.Ordinal);
    private long _count;
    // What began before is unusable: the tags from then are forgotten.
    private long _oldest;

    public ValueTask<CacheLookup> FindAsync(string key, CancellationToken cancellationToken)
    {
        var count = Volatile.Read(ref _count);
        var response = _responses.TryGetValue(key, out Entry? entry) && IsCurrent(entry!, count)
            && clock.GetUtcNow() - entry!.Response.StoredAt < TimeSpan.FromSeconds(entry.Response.MaxAge) ? entry.Response : null;
        return ValueTask.FromResult(new CacheLookup(response, count));
    }

    public ValueTask StoreAsync(string key, string[] tags, long moment, CachedResponse response)
    {
        if (response.Json.Length <= settings.MaxResponseBytes)
        {
            _responses.Set(key, new Entry(response, tags, moment), new MemoryCacheEntryOptions
            {
                Size = response.Json.Length + Overhead + tags.Sum(static t => (t.Length * sizeof(char)) + OverheadOfTag),
                AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(response.MaxAge),
            });
        }

        return default;
    }

    public ValueTask<bool> InvalidateAsync(IReadOnlyCollection<string> tags)
    {
        lock (_lock)
        {
            // The tags first: who reads the new count finds them.
            var next = _count + 1;
            if (_invalidated.Count + tags.Count > MaxTags)
            {
                Volatile.Write(ref _oldest, next);
                _invalidated.Clear();
            }

            foreach (var tag in tags)
            {
                _invalidated[tag] = next;
            }

            Volatile.Write(ref _count, next);
        }

        return ValueTask.FromResult(true);
    }

    public void Dispose() => _responses.Dispose();

    private bool IsCurrent(Entry entry, long count)
    {
        if (entry.Moment == count)
        {
            return true;
        }

        foreach (var tag in entry.Tags)
        {
            if (_invalidated.TryGetValue(tag, out var last) && last > entry.Moment)
            {
                return false;
            }
        }

        return entry.Moment >= Volatile.Read(ref _oldest);
    }

    private sealed record Entry(CachedResponse Response, string[] Tags, long Moment);
}
