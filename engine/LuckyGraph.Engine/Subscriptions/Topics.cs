namespace LuckyGraph.Engine.Subscriptions;

/// <summary>Publishes events to the subscribers of a topic.</summary>
public interface ITopicEventSender
{
    /// <summary>Sends a message to all current subscribers of a topic.</summary>
    ValueTask SendAsync<TMessage>(string topic, TMessage message, CancellationToken cancellationToken = default);
    /// <summary>Ends the topic: every subscriber's stream completes.</summary>
    ValueTask CompleteAsync(string topic);
}

/// <summary>Subscribes to a topic.</summary>
public interface ITopicEventReceiver
{
    /// <summary>Subscribes; the subscription is active when the task completes, so that no later message is missed.</summary>
    ValueTask<IAsyncEnumerable<TMessage>> SubscribeAsync<TMessage>(string topic, CancellationToken cancellationToken = default);
}
