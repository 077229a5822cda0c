namespace LuckyGraph.Fusion.Transport;

/// <summary>A subgraph gave no usable answer; the code is one of <see cref="GatewayErrorCodes"/>.</summary>
internal sealed class SubgraphException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;
}
