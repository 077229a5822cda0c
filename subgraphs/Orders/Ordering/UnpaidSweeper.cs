using LuckyGraph.Hosting.Data;
using LuckyGraph.Orders.Data;
using LuckyGraph.Orders.Payments;
using LuckyGraph.Orders.Scheduling;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Ordering;

/// <summary>
/// Cancels orders that were not paid in time. Several hosts may sweep at once: each skips what another holds. An order whose
/// payment is being confirmed is not due, whatever the time.
/// </summary>
public sealed class UnpaidSweeper(IServiceScopeFactory scopes, DatabaseStartup database, TimeProvider clock, ILogger<UnpaidSweeper> log)
    : PeriodicWork(TimeSpan.FromSeconds(5), new WorkSignal(), scopes, database, clock, log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Orders whose cancelling failed, and when to try again, so that one of them never holds up the others.</summary>
    private readonly Dictionary<Guid, DateTimeOffset> _postponed = [];

    private readonly ILogger _log = log;

    protected override async Task<bool> RunOnceAsync(IServiceProvider services, CancellationToken ct)
    {
        var db = services.GetRequiredService<OrdersContext>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        foreach (var id in _postponed.Where(p => p.Value <= now).Select(p => p.Key).ToList())
        {
            _postponed.Remove(id);
        }

        var postponed = _postponed.Keys.ToArray();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var order = await db.Orders
            .FromSql(
                $"""
                SELECT * FROM orders WHERE status = 'PendingPayment' AND expires_at <= {now} AND NOT (id = ANY ({postponed}))
                ORDER BY expires_at LIMIT 1 FOR UPDATE SKIP LOCKED
                """)
            .SingleOrDefaultAsync(ct);
        if (order is null)
        {
            return false;
        }

        try
        {
            await services.GetRequiredService<OutcomeDesk>().CancelUnpaidAsync(order, "UNPAID_TIMEOUT", now, ct);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            _log.LogError(e, "Order {Order} could not be cancelled; it is tried again later", order.Id);
            _postponed[order.Id] = now + Pause;
            return true;
        }

        services.GetRequiredService<OrderNotices>().Changed(order);
        return true;
    }
}
