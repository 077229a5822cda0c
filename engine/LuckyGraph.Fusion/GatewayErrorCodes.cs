namespace LuckyGraph.Fusion;

/// <summary>
/// The stable codes of errors that arise between the gateway and its subgraphs (<c>extensions.code</c>). The subgraph's name is in
/// <c>extensions.service</c>. Errors that a subgraph reports keep the subgraph's own code.
/// </summary>
public static class GatewayErrorCodes
{
    /// <summary>The subgraph cannot be connected to, breaks the connection, or answers with a status that carries no GraphQL response.</summary>
    public const string Unreachable = "SUBGRAPH_UNREACHABLE";

    /// <summary>The subgraph does not answer within its time limit.</summary>
    public const string Timeout = "SUBGRAPH_TIMEOUT";

    /// <summary>The subgraph failed so often of late that it is not asked for a while.</summary>
    public const string CircuitOpen = "SUBGRAPH_CIRCUIT_OPEN";

    /// <summary>The gateway waits for as many answers of the subgraph as it may; the request was not sent.</summary>
    public const string Busy = "SUBGRAPH_BUSY";

    /// <summary>The subgraph's answer is no GraphQL response, too large, or does not fit its schema at the error's path.</summary>
    public const string InvalidResponse = "SUBGRAPH_INVALID_RESPONSE";

    /// <summary>A subgraph's error that came without a code.</summary>
    public const string SubgraphError = "SUBGRAPH_ERROR";

    /// <summary>The gateway found no way to fetch a field: the execution schema lacks a lookup.</summary>
    public const string PlanningFailed = "PLANNING_FAILED";

    /// <summary>The caller may not introspect.</summary>
    public const string IntrospectionDisabled = "INTROSPECTION_DISABLED";

    /// <summary>The caller asked more often, or for more, than it may; <c>Retry-After</c> says when to try again.</summary>
    public const string RateLimited = "RATE_LIMITED";

    /// <summary>The caller lacks what the field, its type or its parent's type asks of callers.</summary>
    public const string Unauthorized = "UNAUTHORIZED_FIELD_OR_TYPE";

    /// <summary>The stream behind a subscription broke; the subscription ends.</summary>
    public const string SubscriptionFailed = "SUBSCRIPTION_UPSTREAM_FAILED";

    /// <summary>There is no event bus behind the subscription, it cannot be reached, or the subscription fell behind it; the subscription ends.</summary>
    public const string EventStreamUnavailable = "EVENT_STREAM_UNAVAILABLE";

    /// <summary>A message of the event bus is not what its stream promises; the subscription goes on.</summary>
    public const string InvalidEventMessage = "EVENT_STREAM_INVALID_MESSAGE";

    /// <summary>The subscription ended because the gateway took over another schema; subscribing again continues it.</summary>
    public const string SchemaChanged = "SUBSCRIPTION_SCHEMA_CHANGED";
}
