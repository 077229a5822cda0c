using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Events;
using LuckyGraph.Hosting.Identity;
using LuckyGraph.Orders.Data;
using LuckyGraph.Orders.Inventory;
using LuckyGraph.Orders.Payments;
using LuckyGraph.Orders.Scheduling;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Ordering;

[MutationType]
public static partial class OrderMutations
{
    /// <summary>Cancels an order: unpaid ones by their buyer, paid ones with a full refund as long as nothing was sent.</summary>
    /// <param name="orderId">The order.</param>
    /// <param name="reason">Why, for the refund.</param>
    /// <param name="viewer">The caller.</param>
    /// <param name="desk">Where orders are cancelled.</param>
    /// <param name="ct">Ends the call.</param>
    [Authorize]
    [Error<NotFoundException>]
    [Error<ValidationFailedException>]
    [Error<InvalidTransitionException>]
    public static Task<Order> OrderCancelAsync([ID<Order>] Guid orderId, string? reason, Viewer viewer, CancelDesk desk, CancellationToken ct)
        => desk.CancelAsync(viewer, orderId, reason, ct);
}

/// <summary>Where orders are cancelled by people.</summary>
public sealed class CancelDesk(
    OrdersContext db, StockLedger stock, OutcomeDesk outcomes, Outbox outbox, OrderNotices notices, WorkSignals signals, TimeProvider clock)
{
    public async Task<Order> CancelAsync(Viewer viewer, Guid orderId, string? reason, CancellationToken ct)
    {
        if (reason?.Length > 200)
        {
            throw ValidationFailedException.Field("reason", "At most 200 characters.");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var order = await db.LockOrderAsync(orderId, ct);
        var role = order is null ? null : await RoleAsync(viewer, order, ct);
        if (order is null || role is null)
        {
            throw new NotFoundException("There is no such order.", ["input", "orderId"]);
        }

        var allowed = (order.Status, role) switch
        {
            (OrderStatus.PendingPayment, "BUYER" or "ADMIN") => true,
            (OrderStatus.Paid, _) => true,
            (OrderStatus.Preparing, "SELLER" or "ADMIN") => true,
            _ => false,
        };
        if (!allowed)
        {
            throw new InvalidTransitionException(
                order.Status == OrderStatus.Confirming
                    ? "The order is being paid at this moment; try again when the payment is decided."
                    : $"An order that is {order.Status.ToGraphQLName()} can no longer be cancelled by you.",
                order.Status.ToGraphQLName(),
                OrderStatus.Cancelled.ToGraphQLName());
        }

        var now = clock.GetUtcNow();
        if (order.Status == OrderStatus.PendingPayment)
        {
            await outcomes.CancelUnpaidAsync(order, role, now, ct);
        }
        else
        {
            order.Cancel(role, now);
            await stock.RestockAsync(order.Id, ct);
            // Providers refuse a refund without a reason.
            var told = string.IsNullOrWhiteSpace(reason) ? "The order was cancelled." : reason;
            var captured = await db.Payments.Where(p => p.OrderId == order.Id && p.Status == PaymentStatus.Captured).ToListAsync(ct);
            foreach (var payment in captured)
            {
                outcomes.AddRefund(payment, payment.CapturedMinor - payment.RefundedMinor, told, now);
            }

            outbox.Add(new OrderCancelled(order.Id, order.Number, order.BuyerId, role));
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        signals.Refunds.Raise();
        notices.Changed(order);
        return order;
    }

    /// <summary>As whom the caller may cancel; null when the order is not theirs to see. A seller must sell all of it.</summary>
    private async Task<string?> RoleAsync(Viewer viewer, Order order, CancellationToken ct)
    {
        if (viewer.Id == order.BuyerId)
        {
            return "BUYER";
        }

        if (viewer.IsAdmin)
        {
            return "ADMIN";
        }

        return viewer.SellerId is { } sellerId && !await db.OrderLines.AnyAsync(l => l.OrderId == order.Id && l.SellerId != sellerId, ct)
            ? "SELLER"
            : null;
    }
}
