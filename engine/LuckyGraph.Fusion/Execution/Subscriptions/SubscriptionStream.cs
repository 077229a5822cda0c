using System.Runtime.CompilerServices;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Execution;

/// <summary>A subscription of one client: a listener of the upstream that it shares with equal ones.</summary>
internal sealed class SubscriptionStream(SubscriptionHub hub, OperationPlan plan, OperationRequest request, ulong conditions) : StreamResult
{
    public override bool IsSubscription => true;

    public override ValueTask DisposeAsync() => default;

    public override async IAsyncEnumerable<SingleResult> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!hub.TryListen(plan, request, conditions, out var listener, out var refusal))
        {
            yield return refusal;
            yield break;
        }

        try
        {
            await foreach (var result in listener.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return result;
            }
        }
        finally
        {
            hub.Leave(listener);
        }
    }
}
