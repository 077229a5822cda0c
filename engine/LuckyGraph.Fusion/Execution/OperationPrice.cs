using System.Text;

namespace LuckyGraph.Fusion.Execution;

/// <summary>What one execution costs (GraphQL Cost Directives).</summary>
internal sealed record OperationPrice(double FieldCost, double TypeCost)
{
    /// <summary>Writes <c>"operationCost":{…}</c>.</summary>
    public void Write(PooledBuffer buffer)
        => buffer.Write(Encoding.UTF8.GetBytes(FormattableString.Invariant($$"""
            "operationCost":{"fieldCost":{{FieldCost}},"typeCost":{{TypeCost}}}
            """)));
}
