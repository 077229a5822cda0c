using LuckyGraph.Gateway.Settings;
using StackExchange.Redis;

namespace LuckyGraph.Gateway.RateLimits;

/// <summary>The same count as <see cref="RateCounters"/>, kept in Redis for all gateways. While Redis does not answer, each counts for itself.</summary>
internal sealed class SharedRateCounters(SharedRedis? redis, RateCounters own)
{
    // Microseconds of the server's clock, so that the gateways' clocks need not agree.
    private const string Script = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local window = tonumber(ARGV[1])
        local paid = tonumber(redis.call('GET', KEYS[1]) or '0')
        local next = math.max(now, paid) + tonumber(ARGV[2])
        if next - now > window then return next - now - window end
        redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000) + 1)
        return 0
        """;

    /// <summary>Takes an amount from a client's allowance; zero when it may, else how long it has to wait.</summary>
    public async ValueTask<TimeSpan> TakeAsync(string client, RateLimit limit, double amount)
    {
        if (redis is null)
        {
            return own.Take(client, limit, amount);
        }

        var window = (long)limit.Window.TotalMicroseconds;
        var price = (long)(window * Math.Min(amount / limit.Amount, 1));
        var (answered, wait) = await redis.AskAsync(database => database.ScriptEvaluateAsync(
            Script, [redis.Key("rate:" + client)], [(RedisValue)window, price])).ConfigureAwait(false);
        return answered ? TimeSpan.FromMicroseconds((long)wait!) : own.Take(client, limit, amount);
    }
}
