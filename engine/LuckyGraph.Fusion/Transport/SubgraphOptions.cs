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
}

/// <summary>What the caller of the gateway sent that subgraphs must see too.</summary>
/// <param name="Authorization">The <c>Authorization</c> header's value, or null.</param>
/// <param name="TraceParent">The <c>traceparent</c> header's value, or null.</param>
public sealed record RequestHeaders(string? Authorization, string? TraceParent)
{
    /// <summary>Nothing to forward.</summary>
    public static readonly RequestHeaders None = new(null, null);

    /// <summary>Reads what the transport put into the request's state.</summary>
    public static RequestHeaders From(IDictionary<string, object?>? state)
    {
        if (state is null)
        {
            return None;
        }

        var authorization = state.TryGetValue(Engine.Execution.RequestState.Authorization, out var value) ? value as string : null;
        var traceParent = state.TryGetValue(Engine.Execution.RequestState.TraceParent, out value) ? value as string : null;
        return authorization is null && traceParent is null ? None : new RequestHeaders(authorization, traceParent);
    }
}
