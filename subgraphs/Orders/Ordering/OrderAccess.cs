using LuckyGraph.Hosting.Identity;
using LuckyGraph.Orders.Data;

namespace LuckyGraph.Orders.Ordering;

/// <summary>
/// Who sees what of an order: its buyer and administrators everything; the seller of a line that line, the status, and from
/// payment on where to send it.
/// </summary>
internal static class OrderAccess
{
    public static IQueryable<Order> VisibleTo(this IQueryable<Order> orders, Viewer? viewer, OrdersContext db)
    {
        if (viewer is null)
        {
            return orders.Where(o => false);
        }

        if (viewer.IsAdmin)
        {
            return orders;
        }

        var id = viewer.Id;
        return viewer.SellerId is { } sellerId
            ? orders.Where(o => o.BuyerId == id || db.OrderLines.Any(l => l.OrderId == o.Id && l.SellerId == sellerId))
            : orders.Where(o => o.BuyerId == id);
    }

    /// <summary>Whether the caller sees the whole order, not only a seller's part.</summary>
    public static bool SeesAll(this Viewer? viewer, Order order) => viewer is not null && (viewer.IsAdmin || viewer.Id == order.BuyerId);
}
