using LuckyGraph.Hosting.Identity;

namespace LuckyGraph.Catalog.Products;

/// <summary>Who sees which products: everybody the published ones, a seller also their own, an administrator all.</summary>
internal static class ProductVisibility
{
    public static IQueryable<Product> VisibleTo(this IQueryable<Product> products, Viewer? viewer)
    {
        if (viewer is { IsAdmin: true })
        {
            return products;
        }

        return viewer?.SellerId is { } sellerId
            ? products.Where(p => p.Status == ProductStatus.Published || p.SellerId == sellerId)
            : products.Where(p => p.Status == ProductStatus.Published);
    }
}
