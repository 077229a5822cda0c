using System.Runtime.CompilerServices;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Execution.Operations;

namespace LuckyGraph.Engine.Subscriptions;

/// <summary>
/// The responses of a subscription (6.2.3): each event of the source is executed on its own, with fresh services and loaders,
/// when the reader asks for the next response. What piles up meanwhile is the source's affair, which is bounded.
/// </summary>
internal sealed class SubscriptionStream(
    RequestExecutor executor,
    OperationRequest request,
    CompiledOperation operation,
    VariableSet set,
    IAsyncEnumerable<object?> source,
    RequestServices services) : StreamResult
{
    // Events outlive the request that subscribed: they take their scopes from the host.
    private readonly OperationRequest _eventRequest = request with { Services = null };
    private int _disposed;

    public override bool IsSubscription => true;

    public override async IAsyncEnumerable<SingleResult> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // 6.2.3.3: leaving the loop, by whatever way, ends the source stream.
        await using var events = source.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            SingleResult? next = null;
            var isLast = true;
            try
            {
                if (await events.MoveNextAsync().ConfigureAwait(false))
                {
                    next = await executor.ExecuteEventAsync(_eventRequest, operation, set, events.Current, cancellationToken).ConfigureAwait(false);
                    isLast = false;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                yield break;
            }
            catch (Exception exception)
            {
                next = executor.SourceFailed(exception);
            }

            if (next is not null)
            {
                yield return next;
            }

            if (isLast)
            {
                yield break;
            }
        }
    }

    public override ValueTask DisposeAsync() => Interlocked.Exchange(ref _disposed, 1) == 0 ? services.DisposeAsync() : default;
}
