using System.Collections.Immutable;
using LuckyGraph.Fusion.Execution;

namespace LuckyGraph.Fusion.Transport;

/// <summary>
/// Stands between the gateway and one subgraph: may repeat a request, refuse it, or hold it back. It throws
/// <see cref="SubgraphException"/> for what it refuses. One instance per subgraph, used by all requests at once.
/// </summary>
public abstract class SubgraphPolicy
{
    /// <summary>Sends the request, or not, or again.</summary>
    public abstract ValueTask<SubgraphAnswer> SendAsync(SubgraphCall call, CancellationToken cancellationToken);
}

/// <summary>One request to a subgraph. <see cref="SendAsync"/> may be called again after it failed.</summary>
public readonly struct SubgraphCall
{
    private readonly SubgraphClient _client;
    private readonly ReadOnlyMemory<byte> _body;
    private readonly bool _batch;
    private readonly RequestHeaders _headers;

    internal SubgraphCall(SubgraphClient client, ReadOnlyMemory<byte> body, bool batch, bool mayRepeat, RequestHeaders headers)
    {
        _client = client;
        _body = body;
        _batch = batch;
        _headers = headers;
        MayRepeat = mayRepeat;
    }

    /// <summary>Whether sending it twice does no harm: it holds queries only.</summary>
    public bool MayRepeat { get; }

    /// <summary>Sends it once.</summary>
    /// <exception cref="SubgraphException">There is no usable answer.</exception>
    /// <exception cref="OperationCanceledException">The caller went away.</exception>
    public ValueTask<SubgraphAnswer> SendAsync(CancellationToken cancellationToken) => _client.SendOnceAsync(_body, _batch, _headers, cancellationToken);
}

/// <summary>An answer with a GraphQL response in it. Whoever drops it disposes it.</summary>
public readonly struct SubgraphAnswer : IDisposable
{
    internal SubgraphAnswer(PooledBuffer body, int status, ImmutableArray<HeaderField> headers)
    {
        Body = body;
        Status = status;
        Headers = headers;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The header fields that <see cref="SubgraphOptions.ResponseHeaders"/> names.</summary>
    public ImmutableArray<HeaderField> Headers { get; }

    /// <summary>Whether the status says that the same request may succeed later: 502, 503, 504.</summary>
    public bool IsTransientFailure => SubgraphException.IsTransientStatus(Status);

    internal PooledBuffer Body { get; }

    /// <summary>Gives the answer's memory back.</summary>
    public void Dispose() => Body?.Dispose();
}
