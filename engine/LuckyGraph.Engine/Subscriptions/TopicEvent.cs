using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Execution.Operations;

namespace LuckyGraph.Engine.Subscriptions;

/// <summary>
/// One message on its way to all subscribers of a topic, with the responses that were made of it: subscribers with the same
/// operation and variables and without a caller share one execution and its bytes, which live as long as the message is in
/// somebody's buffer.
/// </summary>
internal sealed class TopicEvent(object? message)
{
    private readonly Lock _gate = new();
    private Dictionary<SharedOperation, Task<SharedResponse>>? _responses;

    /// <summary>The message.</summary>
    public object? Message => message;

    /// <summary>The response to the event: made by the first who asks.</summary>
    public Task<SharedResponse> ResponseOf(SharedOperation operation, Func<object?, Task<SharedResponse>> execute)
    {
        var made = new TaskCompletionSource<SharedResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _responses ??= [];
            if (_responses.TryGetValue(operation, out var known))
            {
                return known;
            }

            _responses.Add(operation, made.Task);
        }

        _ = MakeAsync(made, execute);
        return made.Task;
    }

    private async Task MakeAsync(TaskCompletionSource<SharedResponse> made, Func<object?, Task<SharedResponse>> execute)
    {
        try
        {
            made.SetResult(await execute(message).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            made.SetException(exception);
        }
    }
}

/// <summary>Events of a topic that other subscribers get too.</summary>
internal interface ITopicEvents
{
    /// <summary>Reads the events; ends the subscription when the reading ends.</summary>
    IAsyncEnumerable<TopicEvent> ReadEventsAsync(CancellationToken cancellationToken);
}

/// <summary>A topic of values, which are no objects by themselves, as an executor reads it.</summary>
internal sealed class TopicEvents(ITopicEvents topic) : IAsyncEnumerable<object?>, ITopicEvents
{
    public IAsyncEnumerable<TopicEvent> ReadEventsAsync(CancellationToken cancellationToken) => topic.ReadEventsAsync(cancellationToken);

    public async IAsyncEnumerator<object?> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var message in topic.ReadEventsAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return message.Message;
        }
    }
}

/// <summary>What subscribers have in common that get the same bytes: nothing of the response can depend on anything else.</summary>
/// <param name="Operation">The compiled operation, the same object for the same document.</param>
/// <param name="Variables">The variables as JSON text.</param>
/// <param name="OnError">How errors change data around them.</param>
internal sealed record SharedOperation(CompiledOperation Operation, string? Variables, ErrorMode OnError)
{
    /// <summary>What a request has in common with others; null when its responses may depend on its caller or what its transport knows.</summary>
    public static SharedOperation? Of(CompiledOperation operation, OperationRequest request)
        => request.User is null or { Identity: null or { IsAuthenticated: false } } && request.State is null or { Count: 0 } && request.RootValue is null && request.Cost == CostMode.None
            ? new SharedOperation(operation, operation.Variables.Count == 0 || request.Variables.ValueKind == System.Text.Json.JsonValueKind.Undefined ? null : request.Variables.GetRawText(), request.OnError)
            : null;
}

/// <summary>A response that belongs to nobody alone: its memory is not pooled.</summary>
internal sealed class SharedResponse(byte[] json, RequestErrorKind requestError, bool hasErrors) : SingleResult
{
    public override ReadOnlyMemory<byte> Json => json;

    public override RequestErrorKind RequestError => requestError;

    public override bool HasErrors => hasErrors;

    public override ValueTask DisposeAsync() => default;
}
