using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;
using LuckyGraph.Orders.Ordering;

namespace LuckyGraph.Orders.Payments;

[MutationType]
public static partial class PaymentMutations
{
    /// <summary>Takes the money that you released at the provider; the order is paid when it answers without errors.</summary>
    /// <param name="paymentId">The payment that checkoutStart gave.</param>
    /// <param name="providerToken">What the provider gave you: Toss's paymentKey.</param>
    /// <param name="amount">What you agreed to pay; another amount than the order's is refused.</param>
    /// <param name="idempotencyKey">The same key again charges nothing again.</param>
    /// <param name="viewer">The caller.</param>
    /// <param name="desk">Where payments are confirmed.</param>
    /// <param name="ct">Ends the call.</param>
    [Authorize]
    [Error<ValidationFailedException>]
    [Error<NotFoundException>]
    [Error<ConflictException>]
    [Error<IdempotencyKeyReusedException>]
    [Error<OrderExpiredException>]
    [Error<PaymentDeclinedException>]
    [Error<PaymentPendingException>]
    [Error<InvalidTransitionException>]
    public static Task<Payment> PaymentConfirmAsync(
        [ID<Payment>] Guid paymentId, string providerToken, decimal amount, Guid idempotencyKey, Viewer viewer, PaymentDesk desk, CancellationToken ct)
        => desk.ConfirmAsync(viewer, paymentId, providerToken, amount, idempotencyKey, ct);
}

[ObjectType<Payment>]
public static partial class PaymentNode
{
    /// <summary>Where the buyer pays; null once it is decided.</summary>
    public static string? GetCheckoutUrl([Parent] Payment payment, IPaymentGateway gateway)
        => payment.Status == PaymentStatus.Ready ? gateway.WindowOf(payment).CheckoutUrl : null;

    /// <summary>The public key for the provider's payment window; null once it is decided.</summary>
    public static string? GetClientKey([Parent] Payment payment, IPaymentGateway gateway)
        => payment.Status == PaymentStatus.Ready ? gateway.WindowOf(payment).ClientKey : null;

    /// <summary>The order that it pays.</summary>
    public static Task<Order?> GetOrderAsync([Parent(nameof(Payment.OrderId))] Payment payment, IOrderByIdDataLoader orders, CancellationToken ct)
        => orders.LoadAsync(payment.OrderId, ct);
}
