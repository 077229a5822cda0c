using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Engine;

namespace LuckyGraph.Orders.Ordering;

/// <summary>What someone ordered. Prices are those of the moment in which it was placed.</summary>
public sealed class Order
{
    [ID]
    public required Guid Id { get; init; }
    /// <summary>The number that people see.</summary>
    public required string Number { get; init; }
    [GraphQLIgnore]
    public required Guid BuyerId { get; init; }
    [GraphQLIgnore]
    public required Guid CartId { get; init; }
    public OrderStatus Status { get; private set; } = OrderStatus.PendingPayment;
    [GraphQLIgnore]
    public required CurrencyCode CurrencyCode { get; init; }
    [GraphQLIgnore]
    public required long SubtotalMinor { get; init; }
    [GraphQLIgnore]
    public long DiscountMinor { get; init; }
    [GraphQLIgnore]
    public long ShippingMinor { get; init; }
    [GraphQLIgnore]
    public required long TaxMinor { get; init; }
    [GraphQLIgnore]
    public required long TotalMinor { get; init; }
    [GraphQLIgnore]
    public required ShippingAddress ShippingAddress { get; init; }
    /// <summary>Why it was cancelled: UNPAID_TIMEOUT, BUYER, SELLER, ADMIN, PAYMENT_DECLINED or PAYMENT_UNRESOLVED.</summary>
    public string? CancelReason { get; private set; }
    /// <summary>Until when it must be paid.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? PaidAt { get; private set; }
    public DateTimeOffset? CancelledAt { get; private set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; private set; }
    /// <summary>Counts the changes.</summary>
    public int Version { get; private set; } = 1;

    internal Money Total => new(TotalMinor, CurrencyCode);

    /// <summary>Moves the order along its state machine.</summary>
    /// <exception cref="InvalidTransitionException">The machine has no such transition.</exception>
    internal void MoveTo(OrderStatus status, DateTimeOffset now)
    {
        if (!OrderMachine.CanMove(Status, status))
        {
            throw new InvalidTransitionException(
                $"An order that is {Status.ToGraphQLName()} cannot become {status.ToGraphQLName()}.",
                Status.ToGraphQLName(),
                status.ToGraphQLName());
        }

        Status = status;
        UpdatedAt = now;
        Version++;
        if (status == OrderStatus.Paid)
        {
            PaidAt = now;
        }
    }

    /// <summary>The order as it was after a change.</summary>
    internal Order AsOf(OrderChange change)
    {
        var order = (Order)MemberwiseClone();
        order.Status = change.Status;
        order.CancelReason = change.CancelReason;
        order.PaidAt = change.PaidAt;
        order.CancelledAt = change.CancelledAt;
        order.UpdatedAt = change.UpdatedAt;
        order.Version = change.Version;
        return order;
    }

    internal void Cancel(string reason, DateTimeOffset now)
    {
        MoveTo(OrderStatus.Cancelled, now);
        CancelReason = reason;
        CancelledAt = now;
    }
}

/// <summary>Where an order is in its life.</summary>
public enum OrderStatus
{
    /// <summary>Stock is held for it until it expires.</summary>
    PendingPayment,
    /// <summary>The payment provider is being asked.</summary>
    Confirming,
    Paid,
    /// <summary>A seller is packing it.</summary>
    Preparing,
    Shipped,
    ReadyForPickup,
    Delivered,
    PickedUp,
    Completed,
    Cancelled,
}

/// <summary>The order's state machine.</summary>
internal static class OrderMachine
{
    public static bool CanMove(OrderStatus from, OrderStatus to) => (from, to) switch
    {
        (OrderStatus.PendingPayment, OrderStatus.Confirming) => true,     // paymentConfirm
        (OrderStatus.PendingPayment, OrderStatus.Paid) => true,           // capture learnt from the provider
        (OrderStatus.PendingPayment, OrderStatus.Cancelled) => true,      // buyer, sweeper, administrator
        (OrderStatus.Confirming, OrderStatus.Paid) => true,               // approved
        (OrderStatus.Confirming, OrderStatus.PendingPayment) => true,     // declined, still time
        (OrderStatus.Confirming, OrderStatus.Cancelled) => true,          // declined too late, or never resolved
        (OrderStatus.Paid, OrderStatus.Preparing) => true,                // seller
        (OrderStatus.Paid, OrderStatus.Cancelled) => true,                // buyer, seller, administrator: full refund
        (OrderStatus.Preparing, OrderStatus.Cancelled) => true,           // seller, administrator
        (OrderStatus.Preparing, OrderStatus.Shipped) => true,             // seller
        (OrderStatus.Preparing, OrderStatus.ReadyForPickup) => true,      // seller
        (OrderStatus.Shipped, OrderStatus.Delivered) => true,             // carrier
        (OrderStatus.ReadyForPickup, OrderStatus.PickedUp) => true,       // store
        (OrderStatus.Delivered or OrderStatus.PickedUp, OrderStatus.Completed) => true, // buyer, or after seven days
        _ => false,
    };
}

/// <summary>One variant of an order, as it was when it was ordered.</summary>
public sealed class OrderLine
{
    [ID]
    public required Guid Id { get; init; }
    [GraphQLIgnore]
    public required Guid OrderId { get; init; }
    [GraphQLIgnore]
    public required int Position { get; init; }
    [GraphQLIgnore]
    public required Guid VariantId { get; init; }
    [GraphQLIgnore]
    public required Guid ProductId { get; init; }
    [GraphQLIgnore]
    public required Guid SellerId { get; init; }
    public required string Sku { get; init; }
    public required string Title { get; init; }
    public string? ThumbnailUrl { get; init; }
    public required int Quantity { get; init; }
    [GraphQLIgnore]
    public required long UnitPriceMinor { get; init; }
    [GraphQLIgnore]
    public long DiscountMinor { get; init; }
    [GraphQLIgnore]
    public required long TaxMinor { get; init; }
    [GraphQLIgnore]
    public required long TotalMinor { get; init; }
    public int RefundedQuantity { get; init; }
    [GraphQLIgnore]
    public required CurrencyCode CurrencyCode { get; init; }

    public Money UnitPrice => new(UnitPriceMinor, CurrencyCode);
    /// <summary>What the line costs after discounts.</summary>
    public Money Total => new(TotalMinor, CurrencyCode);
    /// <summary>The value added tax within the total.</summary>
    public Money Tax => new(TaxMinor, CurrencyCode);

    internal OrderEventLine ToEvent() => new(VariantId, SellerId, Title, Quantity, TotalMinor);
}

/// <summary>Where an order goes, as it was given when it was placed.</summary>
/// <param name="Recipient">Who receives it.</param>
/// <param name="Phone">The recipient's telephone number.</param>
/// <param name="PostalCode">The postal code.</param>
/// <param name="RoadAddress">Street and number.</param>
/// <param name="Detail">Floor, flat and the like.</param>
public sealed record ShippingAddress(string Recipient, string Phone, string PostalCode, string RoadAddress, string? Detail);

/// <summary>What an order costs.</summary>
/// <param name="Subtotal">The lines before discounts.</param>
/// <param name="Discount">What is taken off.</param>
/// <param name="Shipping">What sending costs.</param>
/// <param name="Tax">The value added tax within the total.</param>
/// <param name="Total">What the buyer pays.</param>
public sealed record OrderTotals(Money Subtotal, Money Discount, Money Shipping, Money Tax, Money Total);
