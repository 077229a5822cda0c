using LuckyGraph.Contracts;
using LuckyGraph.Engine;
using LuckyGraph.Orders.Data;
using LuckyGraph.Orders.Inventory;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Carts;

[ObjectType<Cart>]
public static partial class CartNode
{
    /// <summary>What is in it, in the order in which it was put there.</summary>
    public static async Task<IReadOnlyList<CartLine>> GetLinesAsync([Parent] Cart cart, ILinesByCartIdDataLoader lines, CancellationToken ct)
        => await lines.LoadAsync(cart.Id, ct) ?? [];

    /// <summary>How many pieces are in it.</summary>
    public static async Task<int> GetQuantityAsync([Parent] Cart cart, ILinesByCartIdDataLoader lines, CancellationToken ct)
        => (await lines.LoadAsync(cart.Id, ct) ?? []).Sum(l => l.Quantity);

    /// <summary>What it costs at today's prices; null when it is empty.</summary>
    public static async Task<Money?> GetSubtotalAsync(
        [Parent] Cart cart, ILinesByCartIdDataLoader lines, ISnapshotByVariantIdDataLoader variants, CancellationToken ct)
    {
        var all = await lines.LoadAsync(cart.Id, ct) ?? [];
        if (cart.CurrencyCode is not { } currency || all.Length == 0)
        {
            return null;
        }

        var snapshots = await variants.LoadAsync([.. all.Select(l => l.VariantId)], ct);
        var total = Money.Zero(currency);
        for (var i = 0; i < all.Length; i++)
        {
            total += new Money(snapshots[i]?.CurrencyCode == currency ? snapshots[i]!.PriceMinor : all[i].UnitPriceMinor, currency) * all[i].Quantity;
        }

        return total;
    }

    /// <summary>What to know before checking out.</summary>
    public static async Task<IReadOnlyList<CartWarning>> GetWarningsAsync(
        [Parent] Cart cart, ILinesByCartIdDataLoader lines, ISnapshotByVariantIdDataLoader variants, IAvailableByVariantIdDataLoader stock,
        CancellationToken ct)
    {
        var all = await lines.LoadAsync(cart.Id, ct) ?? [];
        if (cart.Status != CartStatus.Open || all.Length == 0)
        {
            return [];
        }

        var ids = all.Select(l => l.VariantId).ToList();
        var loading = stock.LoadAsync(ids, ct);
        var snapshots = await variants.LoadAsync(ids, ct);
        var available = await loading;
        var warnings = new List<CartWarning>();
        for (var i = 0; i < all.Length; i++)
        {
            var line = all[i];
            if (snapshots[i] is not { OnSale: true } variant)
            {
                warnings.Add(new CartWarning(CartWarningCode.Unavailable, "This is no longer sold.", line.Id, 0));
                continue;
            }

            if (available[i] < line.Quantity)
            {
                warnings.Add(new CartWarning(
                    CartWarningCode.InsufficientStock, $"Of \"{variant.Title}\" only {available[i]} are in stock.", line.Id, available[i]));
            }

            if (variant.PriceMinor != line.UnitPriceMinor || variant.CurrencyCode != cart.CurrencyCode)
            {
                warnings.Add(new CartWarning(
                    CartWarningCode.PriceChanged, $"\"{variant.Title}\" costs {variant.Price} now.", line.Id, null));
            }
        }

        return warnings;
    }
}

[ObjectType<CartLine>]
public static partial class CartLineNode
{
    /// <summary>The variant.</summary>
    public static ProductVariant? GetVariant([Parent(nameof(CartLine.VariantId))] CartLine line) => new(line.VariantId);

    /// <summary>Its title.</summary>
    public static async Task<string?> GetTitleAsync([Parent] CartLine line, ISnapshotByVariantIdDataLoader variants, CancellationToken ct)
        => (await variants.LoadAsync(line.VariantId, ct))?.Title;

    /// <summary>What one costs today; null when it is no longer sold.</summary>
    public static async Task<Money?> GetUnitPriceAsync([Parent] CartLine line, ISnapshotByVariantIdDataLoader variants, CancellationToken ct)
        => (await variants.LoadAsync(line.VariantId, ct))?.Price;

    /// <summary>What all of it costs today; null when it is no longer sold.</summary>
    public static async Task<Money?> GetTotalAsync([Parent] CartLine line, ISnapshotByVariantIdDataLoader variants, CancellationToken ct)
        => await variants.LoadAsync(line.VariantId, ct) is { } variant ? variant.Price * line.Quantity : null;
}

internal static class CartLoaders
{
    [DataLoader]
    public static async Task<ILookup<Guid, CartLine>> GetLinesByCartIdAsync(IReadOnlyList<Guid> cartIds, OrdersContext db, CancellationToken ct)
    {
        var lines = await db.CartLines.AsNoTracking().Where(l => cartIds.Contains(l.CartId)).OrderBy(l => l.CreatedAt).ThenBy(l => l.Id).ToListAsync(ct);
        return lines.ToLookup(l => l.CartId);
    }

    [DataLoader]
    public static async Task<Dictionary<Guid, VariantSnapshot>> GetSnapshotByVariantIdAsync(
        IReadOnlyList<Guid> variantIds, OrdersContext db, CancellationToken ct)
        => await db.VariantSnapshots.AsNoTracking().Where(v => variantIds.Contains(v.VariantId)).ToDictionaryAsync(v => v.VariantId, ct);
}
