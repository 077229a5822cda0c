using LuckyGraph.Hosting.Data;
using LuckyGraph.Orders.Data;
using LuckyGraph.Orders.Scheduling;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Payments;

/// <summary>
/// Finds out what became of payments whose confirmation did not answer or whose process died: asks the provider again and
/// again, confirms what never arrived, and after a quarter of an hour voids what cannot be resolved. Stock stays held until
/// it is certain that no money moved.
/// </summary>
public sealed class PaymentReconciler(IServiceScopeFactory scopes, DatabaseStartup database, TimeProvider clock, ILogger<PaymentReconciler> log)
    : PeriodicWork(TimeSpan.FromSeconds(1), new WorkSignal(), scopes, database, clock, log)
{
    /// <summary>A provider captures only within ten minutes of the buyer's authentication.</summary>
    private static readonly TimeSpan Confirmable = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan GiveUp = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    protected override async Task<bool> RunOnceAsync(IServiceProvider services, CancellationToken ct)
    {
        var db = services.GetRequiredService<OrdersContext>();
        var time = services.GetRequiredService<TimeProvider>();
        var now = time.GetUtcNow();
        var until = now + Lease;
        // Taken for a while, so that no other host asks meanwhile and a dead one is replaced.
        var taken = await db.Payments
            .FromSql(
                $"""
                UPDATE payment SET next_check_at = {until}
                WHERE id = (SELECT id FROM payment WHERE status IN ('Confirming', 'Unknown') AND next_check_at <= {now}
                            ORDER BY next_check_at LIMIT 1 FOR UPDATE SKIP LOCKED)
                RETURNING *
                """)
            .AsNoTracking()
            .ToListAsync(ct);
        if (taken is not [var payment])
        {
            return false;
        }

        var gateway = services.GetRequiredService<IPaymentGateway>();
        var outcomes = services.GetRequiredService<OutcomeDesk>();
        var (answer, step) = await AskAsync(gateway, payment, now - (payment.ConfirmStartedAt ?? now), ct);
        await outcomes.ApplyAsync(payment.Id, answer, step, ct);
        return true;
    }

    private static async Task<(ProviderAnswer, PaymentStep)> AskAsync(IPaymentGateway gateway, Payment payment, TimeSpan age, CancellationToken ct)
    {
        var key = payment.ProviderKey!;
        var answer = await gateway.FetchAsync(key, ct);
        if (answer.Outcome is ProviderOutcome.Captured or ProviderOutcome.Declined or ProviderOutcome.Cancelled)
        {
            return (answer, PaymentStep.Check);
        }

        if (answer.Outcome == ProviderOutcome.Waiting && age < Confirmable)
        {
            return (await gateway.ConfirmAsync(payment, key, ct), PaymentStep.Check);
        }

        if (age < GiveUp)
        {
            return (answer, PaymentStep.Check);
        }

        var cancelled = await gateway.CancelAsync(key, null, "The payment could not be confirmed in time.", payment.Id, ct);
        if (cancelled.Outcome == ProviderOutcome.Cancelled)
        {
            return (cancelled, PaymentStep.Void);
        }

        // What cannot be cancelled was never taken, or the provider is still away: only its own word decides.
        answer = await gateway.FetchAsync(key, ct);
        return (answer, answer.Outcome == ProviderOutcome.Unknown ? PaymentStep.Check : PaymentStep.Void);
    }
}
