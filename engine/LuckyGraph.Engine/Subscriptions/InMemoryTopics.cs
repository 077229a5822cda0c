namespace LuckyGraph.Engine.Subscriptions;

/// <summary>Topics within one process.</summary>
internal sealed class InMemoryTopics(TopicOptions options) : ITopicEventSender, ITopicEventReceiver
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<ITopicSubscriber>> _topics = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public ValueTask SendAsync<TMessage>(string topic, TMessage message, CancellationToken cancellationToken = default)
    {
        // One event for all: they share what they make of it.
        var sent = new TopicEvent(message);
        foreach (var subscriber in Subscribers(topic))
        {
            subscriber.Push(sent);
        }

        return default;
    }

    /// <inheritdoc />
    public ValueTask CompleteAsync(string topic)
    {
        foreach (var subscriber in Subscribers(topic))
        {
            subscriber.Complete();
        }

        return default;
    }

    /// <inheritdoc />
    public ValueTask<IAsyncEnumerable<TMessage>> SubscribeAsync<TMessage>(string topic, CancellationToken cancellationToken = default)
    {
        var subscriber = new Subscriber<TMessage>(this, topic, options);
        lock (_gate)
        {
            if (!_topics.TryGetValue(topic, out var subscribers))
            {
                _topics.Add(topic, subscribers = []);
            }

            subscribers.Add(subscriber);
        }

        subscriber.EndWith(cancellationToken);
        return new ValueTask<IAsyncEnumerable<TMessage>>(subscriber.Stream);
    }

    private ITopicSubscriber[] Subscribers(string topic)
    {
        lock (_gate)
        {
            return _topics.TryGetValue(topic, out var subscribers) ? [.. subscribers] : [];
        }
    }

    private void Remove(string topic, ITopicSubscriber subscriber)
    {
        lock (_gate)
        {
            if (_topics.TryGetValue(topic, out var subscribers) && subscribers.Remove(subscriber) && subscribers.Count == 0)
            {
                _topics.Remove(topic);
            }
        }
    }

    private sealed class Subscriber<TMessage> : ITopicSubscriber
    {
        private CancellationTokenRegistration _registration;

        public Subscriber(InMemoryTopics topics, string topic, TopicOptions options)
        {
            Stream = new TopicSubscription<TMessage>(options, _ =>
            {
                topics.Remove(topic, this);
                _registration.Unregister();
            });
        }

        public TopicSubscription<TMessage> Stream { get; }

        public void EndWith(CancellationToken cancellationToken)
            => _registration = cancellationToken.UnsafeRegister(static state => ((TopicSubscription<TMessage>)state!).Complete(), Stream);

        public void Push(TopicEvent message)
        {
            if (message.Message is TMessage || (message.Message is null && default(TMessage) is null))
            {
                Stream.Push(message);
            }
            else
            {
                Stream.Fail(new InvalidOperationException(
                    $"The topic carries {message.Message?.GetType().Name ?? "null"}, but the subscriber reads {typeof(TMessage).Name}."));
            }
        }

        public void Complete() => Stream.Complete();
    }
}

/// <summary>A subscriber whose message type the topic does not know.</summary>
internal interface ITopicSubscriber
{
    /// <summary>Hands over a message.</summary>
    void Push(TopicEvent message);
    /// <summary>Ends the stream.</summary>
    void Complete();
}
