using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Hosting.Events;
using LuckyGraph.Orders.Data;
using LuckyGraph.Orders.Inventory;
using LuckyGraph.Orders.Ordering;
using LuckyGraph.Orders.Scheduling;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LuckyGraph.Orders.Payments;

/// <summary>Who brings an answer of the provider.</summary>
public enum PaymentStep
{
    /// <summary>The buyer's confirmation.</summary>
    Confirm,
    /// <summary>A webhook, after asking the provider.</summary>
    Webhook,
    /// <summary>The reconciler.</summary>
    Check,
    /// <summary>The reconciler, giving up: no money may move any more.</summary>
    Void,
}

/// <summary>
/// The only place where what a provider says takes effect, whoever brings it, in whatever order and however often. Decides
/// under the order's lock; what was decided before is not decided again. Money that its order cannot take is given back.
/// </summary>
public sealed class OutcomeDesk(OrdersContext db, StockLedger stock, Outbox outbox, OrderNotices notices, WorkSignals signals, TimeProvider clock)
{
    private const string Unresolved = "PAYMENT_UNRESOLVED";

    private static readonly TimeSpan[] Pauses = [.. new[] { 2, 5, 10, 20, 40 }.Select(s => TimeSpan.FromSeconds(s))];

    public async Task ApplyAsync(Guid paymentId, ProviderAnswer answer, PaymentStep step, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.LockPaymentAsync(paymentId, ct) is not { } locked)
        {
            return;
        }

        var (order, payment) = locked;
        var before = order.Version;
        var now = clock.GetUtcNow();
        db.Add(new PaymentEvent
        {
            PaymentId = paymentId,
            Type = $"{step.ToGraphQLName()}_{answer.Outcome.ToGraphQLName()}",
            Detail = answer.Message is null ? answer.Code : $"{answer.Code}: {answer.Message}",
            CreatedAt = now,
        });
        switch (answer.Outcome)
        {
            case ProviderOutcome.Captured:
                await CaptureAsync(order, payment, answer, now, ct);
                break;
            case ProviderOutcome.Declined when IsCurrent(payment, answer, step):
            case ProviderOutcome.NotFound when step is PaymentStep.Confirm or PaymentStep.Void:
            case ProviderOutcome.Cancelled when payment.CapturedMinor == 0 && IsCurrent(payment, answer, step):
            case ProviderOutcome.Waiting when step == PaymentStep.Void:
                await DeclineAsync(order, payment, answer, step, now, ct);
                break;
            case ProviderOutcome.Unknown or ProviderOutcome.Waiting or ProviderOutcome.NotFound:
                AskAgain(payment, now);
                break;
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        signals.Refunds.Raise();
        if (order.Version != before)
        {
            notices.Changed(order);
        }
    }

    /// <summary>
    /// Whether an answer that no money moves is about the attempt that we confirm: the buyer may have abandoned others at the
    /// provider before, and those failing means nothing.
    /// </summary>
    private static bool IsCurrent(Payment payment, ProviderAnswer answer, PaymentStep step)
        => step != PaymentStep.Webhook || (payment.ProviderKey is not null && payment.ProviderKey == answer.ProviderKey);

    private async Task CaptureAsync(Order order, Payment payment, ProviderAnswer answer, DateTimeOffset now, CancellationToken ct)
    {
        if (payment.CapturedMinor > 0)
        {
            return;
        }

        var open = payment.Status is PaymentStatus.Ready or PaymentStatus.Confirming or PaymentStatus.Unknown;
        payment.ProviderKey ??= answer.ProviderKey;
        payment.MoveTo(PaymentStatus.Captured, now);
        payment.CapturedMinor = answer.Amount?.Minor ?? payment.AmountMinor;
        payment.FailureCode = payment.FailureMessage = null;
        // 6. Amounts come from the frozen order: another amount is never accepted for it.
        var exact = answer.Amount is null || answer.Amount == payment.Amount;
        var payable = order.Status is OrderStatus.PendingPayment or OrderStatus.Confirming;
        if (open && exact && payable)
        {
            order.MoveTo(OrderStatus.Paid, now);
            await stock.CommitAsync(order.Id, ct);
            outbox.Add(new OrderPaid(order.Id, order.Number, order.BuyerId, await EventLinesAsync(order, ct), order.TotalMinor, order.CurrencyCode));
            return;
        }

        payment.MoveTo(PaymentStatus.Orphaned, now);
        payment.FailureCode = exact ? "ORDER_NOT_PAYABLE" : "AMOUNT_MISMATCH";
        AddRefund(payment, payment.CapturedMinor, exact ? "The order could no longer be paid." : "The amount is not the order's.", now);
        outbox.Add(new PaymentOrphaned(payment.Id, order.Id, payment.CapturedMinor, payment.CurrencyCode));
        if (open && payable)
        {
            await ReopenOrCancelAsync(order, payment, "PAYMENT_DECLINED", now, ct);
        }
    }

    private async Task DeclineAsync(Order order, Payment payment, ProviderAnswer answer, PaymentStep step, DateTimeOffset now, CancellationToken ct)
    {
        // 4. A late "aborted" after the money was taken, or after the attempt was given up, changes nothing.
        if (payment.Status is not (PaymentStatus.Ready or PaymentStatus.Confirming or PaymentStatus.Unknown))
        {
            return;
        }

        // The provider may tell of our voiding by a webhook before it answers us: the same, whoever brings it.
        var voided = step == PaymentStep.Void || answer.Outcome == ProviderOutcome.Cancelled;
        payment.FailureCode = answer.Code;
        payment.FailureMessage = answer.Message;
        payment.MoveTo(voided && payment.Status == PaymentStatus.Unknown ? PaymentStatus.Voided : PaymentStatus.Declined, now);
        if (order.Status is OrderStatus.Confirming or OrderStatus.PendingPayment)
        {
            await ReopenOrCancelAsync(order, payment, voided ? Unresolved : "PAYMENT_DECLINED", now, ct);
        }
    }

    /// <summary>The buyer may try again as long as the order has time; after that it is cancelled.</summary>
    private async Task ReopenOrCancelAsync(Order order, Payment failed, string reason, DateTimeOffset now, CancellationToken ct)
    {
        if (order.ExpiresAt > now && reason != Unresolved)
        {
            if (order.Status == OrderStatus.Confirming)
            {
                order.MoveTo(OrderStatus.PendingPayment, now);
            }

            // The failed attempt must have left the index of open payments before the next one enters it.
            await db.SaveChangesAsync(ct);
            db.Add(new Payment
            {
                Id = Guid.CreateVersion7(now),
                OrderId = order.Id,
                Provider = failed.Provider,
                AmountMinor = order.TotalMinor,
                CurrencyCode = order.CurrencyCode,
                CreatedAt = now,
            });
            return;
        }

        await CancelUnpaidAsync(order, reason, now, ct);
    }

    /// <summary>Cancels an order that no money was taken for: its stock is free again, its payment void, its cart open.</summary>
    internal async Task CancelUnpaidAsync(Order order, string reason, DateTimeOffset now, CancellationToken ct)
    {
        order.Cancel(reason, now);
        foreach (var payment in await db.Payments.Where(p => p.OrderId == order.Id && p.Status == PaymentStatus.Ready).ToListAsync(ct))
        {
            if (payment.Status == PaymentStatus.Ready)
            {
                payment.MoveTo(PaymentStatus.Voided, now);
            }
        }

        await ReopenCartAsync(order, now, ct);
        await stock.ReleaseAsync(order.Id, ct);
        outbox.Add(new OrderCancelled(order.Id, order.Number, order.BuyerId, reason));
    }

    /// <summary>Gives the buyer the cart back, unless they have begun another one meanwhile.</summary>
    private async Task ReopenCartAsync(Order order, DateTimeOffset now, CancellationToken ct)
    {
        var transaction = db.Database.CurrentTransaction!;
        await transaction.CreateSavepointAsync("cart", ct);
        try
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                UPDATE cart SET status = 'Open', order_id = NULL, updated_at = {now}, version = version + 1
                WHERE id = {order.CartId} AND status = 'CheckedOut'
                  AND NOT EXISTS (SELECT FROM cart AS other WHERE other.owner_id = cart.owner_id AND other.status = 'Open')
                """, ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // Another cart was opened in this instant, unseen by the statement.
            await transaction.RollbackToSavepointAsync("cart", ct);
        }
    }

    /// <summary>Notes that money is to be given back; the refund worker does it, at once and until it succeeds.</summary>
    internal void AddRefund(Payment payment, long amountMinor, string reason, DateTimeOffset now)
    {
        db.Add(new Refund
        {
            Id = Guid.CreateVersion7(now),
            PaymentId = payment.Id,
            OrderId = payment.OrderId,
            AmountMinor = amountMinor,
            Reason = reason,
            NextAttemptAt = now,
            CreatedAt = now,
            UpdatedAt = now,
        });
    }

    internal async Task<IReadOnlyList<OrderEventLine>> EventLinesAsync(Order order, CancellationToken ct)
        => [.. (await db.OrderLines.AsNoTracking().Where(l => l.OrderId == order.Id).OrderBy(l => l.Position).ToListAsync(ct)).Select(l => l.ToEvent())];

    private static void AskAgain(Payment payment, DateTimeOffset now)
    {
        if (payment.Status == PaymentStatus.Confirming)
        {
            payment.MoveTo(PaymentStatus.Unknown, now);
            payment.Checks = 0;
        }

        if (payment.Status == PaymentStatus.Unknown)
        {
            payment.NextCheckAt = now + (payment.Checks < Pauses.Length ? Pauses[payment.Checks] : TimeSpan.FromMinutes(1));
            payment.Checks++;
        }
    }
}
