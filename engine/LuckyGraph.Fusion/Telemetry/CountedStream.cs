using System.Runtime.CompilerServices;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Fusion.Telemetry;

/// <summary>A subscription that counts as active while it is read.</summary>
internal sealed class CountedStream(StreamResult stream) : StreamResult
{
    public override bool IsSubscription => stream.IsSubscription;

    public override ValueTask DisposeAsync() => stream.DisposeAsync();

    public override async IAsyncEnumerable<SingleResult> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        GatewayTelemetry.ActiveSubscriptions.Add(1);
        try
        {
            await foreach (var result in stream.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return result;
            }
        }
        finally
        {
            GatewayTelemetry.ActiveSubscriptions.Add(-1);
        }
    }
}
