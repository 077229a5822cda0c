using LuckyGraph.Contracts.Events;

namespace LuckyGraph.Hosting.Events;

/// <summary>Carries events between subgraphs: at least once, in order per aggregate.</summary>
public interface IEventBus
{
    /// <summary>Publishes events in their order. When it returns, the bus has them all; when it throws, it may have some.</summary>
    /// <param name="producer">The publishing subgraph.</param>
    /// <param name="events">Each with its position in the producer's outbox, rising.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task PublishAsync(string producer, IReadOnlyList<(long Position, EventEnvelope Event)> events, CancellationToken cancellationToken);

    /// <summary>
    /// The position of the producer's last event that the bus still knows of: what lies behind it was lost with the bus's memory
    /// and is published again. Null when the bus knows of none.
    /// </summary>
    Task<long?> LastPositionAsync(string producer, CancellationToken cancellationToken);

    /// <summary>
    /// Hands a group's events one after another to <paramref name="handle"/> until cancelled, beginning with those that were
    /// delivered before but not finished. An event is finished when the handler returns; when it throws, consuming ends with
    /// that exception, and the event comes again in the next call. One consumer per group at a time keeps the order.
    /// </summary>
    Task ConsumeAsync(string group, Func<EventEnvelope, CancellationToken, Task> handle, CancellationToken cancellationToken);

    /// <summary>Forgets events older than an instant.</summary>
    Task TrimAsync(DateTimeOffset olderThan, CancellationToken cancellationToken);
}
