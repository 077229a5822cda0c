using System.Buffers.Binary;
using System.Text;
using LuckyGraph.Fusion.Caching;
using LuckyGraph.Gateway.Settings;
using StackExchange.Redis;

namespace LuckyGraph.Gateway.Caching;

/// <summary>
/// Responses in Redis, for all gateways. Each keeps the count of invalidations at the time its request began. A look-up is one
/// round trip while nothing has been invalidated since, else a second one asks for the tags. While Redis does not answer,
/// everything is executed.
/// </summary>
internal sealed class RedisResponseCache(SharedRedis redis, CacheSettings settings, TimeProvider clock) : IResponseCache, IInvalidation
{
    // The count is the server's time in microseconds, or one more than before: a count that is lost is never reached again.
    // KEYS: count, tags. ARGV: how long tags are remembered, in seconds.
    private const string InvalidateScript = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local count = string.format('%.0f', math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0') + 1))
        for i = 2, #KEYS do redis.call('SET', KEYS[i], count, 'EX', ARGV[1]) end
        redis.call('SET', KEYS[1], count)
        return 1
        """;

    // Tags are remembered for longer than any response is kept.
    private const int TagSeconds = 8 * 24 * 3600;
    private const int MostSeconds = 7 * 24 * 3600;
    private const int HeaderBytes = 24;

    private readonly RedisKey _count = redis.Key("invalidations");

    public async ValueTask<CacheLookup> FindAsync(string key, CancellationToken cancellationToken)
    {
        RedisKey[] keys = [ResponseKey(key), _count];
        var (answered, values) = await redis.AskAsync(database => database.StringGetAsync(keys));
        if (!answered || !TryCount(values![1], out var count))
        {
            return default;
        }

        return new CacheLookup((byte[]?)values[0] is { } bytes ? await ReadAsync(bytes, count) : null, count);
    }

    public async ValueTask StoreAsync(string key, string[] tags, long moment, CachedResponse response)
    {
        if (response.Json.Length <= settings.MaxResponseBytes)
        {
            var life = TimeSpan.FromSeconds(Math.Min(response.MaxAge, MostSeconds));
            await redis.AskAsync(database => database.StringSetAsync(ResponseKey(key), Write(response, tags, moment), life));
        }
    }

    public async ValueTask<bool> InvalidateAsync(IReadOnlyCollection<string> tags)
    {
        RedisKey[] keys = [_count, .. tags.Select(TagKey)];
        var (answered, _) = await redis.AskAsync(database => database.ScriptEvaluateAsync(InvalidateScript, keys, [TagSeconds]));
        return answered;
    }

    private RedisKey ResponseKey(string key) => redis.Key("answer:" + key);

    private RedisKey TagKey(string tag) => redis.Key("tag:" + tag);

    private static bool TryCount(RedisValue value, out long count)
    {
        count = 0;
        return value.IsNull || value.TryParse(out count);
    }

    // stored at (Unix ms), max age (s), length of the tags, moment, tags by line, JSON
    private static byte[] Write(CachedResponse response, string[] tags, long moment)
    {
        var text = Encoding.UTF8.GetBytes(string.Join('\n', tags));
        var bytes = new byte[HeaderBytes + text.Length + response.Json.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, response.StoredAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), response.MaxAge);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), text.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), moment);
        text.CopyTo(bytes, HeaderBytes);
        response.Json.CopyTo(bytes.AsMemory(HeaderBytes + text.Length));
        return bytes;
    }

    private async ValueTask<CachedResponse?> ReadAsync(byte[] bytes, long count)
    {
        if (bytes.Length < HeaderBytes || BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12)) is not (>= 0 and var length) || length > bytes.Length - HeaderBytes)
        {
            return null;
        }

        var storedAt = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes));
        var maxAge = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        var moment = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(16));
        return clock.GetUtcNow() - storedAt < TimeSpan.FromSeconds(maxAge)
            && (moment == count || (moment < count && await AreCurrentAsync(Encoding.UTF8.GetString(bytes, HeaderBytes, length), moment)))
            ? new CachedResponse(bytes.AsMemory(HeaderBytes + length), storedAt, maxAge) : null;
    }

    private async ValueTask<bool> AreCurrentAsync(string tags, long moment)
    {
        RedisKey[] keys = [.. tags.Split('\n').Select(TagKey)];
        var (answered, values) = await redis.AskAsync(database => database.StringGetAsync(keys));
        return answered && values!.All(v => TryCount(v, out var last) && last <= moment);
    }
}
