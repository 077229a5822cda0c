namespace LuckyGraph.Contracts.Events;

/// <summary>A line of an order as events carry it.</summary>
/// <param name="VariantId">What was ordered.</param>
/// <param name="SellerId">Who sells it; null when the house does.</param>
/// <param name="Title">Its title at the time.</param>
/// <param name="Quantity">How many.</param>
/// <param name="TotalMinor">What the line costs, in minor units of the order's currency.</param>
public sealed record OrderEventLine(Guid VariantId, Guid? SellerId, string Title, int Quantity, long TotalMinor);

/// <summary>An order waits for its payment.</summary>
public sealed record OrderPlaced(
    Guid OrderId, string Number, Guid BuyerId, IReadOnlyList<OrderEventLine> Lines, long TotalMinor, CurrencyCode Currency, DateTimeOffset ExpiresAt) : IEvent
{
    Guid IEvent.AggregateId => OrderId;
}

/// <summary>An order is paid.</summary>
public sealed record OrderPaid(
    Guid OrderId, string Number, Guid BuyerId, IReadOnlyList<OrderEventLine> Lines, long TotalMinor, CurrencyCode Currency) : IEvent
{
    Guid IEvent.AggregateId => OrderId;
}

/// <summary>An order was cancelled.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Number">The number that people see.</param>
/// <param name="BuyerId">Who ordered.</param>
/// <param name="Reason">UNPAID_TIMEOUT, BUYER, SELLER, ADMIN, PAYMENT_DECLINED or the like.</param>
public sealed record OrderCancelled(Guid OrderId, string Number, Guid BuyerId, string Reason) : IEvent
{
    Guid IEvent.AggregateId => OrderId;
}

/// <summary>How much of a variant can be bought changed.</summary>
public sealed record StockChanged(Guid VariantId, int Available) : IEvent
{
    Guid IEvent.AggregateId => VariantId;
}

/// <summary>A payment was captured that no order can take; it is being given back.</summary>
public sealed record PaymentOrphaned(Guid PaymentId, Guid OrderId, long AmountMinor, CurrencyCode Currency) : IEvent
{
    Guid IEvent.AggregateId => PaymentId;
}
