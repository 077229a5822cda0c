namespace LuckyGraph.Orders.Inventory;

/// <summary>How much of a variant lies at a location, and how much of that waits for orders: 0 ≤ reserved ≤ on hand.</summary>
public sealed class InventoryLevel
{
    public required Guid VariantId { get; init; }
    public required Guid LocationId { get; init; }
    public int OnHand { get; set; }
    public int Reserved { get; set; }
    public int? FeedQuantity { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }

    public int Available => OnHand - Reserved;

    /// <summary>Where stock lies as long as a seller has one warehouse.</summary>
    public static readonly Guid MainLocation = new("00000000-0000-7000-8000-000000000001");
}

/// <summary>One entry of the ledger: the sum of a variant's entries is its level.</summary>
public sealed class StockMovement
{
    public long Id { get; init; }
    public required Guid VariantId { get; init; }
    public required Guid LocationId { get; init; }
    public required StockReason Reason { get; init; }
    public int OnHandDelta { get; init; }
    public int ReservedDelta { get; init; }
    public Guid? OrderId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Why stock moved.</summary>
public enum StockReason
{
    Feed,
    Reserve,
    Release,
    Commit,
    Restock,
}

/// <summary>What an order holds of a variant.</summary>
public sealed class Reservation
{
    public required Guid OrderId { get; init; }
    public required Guid VariantId { get; init; }
    public required Guid LocationId { get; init; }
    public required int Quantity { get; init; }
    public ReservationState State { get; set; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>HELD → COMMITTED (paid) | RELEASED (cancelled unpaid); COMMITTED → RELEASED (cancelled before shipping).</summary>
public enum ReservationState
{
    Held,
    Committed,
    Released,
}
