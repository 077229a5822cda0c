using System.Threading.Channels;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Engine.Subscriptions;

/// <summary>One subscriber's bounded buffer between a topic and whoever reads the stream.</summary>
internal sealed class TopicSubscription<TMessage>(TopicOptions options, Action<TopicSubscription<TMessage>> unsubscribe) : IAsyncEnumerable<TMessage>
{
    private readonly Channel<TMessage> _channel = Channel.CreateBounded<TMessage>(new BoundedChannelOptions(options.Capacity)
    {
        FullMode = options.Overflow == TopicOverflow.DropOldest ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.Wait,
        SingleReader = true,
    });

    private int _ended;

    /// <summary>Takes a message without waiting.</summary>
    public void Push(TMessage message)
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
