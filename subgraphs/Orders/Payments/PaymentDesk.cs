using LuckyGraph.Contracts.Errors;
using LuckyGraph.Hosting.Idempotency;
using LuckyGraph.Hosting.Identity;
using LuckyGraph.Orders.Data;
using LuckyGraph.Orders.Ordering;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Payments;

/// <summary>
/// The buyer's confirmation (steps 6 to 8 of the checkout): mark the order under its lock, ask the provider outside of any
/// transaction, then let <see cref="OutcomeDesk"/> decide. A crash in between leaves a CONFIRMING payment that the
/// reconciler takes up.
/// </summary>
public sealed class PaymentDesk(
    OrdersContext db, IdempotencyKeys keys, IPaymentGateway gateway, OutcomeDesk outcomes, OrderNotices notices, TimeProvider clock)
{
    /// <summary>A confirmation that has not finished after this time is taken for crashed.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public async Task<Payment> ConfirmAsync(
        Viewer viewer, Guid paymentId, string providerKey, decimal amount, Guid idempotencyKey, CancellationToken ct)
    {
        if (providerKey.Length is 0 or > 200)
        {
            throw ValidationFailedException.Field("providerToken", "The token is empty or too long.");
        }

        var started = await StartAsync(viewer, paymentId, providerKey, amount, idempotencyKey, ct);
        if (started is not null)
        {
            // From here on the buyer's going away must not leave the outcome open.
            var answer = await gateway.ConfirmAsync(started, providerKey, CancellationToken.None);
            if (answer is { Outcome: ProviderOutcome.Unknown, Code: "ALREADY_PROCESSED_PAYMENT" })
            {
                answer = await gateway.FetchAsync(providerKey, CancellationToken.None);
            }

            await outcomes.ApplyAsync(paymentId, answer, PaymentStep.Confirm, CancellationToken.None);
        }

        db.ChangeTracker.Clear();
        var payment = await db.Payments.AsNoTracking().SingleAsync(p => p.Id == paymentId, CancellationToken.None);
        return payment.Status switch
        {
            PaymentStatus.Captured or PaymentStatus.PartiallyRefunded or PaymentStatus.Refunded => payment,
            PaymentStatus.Declined => throw new PaymentDeclinedException(payment.FailureCode, payment.FailureMessage),
            PaymentStatus.Orphaned => throw new PaymentDeclinedException("ORDER_NOT_PAYABLE", "The order could no longer be paid; the money is being given back."),
            PaymentStatus.Voided => throw new PaymentDeclinedException(payment.FailureCode, "The payment was given up; nothing was charged."),
            _ => throw new PaymentPendingException(),
        };
    }

    /// <summary>Marks order and payment CONFIRMING. Null when this call, or this payment, was confirmed before.</summary>
    private async Task<Payment?> StartAsync(
        Viewer viewer, Guid paymentId, string providerKey, decimal amount, Guid idempotencyKey, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var call = await keys.BeginAsync(viewer.Id.ToString(), "paymentConfirm", idempotencyKey, new { paymentId, providerKey, amount }, ct);
        if (call.IsReplay)
        {
            return null;
        }

        var (order, payment) = await db.LockPaymentAsync(paymentId, ct) ?? default;
        if (order is null || order.BuyerId != viewer.Id)
        {
            throw new NotFoundException("There is no such payment.", ["input", "paymentId"]);
        }

        if (payment.ProviderKey == providerKey && payment.Status != PaymentStatus.Ready)
        {
            return null;
        }

        if (amount != payment.Amount.Amount)
        {
            throw ValidationFailedException.Field("amount", $"The order costs {payment.Amount}; nothing was charged.");
        }

        var now = clock.GetUtcNow();
        if (order.Status == OrderStatus.Cancelled || (order.Status == OrderStatus.PendingPayment && order.ExpiresAt <= now))
        {
            throw new OrderExpiredException(order.ExpiresAt);
        }

        if (await db.Payments.AnyAsync(p => p.Provider == payment.Provider && p.ProviderKey == providerKey && p.Id != paymentId, ct))
        {
            throw ValidationFailedException.Field("providerToken", "This token was used for another payment.");
        }

        order.MoveTo(OrderStatus.Confirming, now);
        payment.MoveTo(PaymentStatus.Confirming, now);
        payment.ProviderKey = providerKey;
        payment.ConfirmStartedAt = now;
        payment.NextCheckAt = now + Patience;
        db.Add(new PaymentEvent { PaymentId = paymentId, Type = "CONFIRM_REQUESTED", CreatedAt = now });
        await db.SaveChangesAsync(ct);
        await keys.CompleteAsync(call, paymentId, ct);
        await transaction.CommitAsync(ct);
        notices.Changed(order);
        return payment;
    }
}

/// <summary>Locks an order and one of its payments, in this order everywhere.</summary>
internal static class PaymentLock
{
    public static async Task<(Order Order, Payment Payment)?> LockPaymentAsync(this OrdersContext db, Guid paymentId, CancellationToken ct)
    {
        var order = await db.Orders
            .FromSql($"SELECT o.* FROM orders AS o WHERE o.id = (SELECT p.order_id FROM payment AS p WHERE p.id = {paymentId}) FOR UPDATE")
            .SingleOrDefaultAsync(ct);
        if (order is null)
        {
            return null;
        }

        return (order, await db.Payments.FromSql($"SELECT * FROM payment WHERE id = {paymentId} FOR UPDATE").SingleAsync(ct));
    }

    public static Task<Order?> LockOrderAsync(this OrdersContext db, Guid orderId, CancellationToken ct)
        => db.Orders.FromSql($"SELECT * FROM orders WHERE id = {orderId} FOR UPDATE").SingleOrDefaultAsync(ct);
}
