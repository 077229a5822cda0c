namespace LuckyGraph.Engine.Subscriptions;

/// <summary>What happens to a subscriber that reads more slowly than its topic sends.</summary>
public enum TopicOverflow : byte
{
    /// <summary>Its stream ends with an error, so that no message is lost unnoticed.</summary>
    Fail,
    /// <summary>Its oldest unread messages are dropped: for topics where only the latest state counts.</summary>
    DropOldest,
}

/// <summary>How topics buffer messages for each subscriber.</summary>
public sealed class TopicOptions
{
    /// <summary>Most unread messages of one subscriber. 1,024 by default.</summary>
    public int Capacity { get; set; } = 1_024;

    /// <summary>What happens beyond <see cref="Capacity"/>. <see cref="TopicOverflow.Fail"/> by default.</summary>
    public TopicOverflow Overflow { get; set; }
}
