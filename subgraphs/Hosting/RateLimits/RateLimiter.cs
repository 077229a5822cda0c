using System.Collections.Concurrent;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Hosting.Redis;
using StackExchange.Redis;

namespace LuckyGraph.Hosting.RateLimits;

/// <summary>
/// Counts attempts in fixed windows, shared by all processes through Redis. While Redis is away each process counts for itself,
/// so that a limit never opens.
/// </summary>
public sealed class RateLimiter(RedisConnection redis, TimeProvider clock)
{
    private const int MostLocal = 100_000;

    private const string Script = """
        local count = redis.call('INCR', KEYS[1])
        if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
        return count
        """;

    private readonly ConcurrentDictionary<string, int> _local = new(StringComparer.Ordinal);

    /// <summary>Counts one attempt.</summary>
    /// <param name="name">What is limited.</param>
    /// <param name="subject">Who or what attempts; no personal data in the clear.</param>
    /// <param name="limit">Attempts per window.</param>
    /// <param name="window">The window.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="RateLimitedException">The limit is used up.</exception>
    public async Task CountAsync(string name, string subject, int limit, TimeSpan window, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var seconds = (long)window.TotalSeconds;
        var key = $"lucky:rate:{name}:{subject}:{now / seconds}";
        if (await CountAsync(key, seconds, ct) > limit)
        {
            var retryAfter = (int)(seconds - (now % seconds));
            throw new RateLimitedException($"Too many attempts. Try again in {retryAfter} seconds.", retryAfter);
        }
    }

    private async Task<long> CountAsync(string key, long seconds, CancellationToken ct)
    {
        try
        {
            var database = await redis.DatabaseAsync(ct);
            return (long)await database.ScriptEvaluateAsync(Script, [key], [seconds]).WaitAsync(TimeSpan.FromSeconds(2), ct);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            if (_local.Count > MostLocal)
            {
                _local.Clear();
            }

            return _local.AddOrUpdate(key, 1, (_, count) => count + 1);
        }
    }
}
