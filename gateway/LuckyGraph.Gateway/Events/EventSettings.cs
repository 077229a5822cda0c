using LuckyGraph.Gateway.Settings;

namespace LuckyGraph.Gateway.Events;

/// <summary>Where the topics are that feed root fields of subscriptions.</summary>
internal sealed class EventSettings
{
    public EventSettings(SettingReader settings, RedisSettings redis)
    {
        Redis = settings.Text("LUCKY_GATEWAY_EVENTS_REDIS") ?? redis.Configuration;
        IsRedis = settings.Choice("LUCKY_GATEWAY_EVENTS", Redis is null ? ["memory", "redis"] : ["redis", "memory"]) == "redis";
        if (IsRedis && Redis is null)
        {
            throw new InvalidOperationException("LUCKY_GATEWAY_EVENTS is redis, but neither LUCKY_GATEWAY_EVENTS_REDIS nor LUCKY_GATEWAY_REDIS names a server.");
        }

        Prefix = settings.Text("LUCKY_GATEWAY_EVENTS_PREFIX") ?? "events:";
        Kept = settings.Number("LUCKY_GATEWAY_EVENTS_KEPT", 10_000);
        AdminSecret = settings.Text("LUCKY_GATEWAY_ADMIN_SECRET");
    }

    /// <summary>Whether topics are streams of a Redis, for all gateways; else they are in this process's memory.</summary>
    public bool IsRedis { get; }

    /// <summary>The Redis of the topics: server and port, or a StackExchange.Redis configuration string.</summary>
    public string? Redis { get; }

    /// <summary>In front of a topic, in the key of its stream.</summary>
    public string Prefix { get; }

    /// <summary>About how many messages of a topic are kept in Redis, of those that the gateway publishes.</summary>
    public int Kept { get; }

    /// <summary>What must be shown to publish through the gateway; null when nobody may.</summary>
    public string? AdminSecret { get; }
}
