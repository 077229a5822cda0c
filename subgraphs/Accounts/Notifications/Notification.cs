using LuckyGraph.Engine;

namespace LuckyGraph.Accounts.Notifications;

/// <summary>What a notification is about.</summary>
public enum NotificationType
{
    /// <summary>An order is paid.</summary>
    OrderPaid,

    /// <summary>An order was cancelled.</summary>
    OrderCancelled,
}

/// <summary>Something that a person should know of.</summary>
[ObjectType]
public sealed class Notification
{
    /// <summary>The global id.</summary>
    [ID]
    public required Guid Id { get; init; }

    [GraphQLIgnore]
    public required Guid AccountId { get; init; }

    /// <summary>What it is about.</summary>
    public required NotificationType Type { get; init; }

    /// <summary>One line.</summary>
    public required string Title { get; init; }

    /// <summary>The whole text.</summary>
    public required string Body { get; init; }

    /// <summary>Where a client leads who opens it: a path within the shop; null when nowhere.</summary>
    public string? DeepLink { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was read; null while it is new.</summary>
    public DateTimeOffset? ReadAt { get; set; }
}
