using LuckyGraph.Catalog.Data;
using LuckyGraph.Catalog.Products;
using LuckyGraph.Data;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Catalog.Sellers;

/// <summary>Who sells products.</summary>
/// <param name="Id">The seller.</param>
[EntityKey("id")]
public sealed record Seller([property: ID] Guid Id);

[ObjectType<Seller>]
public static partial class SellerNode
{
    /// <summary>The seller's products that you may see.</summary>
    public static async Task<PageConnection<Product>?> GetProductsAsync(
        [Parent] Seller seller,
        ProductFilter? filter,
        ProductSort? sort,
        PagingArguments paging,
        [IsSelected("totalCount")] bool counted,
        CatalogContext db,
        ViewerAccessor viewer,
        CancellationToken ct)
    {
        var products = db.Products.AsNoTracking().VisibleTo(viewer.Current).Where(p => p.SellerId == seller.Id);
        return await (filter?.Apply(products, db) ?? products).ToPageAsync(ProductSort.OrderOf(sort), paging, counted, ct);
    }
}

[QueryType]
public static partial class SellerQueries
{
    /// <summary>The catalog's part of a seller.</summary>
    [Lookup, Internal]
    public static Seller? GetSellerById([ID<Seller>] Guid id) => new(id);
}
