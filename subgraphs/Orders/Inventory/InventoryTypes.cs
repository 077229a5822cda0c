using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;
using LuckyGraph.Orders.Data;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Inventory;

/// <summary>What can be bought.</summary>
/// <param name="Id">The variant.</param>
[EntityKey("id")]
public sealed record ProductVariant([property: ID] Guid Id);

/// <summary>Whether something can be bought now.</summary>
/// <param name="Available">How many can be bought.</param>
public sealed record Availability(int Available)
{
    /// <summary>Whether at least one can be bought.</summary>
    public bool InStock => Available > 0;
}

[ObjectType<ProductVariant>]
public static partial class ProductVariantNode
{
    /// <summary>How many of it can be bought now.</summary>
    public static async Task<Availability?> GetAvailabilityAsync(
        [Parent(nameof(ProductVariant.Id))] ProductVariant variant, IAvailableByVariantIdDataLoader available, CancellationToken ct)
        => new(await available.LoadAsync(variant.Id, ct));
}

[QueryType]
public static partial class InventoryQueries
{
    /// <summary>The stock's part of a variant.</summary>
    [Lookup, Internal]
    public static ProductVariant? GetProductVariantById([ID<ProductVariant>] Guid id) => new(id);
}

[MutationType]
public static partial class InventoryMutations
{
    /// <summary>
    /// Says how many of up to 100 variants a seller's feed counts. What the feed said last is remembered and the difference
    /// applied: the same feed again changes nothing, and what was sold in between stays sold.
    /// </summary>
    /// <param name="lines">The variants, by id or SKU, and their quantities.</param>
    /// <param name="sellerId">Whose SKUs they are; administrators need it for SKUs, sellers never.</param>
    /// <param name="idempotencyKey">The same key again answers as the first call did.</param>
    /// <param name="viewer">The caller.</param>
    /// <param name="desk">Where sellers say what they have.</param>
    /// <param name="ct">Ends the call.</param>
    [Authorize(Roles = [Role.Seller, Role.Admin])]
    [Error<ValidationFailedException>]
    [Error<ConflictException>]
    [Error<IdempotencyKeyReusedException>]
    public static Task<InventoryUpdate> InventorySetAsync(
        IReadOnlyList<InventoryLine> lines, [ID("Seller")] Guid? sellerId, Guid idempotencyKey,
        Viewer viewer, InventoryDesk desk, CancellationToken ct)
        => desk.SetAsync(viewer, sellerId, lines, idempotencyKey, ct);
}

internal static class InventoryLoaders
{
    /// <summary>How many can be bought, over all locations.</summary>
    [DataLoader]
    public static async Task<Dictionary<Guid, int>> GetAvailableByVariantIdAsync(IReadOnlyList<Guid> variantIds, OrdersContext db, CancellationToken ct)
        => await db.InventoryLevels
            .Where(l => variantIds.Contains(l.VariantId))
            .GroupBy(l => l.VariantId)
            .Select(levels => new { VariantId = levels.Key, Available = levels.Sum(l => l.OnHand - l.Reserved) })
            .ToDictionaryAsync(l => l.VariantId, l => l.Available, ct);
}
