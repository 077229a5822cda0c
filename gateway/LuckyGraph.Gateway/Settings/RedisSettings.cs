namespace LuckyGraph.Gateway.Settings;

/// <summary>Where shared state is kept, for gateways that run side by side.</summary>
internal sealed class RedisSettings(SettingReader settings)
{
    /// <summary>Server and port, or a StackExchange.Redis configuration string; null when there is none.</summary>
    public string? Configuration { get; } = settings.Text("LUCKY_GATEWAY_REDIS");

    /// <summary>In front of every key, so that several systems can share a server.</summary>
    public string Prefix { get; } = settings.Text("LUCKY_GATEWAY_REDIS_PREFIX") ?? "lucky:gateway:";

    /// <summary>Longest wait for an answer; what takes longer counts as down.</summary>
    public TimeSpan Timeout { get; } = TimeSpan.FromMilliseconds(settings.Number("LUCKY_GATEWAY_REDIS_TIMEOUT_MS", 100));
}
