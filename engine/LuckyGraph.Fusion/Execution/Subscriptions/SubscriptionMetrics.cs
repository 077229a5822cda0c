using System.Diagnostics.Metrics;

namespace LuckyGraph.Fusion.Execution;

/// <summary>Counts subscriptions, in the meter <c>LuckyGraph</c>.</summary>
internal static class SubscriptionMetrics
{
    private static readonly Meter s_meter = new("LuckyGraph");

    public static readonly UpDownCounter<int> Active
        = s_meter.CreateUpDownCounter<int>("luckygraph.gateway.subscriptions", "{subscription}", "Subscriptions of clients that are open.");

    public static readonly UpDownCounter<int> Upstreams
        = s_meter.CreateUpDownCounter<int>("luckygraph.gateway.subscription.upstreams", "{stream}", "Streams of subgraphs that are open.");

    public static readonly Counter<int> Events
        = s_meter.CreateCounter<int>("luckygraph.gateway.subscription.events", "{event}", "Events resolved, each once however many clients get it.");

    public static readonly Counter<int> Dropped
        = s_meter.CreateCounter<int>("luckygraph.gateway.subscription.dropped", "{event}", "Events that a subscriber did not get because its buffer was full.");

    public static readonly Counter<int> InvalidMessages
        = s_meter.CreateCounter<int>("luckygraph.gateway.subscription.invalid_messages", "{message}", "Messages of the event bus that are not what their stream promises.");

    public static readonly KeyValuePair<string, object?> Oldest = new("policy", "drop_oldest");

    public static readonly KeyValuePair<string, object?> Disconnect = new("policy", "disconnect");
}
