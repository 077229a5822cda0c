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
}
