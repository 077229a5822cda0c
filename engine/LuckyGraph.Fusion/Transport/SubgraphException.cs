namespace LuckyGraph.Fusion.Transport;

/// <summary>A subgraph gave no usable answer.</summary>
/// <param name="code">One of <see cref="GatewayErrorCodes"/>, or a policy's own.</param>
/// <param name="message">What went wrong, for clients: it names the subgraph and nothing that is secret.</param>
/// <param name="inner">The cause, for logs.</param>
public sealed class SubgraphException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The stable code that clients see.</summary>
    public string Code { get; } = code;

    /// <summary>Whether the same request may succeed later: there was no connection, it broke, or the status was 502, 503 or 504.</summary>
    public bool IsTransient { get; init; }

    internal static bool IsTransientStatus(int status) => status is 502 or 503 or 504;
}
