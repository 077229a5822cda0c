using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace LuckyGraph.Fusion.Events;

/// <summary>Topics in this process's memory: for one gateway, and for tests.</summary>
public sealed class MemoryEventStreams : IEventStreams
{
    private readonly ConcurrentDictionary<string, TopicReaders> _topics = new(StringComparer.Ordinal);

    /// <summary>The number of topics that somebody reads.</summary>
    public int Topics => _topics.Count;

    /// <summary>The number of those who read a topic.</summary>
    public int ReadersOf(string topic) => _topics.TryGetValue(topic, out var readers) ? readers.Count : 0;

    /// <inheritdoc />
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(string topic, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TopicReaders readers;
        ChannelReader<ReadOnlyMemory<byte>>? reader;
        do
        {
            readers = _topics.GetOrAdd(topic, static _ => new TopicReaders());
            reader = readers.TryAdd();
        }
        while (reader is null);

        try
        {
            await foreach (var message in reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return message;
            }
        }
        finally
        {
            if (readers.Remove(reader))
            {
                _topics.TryRemove(KeyValuePair.Create(topic, readers));
            }
        }
    }

    /// <inheritdoc />
    public ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (_topics.TryGetValue(topic, out var readers))
        {
            readers.Write(message);
        }

        return default;
    }
}
