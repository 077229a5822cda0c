using System.Collections.Frozen;
using LuckyGraph.Contracts.Events;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Hosting.Events;

/// <summary>Which events a subgraph takes, and who takes them.</summary>
public sealed class EventSubscriptions(IServiceCollection services)
{
    private readonly Dictionary<string, List<Func<IServiceProvider, EventEnvelope, CancellationToken, Task>>> _handlers = [];

    /// <summary>Hands events of a kind to a handler. Several handlers of a kind run in the order in which they were added, in one transaction.</summary>
    public EventSubscriptions Handle<TEvent, THandler>() where TEvent : IEvent where THandler : class, IEventHandler<TEvent>
    {
        services.AddScoped<THandler>();
        if (!_handlers.TryGetValue(typeof(TEvent).Name, out var handlers))
        {
            _handlers[typeof(TEvent).Name] = handlers = [];
        }

        handlers.Add((scope, envelope, ct) => scope.GetRequiredService<THandler>().HandleAsync(envelope.Read<TEvent>(), envelope, ct));
        return this;
    }

    internal FrozenDictionary<string, List<Func<IServiceProvider, EventEnvelope, CancellationToken, Task>>> Freeze() => _handlers.ToFrozenDictionary();
}
