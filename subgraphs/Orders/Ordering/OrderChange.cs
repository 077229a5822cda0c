namespace LuckyGraph.Orders.Ordering;

/// <summary>What an order was after one change; the database writes it with the change.</summary>
public sealed class OrderChange
{
    public required Guid OrderId { get; init; }

    /// <summary>The order's version after the change: the cursor of watchers.</summary>
    public required int Version { get; init; }

    public required OrderStatus Status { get; init; }

    public string? CancelReason { get; init; }

    public DateTimeOffset? PaidAt { get; init; }

    public DateTimeOffset? CancelledAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
