using System.Threading.Channels;

namespace LuckyGraph.Fusion.Events;

/// <summary>
/// Those who read one topic in this process. Each has a buffer; one that is full ends with an error, so that nobody holds up the
/// others or the bus. Thread-safe; messages must be written one after the other.
/// </summary>
public sealed class TopicReaders
{
    /// <summary>Messages kept for a reader.</summary>
    public const int Buffer = 1_024;

    private readonly Lock _lock = new();
    private readonly List<Channel<ReadOnlyMemory<byte>>> _readers = [];
    private bool _closed;

    /// <summary>The number of readers.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _readers.Count;
            }
        }
    }

    /// <summary>Adds a reader; null when the topic has lost its last one and is being forgotten.</summary>
    public ChannelReader<ReadOnlyMemory<byte>>? TryAdd()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return null;
            }

            var reader = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(Buffer) { SingleReader = true });
            _readers.Add(reader);
            return reader.Reader;
        }
    }

    /// <summary>Takes a reader out.</summary>
    /// <returns>Whether it was the last: nobody can be added any more.</returns>
    public bool Remove(ChannelReader<ReadOnlyMemory<byte>> reader)
    {
        lock (_lock)
        {
            _readers.RemoveAll(r => r.Reader == reader);
            return _closed = _closed || _readers.Count == 0;
        }
    }

    /// <summary>Gives a message to all readers.</summary>
    public void Write(ReadOnlyMemory<byte> message)
    {
        lock (_lock)
        {
            foreach (var reader in _readers)
            {
                if (!reader.Writer.TryWrite(message))
                {
                    reader.Writer.TryComplete(new EventStreamException("The subscription fell behind its topic and was ended: subscribe again."));
                }
            }
        }
    }
}
