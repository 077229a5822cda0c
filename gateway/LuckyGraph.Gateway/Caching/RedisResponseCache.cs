using System.Buffers.Binary;
using System.Text;
using LuckyGraph.Fusion.Caching;
using LuckyGraph.Gateway.Settings;
using StackExchange.Redis;

namespace LuckyGraph.Gateway.Caching;

/// <summary>
/// Responses in Redis, for all gateways. A look-up is one round trip: the response and its tags' versions. A response is used
/// when it was stored with the versions of now. While Redis does not answer, everything is executed.
/// </summary>
internal sealed class RedisResponseCache(SharedRedis redis, CacheSettings settings, TimeProvider clock) : IResponseCache, IInvalidation
{
    // Longer than any response is kept; a version that is gone equals none.
    private static readonly TimeSpan s_versionLife = TimeSpan.FromDays(8);
    private static readonly TimeSpan s_longestLife = TimeSpan.FromDays(7);

    public async ValueTask<CacheLookup> FindAsync(string key, string[] tags, CancellationToken cancellationToken)
    {
        var keys = new RedisKey[tags.Length + 1];
        keys[0] = redis.Key("response:" + key);
        for (var i = 0; i < tags.Length; i++)
        {
            keys[i + 1] = redis.Key("tag:" + tags[i]);
        }

        var (answered, values) = await redis.AskAsync(database => database.StringGetAsync(keys));
        if (!answered)
        {
            return default;
        }

        var versions = new string[tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            versions[i] = values![i + 1].IsNull ? "" : (string)values[i + 1]!;
        }

        return new CacheLookup(values![0].IsNull ? null : Read((byte[])values[0]!, versions), versions);
    }

    public async ValueTask StoreAsync(string key, string[] tags, string[] versions, CachedResponse response)
    {
        if (response.Json.Length <= settings.MaxResponseBytes)
        {
            var life = TimeSpan.FromSeconds(Math.Min(response.MaxAge, s_longestLife.TotalSeconds));
            await redis.AskAsync(database => database.StringSetAsync(redis.Key("response:" + key), Write(response, versions), life));
        }
    }

    public async ValueTask<bool> InvalidateAsync(IReadOnlyCollection<string> tags)
    {
        var version = Guid.NewGuid().ToString("N");
        var (answered, _) = await redis.AskAsync(async database =>
        {
            await Task.WhenAll(tags.Select(tag => database.StringSetAsync(redis.Key("tag:" + tag), version, s_versionLife)));
            return true;
        });
        return answered;
    }

    // stored at (Unix ms), max age (s), length of the versions, versions, JSON
    private static byte[] Write(CachedResponse response, string[] versions)
    {
        var text = Encoding.UTF8.GetBytes(string.Join('\n', versions));
        var bytes = new byte[16 + text.Length + response.Json.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, response.StoredAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), response.MaxAge);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), text.Length);
        text.CopyTo(bytes, 16);
        response.Json.CopyTo(bytes.AsMemory(16 + text.Length));
        return bytes;
    }

    private CachedResponse? Read(byte[] bytes, string[] versions)
    {
        if (bytes.Length < 16 || BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12)) is not (>= 0 and var length) || length > bytes.Length - 16
            || Encoding.UTF8.GetString(bytes, 16, length) != string.Join('\n', versions))
        {
            return null;
        }

        var storedAt = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes));
        var maxAge = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        return clock.GetUtcNow() - storedAt < TimeSpan.FromSeconds(maxAge) ? new CachedResponse(bytes.AsMemory(16 + length), storedAt, maxAge) : null;
    }
}
