using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Engine.Subscriptions;

/// <summary>One subscriber's bounded buffer between a topic and whoever reads the stream.</summary>
internal sealed class TopicSubscription<TMessage>(TopicOptions options, Action<TopicSubscription<TMessage>> unsubscribe) : IAsyncEnumerable<TMessage>, ITopicEvents
{
    private readonly Channel<TopicEvent> _channel = Channel.CreateBounded<TopicEvent>(new BoundedChannelOptions(options.Capacity)
    {
        FullMode = options.Overflow == TopicOverflow.DropOldest ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.Wait,
        SingleReader = true,
    });

    private int _ended;

    /// <summary>Takes a message, whose type is the subscriber's, without waiting.</summary>
    public void Push(TopicEvent message)
    {
        if (!_channel.Writer.TryWrite(message) && Volatile.Read(ref _ended) == 0)
        {
            Fail(new GraphQLException($"The subscriber fell {options.Capacity} messages behind its topic.", ErrorCodes.Limit));
        }
    }

    /// <summary>Ends the stream after the messages that are buffered.</summary>
    public void Complete()
    {
        _channel.Writer.TryComplete();
        End();
    }

    /// <summary>Ends the stream with an error after the messages that are buffered.</summary>
    public void Fail(Exception exception)
    {
        _channel.Writer.TryComplete(exception);
        End();
    }

    /// <inheritdoc />
    public async IAsyncEnumerator<TMessage> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var message in ReadEventsAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return (TMessage)message.Message!;
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<TopicEvent> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            while (await _channel.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (_channel.Reader.TryRead(out var message))
                {
                    yield return message;
                }
            }
        }
        finally
        {
            _channel.Writer.TryComplete();
            End();
        }
    }

    private void End()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            unsubscribe(this);
        }
    }
}
