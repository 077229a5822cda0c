using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;

namespace LuckyGraph.Orders.Payments;

/// <summary>The order's time to pay is over; nothing was charged.</summary>
[GraphQLName("OrderExpiredError")]
public sealed class OrderExpiredException(DateTimeOffset expiredAt)
    : UserErrorException("ORDER_EXPIRED", "The time to pay this order is over; nothing was charged. Check out again.")
{
    /// <summary>When it ended.</summary>
    public DateTimeOffset ExpiredAt { get; } = expiredAt;
}

/// <summary>The provider refused; the order can be paid by its new payment as long as it has time.</summary>
[GraphQLName("PaymentDeclinedError")]
public sealed class PaymentDeclinedException(string? providerCode, string? reason)
    : UserErrorException("PAYMENT_DECLINED", reason ?? "The payment was declined; nothing was charged.")
{
    /// <summary>The provider's code.</summary>
    public string? ProviderCode { get; } = providerCode;
}

/// <summary>The provider has not answered yet; watch orderUpdated, do not pay again.</summary>
[GraphQLName("PaymentPendingError")]
public sealed class PaymentPendingException()
    : UserErrorException("PAYMENT_PENDING", "The payment provider has not answered yet. The order will tell; do not pay again.");
