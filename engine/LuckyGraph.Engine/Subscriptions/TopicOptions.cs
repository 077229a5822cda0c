namespace LuckyGraph.Engine.Subscriptions;

/// <summary>What happens to a subscriber that reads more slowly than its topic sends.</summary>
public enum TopicOverflow : byte
{
    /// <summary>Its stream ends with an error, so that no message is lost unnoticed.</summary>
    Fail,
    /// <summary>Its oldest unread messages are dropped: for topics where only the latest state counts.</summary>
    DropOldest,
}

/// <summary>
/// How topics buffer messages for each subscriber. Buffers belong to subscribers also where several share the execution of an
/// event: those without an authenticated caller and without state of their transport, with the same document, operation and
/// variables. Each event is then executed once, when the first of them reads it, and all of them get the same bytes.
/// </summary>
public sealed class TopicOptions
{
    /// <summary>Most unread messages of one subscriber. 1,024 by default.</summary>
    public int Capacity { get; set; } = 1_024;

    /// <summary>What happens beyond <see cref="Capacity"/>. <see cref="TopicOverflow.Fail"/> by default.</summary>
    public TopicOverflow Overflow { get; set; }
}
