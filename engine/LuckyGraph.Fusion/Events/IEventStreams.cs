namespace LuckyGraph.Fusion.Events;

/// <summary>
/// The event bus that feeds root fields of subscriptions which a source schema declares with <c>@eventStream(topic:)</c>.
/// Thread-safe. Connections that break are an implementation's own matter: it goes on after the last message it read.
/// </summary>
public interface IEventStreams
{
    /// <summary>Reads a topic's messages from now on, in their order, until cancelled.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <returns>Messages: JSON of the object that the event is about, or an array of them where the field is a list.</returns>
    /// <exception cref="EventStreamException">The bus cannot be reached, or the reader fell behind.</exception>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(string topic, CancellationToken cancellationToken);

    /// <summary>Publishes a message to all who read its topic now.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="message">JSON in UTF-8.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="EventStreamException">The bus cannot be reached; whether it has the message is not known.</exception>
    ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> message, CancellationToken cancellationToken);
}

/// <summary>A topic cannot be read any more.</summary>
/// <param name="message">Why, for clients.</param>
/// <param name="inner">The cause, for logs.</param>
public sealed class EventStreamException(string message, Exception? inner = null) : Exception(message, inner);
