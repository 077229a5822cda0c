using System.Collections.Concurrent;
using System.Globalization;
using LuckyGraph.Fusion.Caching;
using Microsoft.Extensions.Caching.Memory;

namespace LuckyGraph.Gateway.Caching;

/// <summary>Responses in this process's memory, within a number of bytes; the least recently used go first.</summary>
internal sealed class MemoryResponseCache(CacheSettings settings, TimeProvider clock) : IResponseCache, IInvalidation, IDisposable
{
    // What an entry costs beside its bytes: keys, versions, bookkeeping.
    private const int Overhead = 512;
    // Tags are names of types and fields, so of the schema; only an administrator could invent more.
    private const int MaxTags = 100_000;

    private readonly MemoryCache _responses = new(new MemoryCacheOptions { SizeLimit = settings.MaxBytes });
    private readonly ConcurrentDictionary<string, string> _versions = new(StringComparer.Ordinal);
    private long _version;

    public ValueTask<CacheLookup> FindAsync(string key, string[] tags, CancellationToken cancellationToken)
    {
        var versions = VersionsOf(tags);
        return ValueTask.FromResult(new CacheLookup(
            _responses.TryGetValue(key, out Entry? entry) && entry!.Versions.AsSpan().SequenceEqual(versions)
                && clock.GetUtcNow() - entry.Response.StoredAt < TimeSpan.FromSeconds(entry.Response.MaxAge) ? entry.Response : null,
            versions));
    }

    public ValueTask StoreAsync(string key, string[] tags, string[] versions, CachedResponse response)
    {
        if (response.Json.Length <= settings.MaxResponseBytes)
        {
            _responses.Set(key, new Entry(response, versions), new MemoryCacheEntryOptions
            {
                Size = response.Json.Length + Overhead,
                AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(response.MaxAge),
            });
        }

        return default;
    }

    public ValueTask<bool> InvalidateAsync(IReadOnlyCollection<string> tags)
    {
        if (_versions.Count > MaxTags)
        {
            _responses.Clear();
            _versions.Clear();
        }

        var next = Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture);
        foreach (var tag in tags)
        {
            _versions[tag] = next;
        }

        return ValueTask.FromResult(true);
    }

    public void Dispose() => _responses.Dispose();

    private string[] VersionsOf(string[] tags)
    {
        var versions = new string[tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            versions[i] = _versions.GetValueOrDefault(tags[i], "");
        }

        return versions;
    }

    private sealed record Entry(CachedResponse Response, string[] Versions);
}
