using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Engine.Subscriptions;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace LuckyGraph.Hosting.Redis;

/// <summary>
/// Topics that every process of a subgraph shares, over Redis publish and subscribe. Subscribers in the sender's own process are
/// served directly and see each message once, also while Redis is away; those in other processes miss what was sent meanwhile.
/// A subscriber that falls too far behind loses its oldest messages.
/// </summary>
public sealed class SharedTopics(RedisConnection redis, SubgraphSettings settings, ILogger<SharedTopics> log) : ITopicEventSender, ITopicEventReceiver
{
    private const int MostWaiting = 256;

    private readonly string _origin = Guid.CreateVersion7().ToString("N");
    private readonly ConcurrentDictionary<string, Topic> _topics = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async ValueTask SendAsync<TMessage>(string topic, TMessage message, CancellationToken cancellationToken = default)
        => await BroadcastAsync(topic, JsonSerializer.SerializeToElement(message, EventEnvelope.Json), ended: false, cancellationToken);

    /// <inheritdoc />
    public async ValueTask CompleteAsync(string topic) => await BroadcastAsync(topic, default, ended: true, CancellationToken.None);

    /// <inheritdoc />
    public async ValueTask<IAsyncEnumerable<TMessage>> SubscribeAsync<TMessage>(string topic, CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateBounded<JsonElement>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        Topic shared;
        do
        {
            shared = _topics.GetOrAdd(topic, name => new Topic(ChannelOf(name), _origin));
        }
        while (!shared.Add(channel));

        try
        {
            await ListenAsync(shared, cancellationToken);
        }
        catch
        {
            await LeaveAsync(topic, shared, channel);
            throw;
        }

        return ReadAsync<TMessage>(topic, shared, channel, cancellationToken);
    }

    private async IAsyncEnumerable<TMessage> ReadAsync<TMessage>(
        string topic, Topic shared, Channel<JsonElement> channel, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return message.Deserialize<TMessage>(EventEnvelope.Json)!;
            }
        }
        finally
        {
            await LeaveAsync(topic, shared, channel);
        }
    }

    private async Task BroadcastAsync(string topic, JsonElement message, bool ended, CancellationToken cancellationToken)
    {
        if (_topics.TryGetValue(topic, out var local))
        {
            local.Deliver(message, ended);
        }

        try
        {
            var subscriber = await redis.SubscriberAsync(cancellationToken);
            var wire = JsonSerializer.Serialize(new WireMessage(_origin, message.ValueKind == JsonValueKind.Undefined ? null : message, ended));
            await subscriber.PublishAsync(ChannelOf(topic), wire).WaitAsync(TimeSpan.FromSeconds(2), cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            log.LogWarning("Topic {Topic} reached this process only: {Reason}", topic, e.Message);
        }
    }

    private async Task ListenAsync(Topic shared, CancellationToken cancellationToken)
    {
        try
        {
            var subscriber = await redis.SubscriberAsync(cancellationToken);
            await shared.ListenOnceAsync(() => subscriber.SubscribeAsync(shared.Channel, shared.Handler)).WaitAsync(TimeSpan.FromSeconds(2), cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            // The client subscribes by itself once it is connected again.
            log.LogWarning("A topic is served from this process only until Redis is back: {Reason}", e.Message);
        }
    }

    private async Task LeaveAsync(string topic, Topic shared, Channel<JsonElement> channel)
    {
        if (!shared.Remove(channel))
        {
            return;
        }

        _topics.TryRemove(new KeyValuePair<string, Topic>(topic, shared));
        try
        {
            var subscriber = await redis.SubscriberAsync();
            await subscriber.UnsubscribeAsync(shared.Channel, shared.Handler).WaitAsync(TimeSpan.FromSeconds(2));
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            log.LogDebug("Unsubscribing was not needed: {Reason}", e.Message);
        }
    }

    private RedisChannel ChannelOf(string topic) => $"lucky:topic:{settings.Name}:{topic}";

    private sealed record WireMessage(string Origin, JsonElement? Message, bool Ended);

    private sealed class Topic
    {
        private readonly Lock _gate = new();
        private readonly List<Channel<JsonElement>> _subscribers = [];
        private Task? _listening;
        private bool _closed;

        public Topic(RedisChannel channel, string origin)
        {
            Channel = channel;
            Handler = (_, value) =>
            {
                var wire = JsonSerializer.Deserialize<WireMessage>((string)value!)!;
                if (wire.Origin != origin)
                {
                    Deliver(wire.Message ?? default, wire.Ended);
                }
            };
        }

        public RedisChannel Channel { get; }

        public Action<RedisChannel, RedisValue> Handler { get; }

        public bool Add(Channel<JsonElement> subscriber)
        {
            lock (_gate)
            {
                if (_closed)
                {
                    return false;
                }

                _subscribers.Add(subscriber);
                return true;
            }
        }

        /// <summary>Removes a subscriber.</summary>
        /// <returns>Whether it was the last, which closes the topic.</returns>
        public bool Remove(Channel<JsonElement> subscriber)
        {
            lock (_gate)
            {
                _subscribers.Remove(subscriber);
                return _subscribers.Count == 0 && !_closed && (_closed = true);
            }
        }

        public Task ListenOnceAsync(Func<Task> subscribe)
        {
            lock (_gate)
            {
                if (_listening is null or { IsFaulted: true })
                {
                    _listening = subscribe();
                }

                return _listening;
            }
        }

        public void Deliver(JsonElement message, bool ended)
        {
            lock (_gate)
            {
                foreach (var subscriber in _subscribers)
                {
                    if (ended)
                    {
                        subscriber.Writer.TryComplete();
                    }
                    else
                    {
                        subscriber.Writer.TryWrite(message);
                    }
                }
            }
        }
    }
}
