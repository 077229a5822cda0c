using LuckyGraph.Catalog.Data;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Catalog.Products;

internal static class ProductLoaders
{
    /// <summary>The products that the caller may see.</summary>
    [DataLoader]
    public static async Task<Dictionary<Guid, Product>> GetProductByIdAsync(
        IReadOnlyList<Guid> ids, CatalogContext db, ViewerAccessor viewer, CancellationToken ct)
        => await db.Products.AsNoTracking().VisibleTo(viewer.Current).Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);

    /// <summary>The variants whose products the caller may see.</summary>
    [DataLoader]
    public static async Task<Dictionary<Guid, ProductVariant>> GetVariantByIdAsync(
        IReadOnlyList<Guid> ids, CatalogContext db, ViewerAccessor viewer, CancellationToken ct)
    {
        var visible = db.Products.VisibleTo(viewer.Current);
        return await db.Variants.AsNoTracking()
            .Where(v => ids.Contains(v.Id) && visible.Any(p => p.Id == v.ProductId))
            .ToDictionaryAsync(v => v.Id, ct);
    }

    /// <summary>The variants of products, which the caller sees already, in their order.</summary>
    [DataLoader]
    public static async Task<ILookup<Guid, ProductVariant>> GetVariantsByProductIdAsync(
        IReadOnlyList<Guid> productIds, CatalogContext db, CancellationToken ct)
    {
        var variants = await db.Variants.AsNoTracking()
            .Where(v => productIds.Contains(v.ProductId))
            .OrderBy(v => v.Position).ThenBy(v => v.Id)
            .ToListAsync(ct);
        return variants.ToLookup(v => v.ProductId);
    }

    /// <summary>The pictures of products, in their order.</summary>
    [DataLoader]
    public static async Task<ILookup<Guid, Media>> GetMediaByProductIdAsync(
        IReadOnlyList<Guid> productIds, CatalogContext db, CancellationToken ct)
    {
        var media = await db.Media.AsNoTracking()
            .Where(m => productIds.Contains(m.ProductId))
            .OrderBy(m => m.Position).ThenBy(m => m.Id)
            .ToListAsync(ct);
        return media.ToLookup(m => m.ProductId);
    }
}
