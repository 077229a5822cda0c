using System.Collections.Immutable;

namespace LuckyGraph.Fusion.Transport;

/// <summary>How the gateway talks to one subgraph.</summary>
public sealed record SubgraphOptions
{
    /// <summary>Where it answers GraphQL requests.</summary>
    public required Uri Url { get; init; }

    /// <summary>Longest wait for one complete answer. Default ten seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for a connection. Default two seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Largest answer in bytes, and largest event of a stream. Default 32 MiB.</summary>
    public int MaxResponseBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Most connections at once; further requests wait for one. Default 256.</summary>
    public int MaxConnections { get; init; } = 256;

    /// <summary>How long an unused connection is kept. Default 50 seconds, below the keep-alive time of common servers.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>Most entities in one request; more are sent in several requests at once. Default 512.</summary>
    public int MaxBatchSize { get; init; } = 512;

    /// <summary>Changes to the header fields that the subgraph gets. Without any: the caller's credentials and its trace parent.</summary>
    public ImmutableArray<HeaderRule> RequestHeaders { get; init; } = [];

    /// <summary>Names of response header fields that go to the request's <see cref="IResponseHeaderSink"/>. Default none.</summary>
    public ImmutableArray<string> ResponseHeaders { get; init; } = [];

    /// <summary>Retries, circuit breaker, bulkhead. Default none.</summary>
    public SubgraphPolicy? Policy { get; init; }

    /// <summary>
    /// Most entities in one request to a server that takes neither lists of variables nor lists of requests: each is a field of
    /// the operation, and servers bound these. Default 64.
    /// </summary>
    public int MaxAliasedFields { get; init; } = 64;

    /// <summary>
    /// The version of HTTP. 1.1 by default; with 2.0 requests share connections, and <c>http</c> addresses are spoken to in
    /// HTTP/2 at once (prior knowledge), so the server must understand it.
    /// </summary>
    public Version HttpVersion { get; init; } = System.Net.HttpVersion.Version11;

    /// <summary>
    /// Whether equal queries that are under way at the same time are one request: same bytes, same forwarded headers. Mutations
    /// and what follows them in an operation are always sent. Default true.
    /// </summary>
    public bool DeduplicateRequests { get; init; } = true;

    /// <summary>How subscriptions reach it. Default server-sent events.</summary>
    public SubscriptionProtocol Subscriptions { get; init; }

    /// <summary>Where it takes subscriptions, when that is not <see cref="Url"/>.</summary>
    public Uri? SubscriptionUrl { get; init; }

    /// <summary>Most subscriptions that share one WebSocket. Default 100, which is what many servers allow.</summary>
    public int MaxSubscriptionsPerSocket { get; init; } = 100;
}

/// <summary>How a subgraph takes subscriptions.</summary>
public enum SubscriptionProtocol : byte
{
    /// <summary>GraphQL over SSE, one connection per subscription.</summary>
    ServerSentEvents,
    /// <summary>graphql-transport-ws, connections shared by the subscriptions of one identity.</summary>
    WebSocket,
}
