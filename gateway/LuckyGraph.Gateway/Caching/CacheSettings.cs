using LuckyGraph.Gateway.Settings;

namespace LuckyGraph.Gateway.Caching;

/// <summary>Where responses for everybody are kept, and who may invalidate them.</summary>
internal sealed class CacheSettings(SettingReader settings)
{
    /// <summary>off, memory or redis.</summary>
    public string Store { get; } = settings.Choice("LUCKY_GATEWAY_CACHE", "off", "memory", "redis");

    /// <summary>Most memory for responses, in bytes.</summary>
    public long MaxBytes { get; } = settings.Number("LUCKY_GATEWAY_CACHE_MB", 64) * 1024L * 1024L;

    /// <summary>Largest response that is kept, in bytes.</summary>
    public int MaxResponseBytes { get; } = settings.Number("LUCKY_GATEWAY_CACHE_MAX_RESPONSE_BYTES", 1024 * 1024);

    /// <summary>What must be shown to invalidate; null when nobody may.</summary>
    public string? AdminSecret { get; } = settings.Text("LUCKY_GATEWAY_ADMIN_SECRET");

    /// <summary>Whether responses are kept.</summary>
    public bool IsOn => Store != "off";
}
