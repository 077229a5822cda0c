using LuckyGraph.Contracts.Errors;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Hosting.Events;
using LuckyGraph.Hosting.Idempotency;
using LuckyGraph.Hosting.Identity;
using LuckyGraph.Orders.Carts;
using LuckyGraph.Orders.Data;
using LuckyGraph.Orders.Inventory;
using LuckyGraph.Orders.Ordering;
using LuckyGraph.Orders.Payments;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Checkout;

/// <summary>
/// Makes an order of a cart (steps 0 to 5 of the checkout) in one transaction: idempotency key, frozen prices, held stock,
/// payment, and the event. PostgreSQL alone decides; nothing here needs Redis or the provider.
/// </summary>
public sealed class CheckoutDesk(
    OrdersContext db, IdempotencyKeys keys, StockLedger stock, Outbox outbox, OrderNotices notices, TimeProvider clock)
{
    /// <summary>How long stock is held for an unpaid order.</summary>
    public static readonly TimeSpan TimeToPay = TimeSpan.FromMinutes(5);

    /// <summary>The shop's business days are Seoul's; Korea has no summer time.</summary>
    private static readonly TimeSpan Seoul = TimeSpan.FromHours(9);

    public async Task<Checkout> StartAsync(
        Viewer viewer, Guid? cartId, int cartVersion, ShippingAddress address, PaymentProvider provider, Guid idempotencyKey, CancellationToken ct)
    {
        Check(address);
        Placed placed;
        try
        {
            placed = await keys.RunAsync(
                viewer.Id.ToString(), "checkoutStart", idempotencyKey, new { cartId, cartVersion, address, provider },
                token => PlaceAsync(viewer.Id, cartId, cartVersion, address, provider, token), ct);
        }
        catch (PriceDriftException)
        {
            throw new PriceChangedException(await RefreshAsync(viewer.Id, ct));
        }

        db.ChangeTracker.Clear();
        var order = await db.Orders.AsNoTracking().SingleAsync(o => o.Id == placed.OrderId, ct);
        var payment = placed.PaymentId is { } id ? await db.Payments.AsNoTracking().SingleAsync(p => p.Id == id, ct) : null;
        notices.Changed(order);
        return new Checkout(order, payment);
    }

    private async Task<Placed> PlaceAsync(
        Guid buyerId, Guid? cartId, int cartVersion, ShippingAddress address, PaymentProvider provider, CancellationToken ct)
    {
        var cart = await LockCartAsync(buyerId, cartId, cartVersion, ct);
        var lines = await db.CartLines.AsNoTracking().Where(l => l.CartId == cart.Id).OrderBy(l => l.CreatedAt).ThenBy(l => l.Id).ToListAsync(ct);
        if (lines.Count == 0)
        {
            throw ValidationFailedException.Field("cartId", "The cart is empty.");
        }

        var ids = lines.Select(l => l.VariantId).ToList();
        var variants = await db.VariantSnapshots.AsNoTracking().Where(v => ids.Contains(v.VariantId)).ToDictionaryAsync(v => v.VariantId, ct);
        foreach (var line in lines)
        {
            if (!variants.TryGetValue(line.VariantId, out var variant) || !variant.OnSale)
            {
                throw ValidationFailedException.Field("cartId", $"\"{variant?.Title ?? "A line"}\" is no longer sold; take it out of the cart.");
            }

            if (variant.PriceMinor != line.UnitPriceMinor || variant.CurrencyCode != cart.CurrencyCode)
            {
                throw new PriceDriftException();
            }
        }

        var pricing = Pricing.Of([.. lines.Select(l => (variants[l.VariantId], l.Quantity))]);
        var now = clock.GetUtcNow();
        var order = new Order
        {
            Id = Guid.CreateVersion7(now),
            Number = await NumberAsync(now, ct),
            BuyerId = buyerId,
            CartId = cart.Id,
            CurrencyCode = pricing.Total.CurrencyCode,
            SubtotalMinor = pricing.Subtotal.Minor,
            TaxMinor = pricing.Tax.Minor,
            TotalMinor = pricing.Total.Minor,
            ShippingAddress = address,
            ExpiresAt = now + TimeToPay,
            CreatedAt = now,
        };
        db.Add(order);
        List<OrderLine> orderLines = [.. lines.Select((line, i) => Line(order, i, variants[line.VariantId], line.Quantity, pricing.Lines[i], now))];
        db.AddRange(orderLines);
        cart.Status = CartStatus.CheckedOut;
        cart.OrderId = order.Id;
        cart.Touch(now);
        IReadOnlyList<OrderEventLine> told = [.. orderLines.Select(l => l.ToEvent())];
        outbox.Add(new OrderPlaced(order.Id, order.Number, buyerId, told, order.TotalMinor, order.CurrencyCode, order.ExpiresAt));
        Payment? payment = null;
        if (order.TotalMinor > 0)
        {
            payment = new Payment
            {
                Id = Guid.CreateVersion7(now),
                OrderId = order.Id,
                Provider = provider,
                AmountMinor = order.TotalMinor,
                CurrencyCode = order.CurrencyCode,
                CreatedAt = now,
            };
            db.Add(payment);
        }

        // Last, so that the rows everybody wants are locked as briefly as possible.
        var demand = lines.GroupBy(l => l.VariantId).ToDictionary(g => g.Key, g => g.Sum(l => l.Quantity));
        await stock.ReserveAsync(order.Id, demand, order.ExpiresAt, ct);
        if (payment is null)
        {
            await db.SaveChangesAsync(ct);
            order.MoveTo(OrderStatus.Paid, now);
            await stock.CommitAsync(order.Id, ct);
            outbox.Add(new OrderPaid(order.Id, order.Number, buyerId, told, 0, order.CurrencyCode));
        }

        return new Placed(order.Id, payment?.Id);
    }

    private async Task<Cart> LockCartAsync(Guid buyerId, Guid? cartId, int cartVersion, CancellationToken ct)
    {
        var cart = cartId is { } id
            ? await db.Carts.FromSql($"SELECT * FROM cart WHERE id = {id} AND owner_id = {buyerId} FOR UPDATE").SingleOrDefaultAsync(ct)
            : await db.Carts.FromSql($"SELECT * FROM cart WHERE owner_id = {buyerId} AND status = 'Open' FOR UPDATE").SingleOrDefaultAsync(ct);
        if (cart is null)
        {
            throw new NotFoundException("You have no such cart.", ["input", "cartId"]);
        }

        if (cart.Status != CartStatus.Open)
        {
            throw new ConflictException("The cart was checked out already; its order is among your orders.", path: ["input", "cartId"]);
        }

        return cart.Version == cartVersion
            ? cart
            : throw new ConflictException("The cart was changed since you read it; read it again.", cart.Version, ["input", "cartVersion"]);
    }

    private async Task<string> NumberAsync(DateTimeOffset now, CancellationToken ct)
    {
        var next = await db.Database.SqlQuery<long>($"SELECT nextval('order_number') AS \"Value\"").SingleAsync(ct);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{now.ToOffset(Seoul):yyyyMMdd}-{next:D7}");
    }

    private static OrderLine Line(Order order, int position, VariantSnapshot variant, int quantity, PricedLine priced, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        OrderId = order.Id,
        Position = position,
        VariantId = variant.VariantId,
        ProductId = variant.ProductId,
        SellerId = variant.SellerId,
        Sku = variant.Sku,
        Title = variant.Title,
        ThumbnailUrl = variant.ThumbnailUrl,
        Quantity = quantity,
        UnitPriceMinor = variant.PriceMinor,
        TaxMinor = priced.Tax.Minor,
        TotalMinor = priced.Total.Minor,
        CurrencyCode = order.CurrencyCode,
    };

    /// <summary>Takes today's prices into the cart, so that its owner sees and agrees to them under a new version.</summary>
    private async Task<Cart> RefreshAsync(Guid ownerId, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var cart = await db.Carts.FromSql($"SELECT * FROM cart WHERE owner_id = {ownerId} AND status = 'Open' FOR UPDATE").SingleOrDefaultAsync(ct)
            ?? throw new NotFoundException("You have no such cart.", ["input", "cartId"]);
        var lines = await db.CartLines.Where(l => l.CartId == cart.Id).ToListAsync(ct);
        var ids = lines.Select(l => l.VariantId).ToList();
        var variants = await db.VariantSnapshots.AsNoTracking().Where(v => ids.Contains(v.VariantId)).ToDictionaryAsync(v => v.VariantId, ct);
        foreach (var line in lines)
        {
            if (variants.TryGetValue(line.VariantId, out var variant))
            {
                line.UnitPriceMinor = variant.PriceMinor;
                cart.CurrencyCode = variant.CurrencyCode;
            }
        }

        if (variants.Values.Select(v => v.CurrencyCode).Distinct().Count() > 1)
        {
            throw ValidationFailedException.Field("cartId", "The cart's goods are priced in several currencies now; order them separately.");
        }

        cart.Touch(clock.GetUtcNow());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return cart;
    }

    private static void Check(ShippingAddress address)
    {
        Check("recipient", address.Recipient, 100);
        Check("phone", address.Phone, 30);
        Check("postalCode", address.PostalCode, 20);
        Check("roadAddress", address.RoadAddress, 200);
        if (address.Detail?.Length > 200)
        {
            throw ValidationFailedException.Field("address.detail", "At most 200 characters.");
        }
    }

    private static void Check(string field, string value, int most)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > most)
        {
            throw ValidationFailedException.Field($"address.{field}", $"1 to {most} characters.");
        }
    }

    /// <summary>What the idempotency record keeps; the answer is read anew.</summary>
    private sealed record Placed(Guid OrderId, Guid? PaymentId);

    private sealed class PriceDriftException : Exception;
}
