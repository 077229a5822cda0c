using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LuckyGraph.Fusion.Telemetry;

/// <summary>
/// Traces and metrics of the gateway by the GraphQL semantic conventions of OpenTelemetry. Without a listener nothing is
/// measured and nothing allocated.
/// </summary>
public static class GatewayTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "LuckyGraph";

    internal static readonly ActivitySource Source = new(Name);
    private static readonly Meter s_meter = new(Name);

    internal static readonly Histogram<double> OperationDuration = s_meter.CreateHistogram<double>(
        "graphql.server.operation.duration", "s", "From the operation's arrival until its answer is complete, deferred parts included; subscriptions until they are open.");

    internal static readonly Histogram<double> SubgraphDuration = s_meter.CreateHistogram<double>(
        "graphql.subgraph.request.duration", "s", "From a request to a subgraph until its whole answer is read, retries included.");

    internal static readonly Counter<long> Errors = s_meter.CreateCounter<long>("graphql.server.errors", "{error}", "Errors in answers, by code.");

    internal static readonly Counter<long> CacheLookups = s_meter.CreateCounter<long>("graphql.server.cache.lookups", "{lookup}", "Look-ups in the response cache, by outcome.");

    /// <summary>Requests that were turned away because their caller asked too much, by what was too much.</summary>
    public static readonly Counter<long> RateLimited = s_meter.CreateCounter<long>("graphql.server.rate_limited", "{request}", "Requests turned away for their number or cost.");

    /// <summary>Whether what happens now is part of something that has a span.</summary>
    internal static bool IsTraced => Source.HasListeners() && Activity.Current is { IsAllDataRequested: true };

    internal static bool ObservesSubgraphs => SubgraphDuration.Enabled || IsTraced;

    internal static double SecondsSince(long timestamp) => Stopwatch.GetElapsedTime(timestamp).TotalSeconds;
}
