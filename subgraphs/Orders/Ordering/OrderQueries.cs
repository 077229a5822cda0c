using LuckyGraph.Contracts;
using LuckyGraph.Data;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;
using LuckyGraph.Orders.Data;
using LuckyGraph.Orders.Inventory;
using LuckyGraph.Orders.Payments;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Ordering;

/// <summary>Which orders; what is left out does not restrict, and an empty list matches nothing.</summary>
[InputObjectType(Name = "OrderFilter")]
public sealed class OrderFilter
{
    public IReadOnlyList<OrderStatus>? Status { get; init; }
    public string? Number { get; init; }
    /// <summary>Placed at or after.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }
    /// <summary>Placed before.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    internal static readonly PageOrder<Order> Newest = PageOrder<Order>.By(o => o.Id, descending: true);

    internal IQueryable<Order> Apply(IQueryable<Order> orders)
    {
        if (Status is { } status)
        {
            var any = status.ToList();
            orders = orders.Where(o => any.Contains(o.Status));
        }

        if (Number is { } number)
        {
            orders = orders.Where(o => o.Number == number);
        }

        if (CreatedFrom is { } from)
        {
            var instant = from.ToUniversalTime();
            orders = orders.Where(o => o.CreatedAt >= instant);
        }

        if (CreatedBefore is { } before)
        {
            var instant = before.ToUniversalTime();
            orders = orders.Where(o => o.CreatedAt < instant);
        }

        return orders;
    }
}

[QueryType]
public static partial class OrderQueries
{
    /// <summary>An order of yours, or with goods that you sell. Null when there is none that you may see.</summary>
    [Lookup]
    [Authorize]
    public static Task<Order?> GetOrderAsync([ID<Order>] Guid id, IOrderByIdDataLoader orders, CancellationToken ct)
        => orders.LoadAsync(id, ct);

    /// <summary>The orders with goods that you sell, newest first; all orders for administrators.</summary>
    [Authorize(Roles = [Role.Seller, Role.Admin])]
    public static async Task<PageConnection<Order>?> GetOrdersAsync(
        OrderFilter? filter, PagingArguments paging, [IsSelected("totalCount")] bool counted,
        Viewer viewer, OrdersContext db, CancellationToken ct)
    {
        var orders = db.Orders.AsNoTracking();
        if (!viewer.IsAdmin)
        {
            var sellerId = viewer.RequireSeller();
            orders = orders.Where(o => db.OrderLines.Any(l => l.OrderId == o.Id && l.SellerId == sellerId));
        }

        return await (filter?.Apply(orders) ?? orders).ToPageAsync(OrderFilter.Newest, paging, counted, ct);
    }
}

[ObjectType<Order>]
public static partial class OrderNode
{
    /// <summary>What was ordered; sellers see what they sell.</summary>
    public static async Task<IReadOnlyList<OrderLine>> GetLinesAsync(
        [Parent] Order order, ILinesByOrderIdDataLoader lines, ViewerAccessor viewer, CancellationToken ct)
    {
        var all = await lines.LoadAsync(order.Id, ct) ?? [];
        return viewer.Current.SeesAll(order) ? all : [.. all.Where(l => l.SellerId == viewer.Current?.SellerId)];
    }

    /// <summary>What the buyer pays. Null for sellers, who see their lines' totals.</summary>
    public static Money? GetTotal([Parent] Order order, ViewerAccessor viewer)
        => viewer.Current.SeesAll(order) ? order.Total : null;

    /// <summary>What makes up the total. Null for sellers.</summary>
    public static OrderTotals? GetTotals([Parent] Order order, ViewerAccessor viewer)
    {
        Money Of(long minor) => new(minor, order.CurrencyCode);
        return viewer.Current.SeesAll(order)
            ? new OrderTotals(Of(order.SubtotalMinor), Of(order.DiscountMinor), Of(order.ShippingMinor), Of(order.TaxMinor), order.Total)
            : null;
    }

    /// <summary>Where it goes. Null for sellers until it is paid, and after it was cancelled.</summary>
    public static ShippingAddress? GetShippingAddress([Parent] Order order, ViewerAccessor viewer)
        => viewer.Current.SeesAll(order)
            || (viewer.Current?.SellerId is not null
                && order.Status is not (OrderStatus.PendingPayment or OrderStatus.Confirming or OrderStatus.Cancelled or OrderStatus.Completed))
            ? order.ShippingAddress
            : null;

    /// <summary>The latest attempt to pay. Null for sellers.</summary>
    public static async Task<Payment?> GetPaymentAsync(
        [Parent] Order order, IPaymentsByOrderIdDataLoader payments, ViewerAccessor viewer, CancellationToken ct)
        => viewer.Current.SeesAll(order) && await payments.LoadAsync(order.Id, ct) is { Length: > 0 } all ? all[^1] : null;

    /// <summary>All attempts to pay, oldest first. Null for sellers.</summary>
    public static async Task<IReadOnlyList<Payment>?> GetPaymentsAsync(
        [Parent] Order order, IPaymentsByOrderIdDataLoader payments, ViewerAccessor viewer, CancellationToken ct)
        => viewer.Current.SeesAll(order) ? await payments.LoadAsync(order.Id, ct) ?? [] : null;
}

[ObjectType<OrderLine>]
public static partial class OrderLineNode
{
    /// <summary>The variant as it is today; null when it is no longer shown.</summary>
    public static ProductVariant? GetVariant([Parent(nameof(OrderLine.VariantId))] OrderLine line) => new(line.VariantId);

    /// <summary>Who sells it.</summary>
    public static Seller? GetSeller([Parent(nameof(OrderLine.SellerId))] OrderLine line) => new(line.SellerId);
}

/// <summary>Who sells products.</summary>
/// <param name="Id">The seller.</param>
[EntityKey("id")]
public sealed record Seller([property: ID] Guid Id);

internal static class OrderLoaders
{
    /// <summary>The orders that the caller may see.</summary>
    [DataLoader]
    public static async Task<Dictionary<Guid, Order>> GetOrderByIdAsync(
        IReadOnlyList<Guid> ids, OrdersContext db, ViewerAccessor viewer, CancellationToken ct)
        => await db.Orders.AsNoTracking().VisibleTo(viewer.Current, db).Where(o => ids.Contains(o.Id)).ToDictionaryAsync(o => o.Id, ct);

    /// <summary>All lines of orders, which the caller sees already; whoever shows them leaves out other sellers'.</summary>
    [DataLoader]
    public static async Task<ILookup<Guid, OrderLine>> GetLinesByOrderIdAsync(IReadOnlyList<Guid> orderIds, OrdersContext db, CancellationToken ct)
    {
        var lines = await db.OrderLines.AsNoTracking().Where(l => orderIds.Contains(l.OrderId)).OrderBy(l => l.Position).ToListAsync(ct);
        return lines.ToLookup(l => l.OrderId);
    }

    [DataLoader]
    public static async Task<ILookup<Guid, Payment>> GetPaymentsByOrderIdAsync(IReadOnlyList<Guid> orderIds, OrdersContext db, CancellationToken ct)
    {
        var payments = await db.Payments.AsNoTracking().Where(p => orderIds.Contains(p.OrderId)).OrderBy(p => p.Id).ToListAsync(ct);
        return payments.ToLookup(p => p.OrderId);
    }
}
