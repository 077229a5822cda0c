using System.Collections.Frozen;
using System.Globalization;
using LuckyGraph.Gateway.Settings;

namespace LuckyGraph.Gateway.RateLimits;

/// <summary>So much in so much time; a client that was quiet may use all of it at once.</summary>
internal readonly record struct RateLimit(double Amount, TimeSpan Window)
{
    public bool IsOff => Amount <= 0;

    /// <summary>Reads <c>600/60</c>: 600 in 60 seconds; <c>0</c> is no limit.</summary>
    public static RateLimit Parse(string setting, string text)
        => text == "0" ? default
            : text.Split('/', StringSplitOptions.TrimEntries) is [var amount, var seconds]
                && int.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0
                && int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var window) && window > 0
            ? new RateLimit(most, TimeSpan.FromSeconds(window))
            : throw new InvalidOperationException($"{setting} must be an amount and a number of seconds such as 600/60, or 0 for no limit, not \"{text}\".");
}

/// <summary>A client that shows a key, with limits of its own or those of all.</summary>
internal sealed record ApiKey(string Client, RateLimit? Requests);

/// <summary>How much one client may ask for.</summary>
internal sealed class RateLimitSettings
{
    private const string KeysSetting = "LUCKY_GATEWAY_API_KEYS";

    public RateLimitSettings(SettingReader settings)
    {
        Requests = RateLimit.Parse("LUCKY_GATEWAY_RATE_LIMIT", settings.Text("LUCKY_GATEWAY_RATE_LIMIT") ?? "6000/60");
        Cost = RateLimit.Parse("LUCKY_GATEWAY_RATE_LIMIT_COST", settings.Text("LUCKY_GATEWAY_RATE_LIMIT_COST") ?? "0");
        LimitLoopback = settings.Switch("LUCKY_GATEWAY_RATE_LIMIT_LOOPBACK", false);
        ApiKeyHeader = settings.Text("LUCKY_GATEWAY_API_KEY_HEADER") ?? "X-API-Key";
        TrustedProxies = settings.NumberOrOff("LUCKY_GATEWAY_TRUSTED_PROXIES", 0);
        ApiKeys = settings.List(KeysSetting).Select(Key).ToFrozenDictionary(static k => k.Key, static k => k.Value, StringComparer.Ordinal);
    }

    /// <summary>Executions of operations.</summary>
    public RateLimit Requests { get; }

    /// <summary>The sum of the costs of what is executed.</summary>
    public RateLimit Cost { get; }

    /// <summary>Whether callers of this machine are limited too.</summary>
    public bool LimitLoopback { get; }

    /// <summary>The header that carries an API key.</summary>
    public string ApiKeyHeader { get; }

    /// <summary>The known keys. A key that is not known changes nothing: otherwise a client could invent one per request.</summary>
    public FrozenDictionary<string, ApiKey> ApiKeys { get; }

    /// <summary>How many proxies stand in front and each append the address they see to <c>X-Forwarded-For</c>.</summary>
    public int TrustedProxies { get; }

    /// <summary>Whether anything is limited.</summary>
    public bool IsNeeded => !Requests.IsOff || !Cost.IsOff || ApiKeys.Values.Any(static k => k.Requests is { IsOff: false });

    // name=key, or name=key@600/60
    private static KeyValuePair<string, ApiKey> Key(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var at = text.LastIndexOf('@');
        if (equals <= 0 || equals == text.Length - 1)
        {
            // The text is a secret: the message does not repeat it.
            throw new InvalidOperationException($"{KeysSetting} is a list of name=key or name=key@600/60, separated by commas.");
        }

        return new KeyValuePair<string, ApiKey>(
            at > equals ? text[(equals + 1)..at] : text[(equals + 1)..],
            new ApiKey(text[..equals], at > equals ? RateLimit.Parse(KeysSetting, text[(at + 1)..]) : null));
    }
}
