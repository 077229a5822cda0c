using LuckyGraph.Contracts.Events;
using LuckyGraph.Hosting.Events;
using LuckyGraph.Orders.Data;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Inventory;

/// <summary>
/// The only place where stock moves. Every method runs inside the caller's transaction, locks levels in the order of their
/// ids (so that two orders never wait for each other in a circle), changes them by a conditional update, and writes ledger
/// and event beside it. The caller saves.
/// </summary>
public sealed class StockLedger(OrdersContext db, Outbox outbox, TimeProvider clock)
{
    /// <summary>Holds stock for an order. Demand is per variant: each occurs once.</summary>
    /// <exception cref="InsufficientStockException">Some variant has less; nothing is held.</exception>
    public async Task ReserveAsync(Guid orderId, IReadOnlyDictionary<Guid, int> demand, DateTimeOffset expiresAt, CancellationToken ct)
    {
        var levels = await LockAsync(demand.Keys, ct);
        var shortages = new List<InsufficientStockLine>();
        foreach (var (variantId, quantity) in demand)
        {
            var available = levels.GetValueOrDefault(variantId)?.Available ?? 0;
            if (available < quantity)
            {
                shortages.Add(new InsufficientStockLine(variantId, quantity, available));
            }
        }

        if (shortages.Count > 0)
        {
            throw new InsufficientStockException(shortages);
        }

        await ChangeAsync(StockReason.Reserve, orderId, demand, onHand: 0, reserved: +1, levels, ct);
        var now = clock.GetUtcNow();
        foreach (var (variantId, quantity) in demand)
        {
            db.Add(new Reservation
            {
                OrderId = orderId,
                VariantId = variantId,
                LocationId = InventoryLevel.MainLocation,
                Quantity = quantity,
                ExpiresAt = expiresAt,
                UpdatedAt = now,
            });
        }
    }

    /// <summary>The order is paid: what it holds leaves the stock.</summary>
    public Task CommitAsync(Guid orderId, CancellationToken ct)
        => SettleAsync(orderId, ReservationState.Held, ReservationState.Committed, StockReason.Commit, onHand: -1, reserved: -1, ct);

    /// <summary>The order is cancelled unpaid: what it holds can be sold again.</summary>
    public Task ReleaseAsync(Guid orderId, CancellationToken ct)
        => SettleAsync(orderId, ReservationState.Held, ReservationState.Released, StockReason.Release, onHand: 0, reserved: -1, ct);

    /// <summary>The paid order is cancelled before it was sent: its goods are back in stock.</summary>
    public Task RestockAsync(Guid orderId, CancellationToken ct)
        => SettleAsync(orderId, ReservationState.Committed, ReservationState.Released, StockReason.Restock, onHand: +1, reserved: 0, ct);

    /// <summary>
    /// Takes what a seller's feed says now. The difference to what it said last is applied, so that the same feed again changes
    /// nothing and sales in between are kept. Returns the level; null when less would remain than orders hold.
    /// </summary>
    public async Task<(InventoryLevel? Level, bool Changed)> FeedAsync(Guid variantId, int quantity, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO inventory_level (variant_id, location_id, on_hand, reserved, updated_at, version)
            VALUES ({variantId}, {InventoryLevel.MainLocation}, 0, 0, {now}, 0)
            ON CONFLICT DO NOTHING
            """, ct);
        var level = (await LockAsync([variantId], ct))[variantId];
        var delta = quantity - (level.FeedQuantity ?? 0);
        if (level.FeedQuantity is not null && delta == 0)
        {
            return (level, false);
        }

        if (level.OnHand + delta < level.Reserved)
        {
            return (null, false);
        }

        level.FeedQuantity = quantity;
        level.OnHand += delta;
        level.UpdatedAt = now;
        level.Version++;
        if (delta != 0)
        {
            db.Add(new StockMovement
            {
                VariantId = variantId,
                LocationId = level.LocationId,
                Reason = StockReason.Feed,
                OnHandDelta = delta,
                CreatedAt = now,
            });
            outbox.Add(new StockChanged(variantId, level.Available));
        }

        return (level, true);
    }

    private async Task SettleAsync(
        Guid orderId, ReservationState from, ReservationState to, StockReason reason, int onHand, int reserved, CancellationToken ct)
    {
        var reservations = await db.Reservations.Where(r => r.OrderId == orderId && r.State == from).ToListAsync(ct);
        if (reservations.Count == 0)
        {
            return;
        }

        var demand = reservations.ToDictionary(r => r.VariantId, r => r.Quantity);
        await ChangeAsync(reason, orderId, demand, onHand, reserved, await LockAsync(demand.Keys, ct), ct);
        var now = clock.GetUtcNow();
        foreach (var reservation in reservations)
        {
            reservation.State = to;
            reservation.UpdatedAt = now;
        }
    }

    private async Task<Dictionary<Guid, InventoryLevel>> LockAsync(IEnumerable<Guid> variantIds, CancellationToken ct)
    {
        var ids = variantIds.ToArray();
        return await db.InventoryLevels
            .FromSql(
                $"""
                SELECT * FROM inventory_level
                WHERE variant_id = ANY ({ids}) AND location_id = {InventoryLevel.MainLocation}
                ORDER BY variant_id, location_id
                FOR UPDATE
                """)
            .ToDictionaryAsync(l => l.VariantId, ct);
    }

    private async Task ChangeAsync(
        StockReason reason, Guid orderId, IReadOnlyDictionary<Guid, int> demand, int onHand, int reserved,
        Dictionary<Guid, InventoryLevel> levels, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var ids = demand.Keys.ToArray();
        var onHandDeltas = demand.Values.Select(q => q * onHand).ToArray();
        var reservedDeltas = demand.Values.Select(q => q * reserved).ToArray();
        // The condition repeats what the lock and the table's constraint guarantee already: no unit is ever sold twice, whatever else is wrong.
        var changed = await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE inventory_level AS l
            SET on_hand = l.on_hand + d.on_hand, reserved = l.reserved + d.reserved, updated_at = {now}, version = l.version + 1
            FROM unnest({ids}, {onHandDeltas}, {reservedDeltas}) AS d (variant_id, on_hand, reserved)
            WHERE l.variant_id = d.variant_id AND l.location_id = {InventoryLevel.MainLocation}
              AND l.reserved + d.reserved BETWEEN 0 AND l.on_hand + d.on_hand
            """, ct);
        if (changed != ids.Length)
        {
            throw new InvalidOperationException($"Stock of {changed} instead of {ids.Length} variants could move ({reason}, order {orderId}).");
        }

        for (var i = 0; i < ids.Length; i++)
        {
            db.Add(new StockMovement
            {
                VariantId = ids[i],
                LocationId = InventoryLevel.MainLocation,
                Reason = reason,
                OnHandDelta = onHandDeltas[i],
                ReservedDelta = reservedDeltas[i],
                OrderId = orderId,
                CreatedAt = now,
            });
            var before = levels[ids[i]];
            db.Entry(before).State = EntityState.Detached;
            if (onHandDeltas[i] != reservedDeltas[i])
            {
                outbox.Add(new StockChanged(ids[i], before.Available + onHandDeltas[i] - reservedDeltas[i]));
            }
        }
    }
}
