using System.Text.Json;
using StackExchange.Redis;

namespace LuckyGraph.Engine.Subscriptions;

/// <summary>How <see cref="RedisTopics"/> connects.</summary>
public sealed class RedisTopicOptions
{
    /// <summary>Server and port, or a StackExchange.Redis configuration string.</summary>
    public string Configuration { get; set; } = "127.0.0.1:6379";

    /// <summary>In front of every channel name, so that several systems can share a server.</summary>
    public string Prefix { get; set; } = "lucky:topic:";

    /// <summary>How messages become JSON.</summary>
    public JsonSerializerOptions Json { get; set; } = new(JsonSerializerDefaults.Web);

    /// <summary>How messages are buffered for each subscriber.</summary>
    public TopicOptions Topics { get; } = new();
}

/// <summary>
/// Topics over Redis publish/subscribe. One connection serves all topics and reconnects by itself, subscriptions included;
/// messages sent while it is down are not delivered. A message is one byte for its kind, then JSON.
/// </summary>
internal sealed class RedisTopics(RedisTopicOptions options) : ITopicEventSender, ITopicEventReceiver, IAsyncDisposable, IDisposable
{
    private const byte MessageKind = (byte)'m';
    private const byte CompleteKind = (byte)'c';

    private readonly SemaphoreSlim _connecting = new(1, 1);
    private volatile ConnectionMultiplexer? _connection;
    private volatile Received? _last;

    /// <inheritdoc />
    public async ValueTask SendAsync<TMessage>(string topic, TMessage message, CancellationToken cancellationToken = default)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, options.Json);
        var payload = new byte[json.Length + 1];
        payload[0] = MessageKind;
        json.CopyTo(payload, 1);
        var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await connection.GetSubscriber().PublishAsync(Channel(topic), payload).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask CompleteAsync(string topic)
    {
        var connection = await ConnectAsync(default).ConfigureAwait(false);
        await connection.GetSubscriber().PublishAsync(Channel(topic), new[] { CompleteKind }).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IAsyncEnumerable<TMessage>> SubscribeAsync<TMessage>(string topic, CancellationToken cancellationToken = default)
    {
        var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        var subscriber = connection.GetSubscriber();
        var channel = Channel(topic);
        CancellationTokenRegistration registration = default;
        Action<RedisChannel, RedisValue>? handler = null;
        var stream = new TopicSubscription<TMessage>(options.Topics, _ =>
        {
            registration.Unregister();
            subscriber.Unsubscribe(channel, handler, CommandFlags.FireAndForget);
        });
        handler = (_, value) => Receive(stream, topic, (byte[])value!);

        // Completes when the server has confirmed: from here on no message is missed.
        await subscriber.SubscribeAsync(channel, handler).WaitAsync(cancellationToken).ConfigureAwait(false);
        registration = cancellationToken.UnsafeRegister(static state => ((TopicSubscription<TMessage>)state!).Complete(), stream);
        return stream;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            await connection.CloseAsync().ConfigureAwait(false);
            connection.Dispose();
        }
    }

    public void Dispose() => Interlocked.Exchange(ref _connection, null)?.Dispose();

    private void Receive<TMessage>(TopicSubscription<TMessage> stream, string topic, byte[] payload)
    {
        if (payload is [CompleteKind])
        {
            stream.Complete();
            return;
        }

        try
        {
            if (payload is not [MessageKind, ..])
            {
                throw new JsonException("The message has no kind.");
            }

            stream.Push(EventOf<TMessage>(payload));
        }
        catch (JsonException exception)
        {
            stream.Fail(new InvalidOperationException($"A message of topic {topic} cannot be read as {typeof(TMessage).Name}.", exception));
        }
    }

    // The connection hands one message to all its handlers, one after another: they read it once and share the event.
    private TopicEvent EventOf<TMessage>(byte[] payload)
    {
        if (_last is { } last && ReferenceEquals(last.Payload, payload) && last.Type == typeof(TMessage))
        {
            return last.Event;
        }

        var received = new TopicEvent(JsonSerializer.Deserialize<TMessage>(payload.AsSpan(1), options.Json));
        _last = new Received(payload, typeof(TMessage), received);
        return received;
    }

    private sealed record Received(byte[] Payload, Type Type, TopicEvent Event);

    private RedisChannel Channel(string topic) => new(options.Prefix + topic, RedisChannel.PatternMode.Literal);

    private async ValueTask<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connection is { } known)
        {
            return known;
        }

        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_connection is null)
            {
                var configuration = ConfigurationOptions.Parse(options.Configuration);
                configuration.AbortOnConnectFail = false;
                _connection = await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
                // One connection carries the messages of a topic in their order; handlers only fill buffers.
                _connection.PreserveAsyncOrder = true;
            }

            return _connection;
        }
        finally
        {
            _connecting.Release();
        }
    }
}
