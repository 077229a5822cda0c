using LuckyGraph.Data;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;
using LuckyGraph.Orders.Carts;
using LuckyGraph.Orders.Data;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Ordering;

/// <summary>The signed-in caller.</summary>
/// <param name="Id">The account.</param>
[ObjectType(Name = "Viewer")]
[EntityKey("id")]
public sealed record ViewerOrders([property: ID("Viewer")] Guid Id);

[ObjectType<ViewerOrders>(Name = "Viewer")]
public static partial class ViewerOrdersNode
{
    /// <summary>Your cart; null as long as you put nothing into one.</summary>
    public static Task<Cart?> GetCartAsync([Parent] ViewerOrders viewer, OrdersContext db, CancellationToken ct)
        => db.Carts.AsNoTracking().SingleOrDefaultAsync(c => c.OwnerId == viewer.Id && c.Status == CartStatus.Open, ct);

    /// <summary>Your orders, newest first.</summary>
    public static async Task<PageConnection<Order>?> GetOrdersAsync(
        [Parent] ViewerOrders viewer, OrderFilter? filter, PagingArguments paging, [IsSelected("totalCount")] bool counted,
        OrdersContext db, CancellationToken ct)
    {
        var orders = db.Orders.AsNoTracking().Where(o => o.BuyerId == viewer.Id);
        return await (filter?.Apply(orders) ?? orders).ToPageAsync(OrderFilter.Newest, paging, counted, ct);
    }
}

[QueryType]
public static partial class ViewerOrdersQueries
{
    /// <summary>The orders' part of the caller. Null for everybody else's id.</summary>
    [Lookup, Internal]
    public static ViewerOrders? GetViewerById([ID("Viewer")] Guid id, ViewerAccessor viewer)
        => viewer.Is(id) ? new ViewerOrders(id) : null;
}
