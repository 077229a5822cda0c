using LuckyGraph.Contracts.Events;

namespace LuckyGraph.Hosting.Events;

/// <summary>
/// Takes one kind of event. It runs in a scope of its own inside a transaction of the scope's database context that also
/// records the event, so that its effect on that context happens once; effects elsewhere must bear repetition. Changes are
/// saved and committed after it returns; when it throws, nothing is, and it is tried again later.
/// </summary>
public interface IEventHandler<TEvent> where TEvent : IEvent
{
    Task HandleAsync(TEvent @event, EventEnvelope envelope, CancellationToken cancellationToken);
}
