using LuckyGraph.Hosting.Data;
using LuckyGraph.Orders.Data;
using LuckyGraph.Orders.Scheduling;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Payments;

/// <summary>
/// Gives money back: asks the provider with the refund's id as idempotency key until it agrees, with growing pauses, and hands
/// over to people in the end. A refund counts as given only when the provider says so.
/// </summary>
public sealed class RefundWorker(
    IServiceScopeFactory scopes, DatabaseStartup database, WorkSignals signals, TimeProvider clock, ILogger<RefundWorker> log)
    : PeriodicWork(TimeSpan.FromSeconds(5), signals.Refunds, scopes, database, clock, log)
{
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2)];

    private readonly ILogger _log = log;

    protected override async Task<bool> RunOnceAsync(IServiceProvider services, CancellationToken ct)
    {
        var db = services.GetRequiredService<OrdersContext>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var lease = now + TimeSpan.FromSeconds(30);
        var taken = await db.Refunds
            .FromSql(
                $"""
                UPDATE refund SET status = 'Processing', attempts = attempts + 1, next_attempt_at = {lease}, updated_at = {now}
                WHERE id = (SELECT id FROM refund WHERE status IN ('Approved', 'Processing', 'Failed') AND next_attempt_at <= {now}
                            ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
                RETURNING *
                """)
            .AsNoTracking()
            .ToListAsync(ct);
        if (taken is not [var due])
        {
            return false;
        }

        var payment = await db.Payments.AsNoTracking().SingleAsync(p => p.Id == due.PaymentId, ct);
        var whole = due.AmountMinor == payment.CapturedMinor - payment.RefundedMinor && payment.RefundedMinor == 0;
        var answer = await services.GetRequiredService<IPaymentGateway>().CancelAsync(
            payment.ProviderKey!, whole ? null : new Contracts.Money(due.AmountMinor, payment.CurrencyCode), due.Reason, due.Id, ct);
        await FinishAsync(db, due, answer, services.GetRequiredService<TimeProvider>().GetUtcNow(), ct);
        return true;
    }

    private async Task FinishAsync(OrdersContext db, Refund due, ProviderAnswer answer, DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.LockPaymentAsync(due.PaymentId, ct) is not var (_, payment))
        {
            return;
        }

        var refund = await db.Refunds.SingleAsync(r => r.Id == due.Id, ct);
        if (refund.Status == RefundStatus.Succeeded)
        {
            return;
        }

        refund.UpdatedAt = now;
        if (answer.Outcome == ProviderOutcome.Cancelled)
        {
            refund.Status = RefundStatus.Succeeded;
            refund.Failure = null;
            payment.RefundedMinor += refund.AmountMinor;
            payment.MoveTo(payment.RefundedMinor == payment.CapturedMinor ? PaymentStatus.Refunded : PaymentStatus.PartiallyRefunded, now);
        }
        else
        {
            refund.Failure = $"{answer.Outcome}: {answer.Code} {answer.Message}";
            var exhausted = refund.Attempts > Pauses.Length;
            refund.Status = exhausted ? RefundStatus.Manual : RefundStatus.Failed;
            refund.NextAttemptAt = now + Pauses[Math.Min(refund.Attempts, Pauses.Length) - 1];
            if (exhausted)
            {
                _log.LogCritical("Refund {Refund} of payment {Payment} failed for good: {Reason}", refund.Id, refund.PaymentId, refund.Failure);
            }
        }

        db.Add(new PaymentEvent
        {
            PaymentId = payment.Id,
            Type = $"REFUND_{refund.Status.ToString().ToUpperInvariant()}",
            Detail = refund.Failure,
            CreatedAt = now,
        });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
