using LuckyGraph.Gateway.Settings;

namespace LuckyGraph.Gateway.Resilience;

/// <summary>
/// How the gateway treats one subgraph that fails: <c>LUCKY_{NAME}_…</c>, else <c>LUCKY_GATEWAY_SUBGRAPH_…</c>. All of it is
/// off by default: nothing then stands between the gateway and the subgraph.
/// </summary>
internal sealed record ResilienceSettings
{
    /// <summary>How often a query is sent again after a failure that may pass.</summary>
    public int Retries { get; init; }

    /// <summary>The wait before the first repetition; it doubles with each, plus jitter.</summary>
    public TimeSpan RetryDelay { get; init; }

    /// <summary>The percentage of failures that opens the circuit; 0 for never.</summary>
    public int BreakerPercent { get; init; }

    /// <summary>The fewest requests of a window that say anything.</summary>
    public int BreakerMinRequests { get; init; }

    /// <summary>The time over which failures are counted.</summary>
    public TimeSpan BreakerWindow { get; init; }

    /// <summary>How long an open circuit refuses requests before one may try again.</summary>
    public TimeSpan BreakerPause { get; init; }

    /// <summary>Most requests under way at a time; 0 for no bound but the connections'.</summary>
    public int MaxConcurrent { get; init; }

    /// <summary>Most requests that wait for one of those to end.</summary>
    public int MaxQueued { get; init; }

    /// <summary>Whether there is anything to do.</summary>
    public bool IsNeeded => Retries > 0 || BreakerPercent > 0 || MaxConcurrent > 0;

    public static ResilienceSettings For(SettingReader settings, string subgraph)
    {
        int Read(string name, int otherwise)
            => settings.NumberOrOff($"LUCKY_{subgraph.ToUpperInvariant()}_{name}", settings.NumberOrOff($"LUCKY_GATEWAY_SUBGRAPH_{name}", otherwise));
        var percent = Read("BREAKER_PERCENT", 0);
        if (percent > 100)
        {
            throw new InvalidOperationException($"The BREAKER_PERCENT of the subgraph \"{subgraph}\" is {percent}: it is a percentage.");
        }

        return new ResilienceSettings
        {
            Retries = Read("RETRIES", 0),
            RetryDelay = TimeSpan.FromMilliseconds(Read("RETRY_DELAY_MS", 50)),
            BreakerPercent = percent,
            BreakerMinRequests = Math.Max(2, Read("BREAKER_MIN_REQUESTS", 20)),
            BreakerWindow = TimeSpan.FromMilliseconds(Math.Max(500, Read("BREAKER_WINDOW_MS", 10_000))),
            BreakerPause = TimeSpan.FromMilliseconds(Math.Max(500, Read("BREAKER_PAUSE_MS", 5_000))),
            MaxConcurrent = Read("MAX_CONCURRENT", 0),
            MaxQueued = Read("MAX_QUEUED", 0),
        };
    }
}
