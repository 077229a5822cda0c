using System.Diagnostics;
using System.Text.Json;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Hosting.Data;

namespace LuckyGraph.Hosting.Events;

/// <summary>
/// Where a change leaves its events. An added event is saved with the context's next <c>SaveChanges</c>, thus in the same
/// transaction as the change, and published after the commit: at least once, in order per aggregate.
/// </summary>
public sealed class Outbox(SubgraphContext db, TimeProvider clock)
{
    /// <summary>Adds an event to the caller's context; the caller saves and commits.</summary>
    public void Add<TEvent>(TEvent @event) where TEvent : IEvent
    {
        db.Add(new OutboxMessage
        {
            EventId = Guid.CreateVersion7(),
            Type = typeof(TEvent).Name,
            Version = @event.Version,
            OccurredAt = clock.GetUtcNow(),
            AggregateId = @event.AggregateId,
            CorrelationId = Activity.Current?.Id,
            Payload = JsonSerializer.Serialize(@event, EventEnvelope.Json),
        });
        db.HasPendingEvents = true;
    }
}
