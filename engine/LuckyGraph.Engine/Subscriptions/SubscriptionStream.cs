using System.Runtime.CompilerServices;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Execution.Operations;

namespace LuckyGraph.Engine.Subscriptions;

/// <summary>
/// The responses of a subscription (6.2.3): each event of the source is executed on its own, with fresh services and loaders,
/// when the reader asks for the next response. What piles up meanwhile is the source's affair, which is bounded. Subscribers of
/// a topic that have everything in common share the execution of each event.
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
    private VariableSet? _sharedSet;
    private int _disposed;

    public override bool IsSubscription => true;

    public override IAsyncEnumerable<SingleResult> ReadAsync(CancellationToken cancellationToken)
        => source is ITopicEvents topic && SharedOperation.Of(operation, request) is { } shared
            ? ReadAsync(topic.ReadEventsAsync(cancellationToken), (message, token) => ExecuteSharedAsync(shared, message, token), cancellationToken)
            : ReadAsync(source, (message, token) => executor.ExecuteEventAsync(_eventRequest, operation, set, message, token), cancellationToken);

    private async IAsyncEnumerable<SingleResult> ReadAsync<TEvent>(
        IAsyncEnumerable<TEvent> messages, Func<TEvent, CancellationToken, ValueTask<SingleResult>> execute, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // 6.2.3.3: leaving the loop, by whatever way, ends the source stream.
        await using var events = messages.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            SingleResult? next = null;
            var isLast = true;
            try
            {
                if (await events.MoveNextAsync().ConfigureAwait(false))
                {
                    next = await execute(events.Current, cancellationToken).ConfigureAwait(false);
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

    // No subscriber's leaving may cancel what the others wait for; the execution timeout still does.
    private async ValueTask<SingleResult> ExecuteSharedAsync(SharedOperation shared, TopicEvent message, CancellationToken cancellationToken)
        => await message.ResponseOf(shared, ExecuteForAllAsync).WaitAsync(cancellationToken).ConfigureAwait(false);

    private async Task<SharedResponse> ExecuteForAllAsync(object? message)
    {
        await using var own = await executor.ExecuteEventAsync(_eventRequest, operation, SharedSet(), message, CancellationToken.None).ConfigureAwait(false);
        return new SharedResponse(own.Json.ToArray(), own.RequestError, own.HasErrors);
    }

    // JSON among the variables belongs to the subscriber, who may leave while the others still wait.
    private VariableSet SharedSet()
        => _sharedSet ??= operation.Variables.Count > 0 && request.Variables.ValueKind == JsonValueKind.Object
            && operation.Variables.TryCoerce(request.Variables.Clone(), out var values, out _) ? new VariableSet(operation, values) : set;

    public override ValueTask DisposeAsync() => Interlocked.Exchange(ref _disposed, 1) == 0 ? services.DisposeAsync() : default;
}
