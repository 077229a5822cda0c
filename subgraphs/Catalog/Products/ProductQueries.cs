using LuckyGraph.Catalog.Categories;
using LuckyGraph.Catalog.Data;
using LuckyGraph.Catalog.Sellers;
using LuckyGraph.Data;
using LuckyGraph.Engine;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Hosting.Identity;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Catalog.Products;

[QueryType]
public static partial class ProductQueries
{
    /// <summary>A product by its id or its slug. Null when there is none, or none that you may see.</summary>
    public static async Task<Product?> GetProductAsync(
        [ID<Product>] Guid? id, string? slug, IProductByIdDataLoader products, CatalogContext db, ViewerAccessor viewer, CancellationToken ct)
    {
        if ((id is null) == (slug is null))
        {
            throw new GraphQLException("Give either \"id\" or \"slug\".", ErrorCodes.Variables);
        }

        return id is { } key
            ? await products.LoadAsync(key, ct)
            : await db.Products.AsNoTracking().VisibleTo(viewer.Current).SingleOrDefaultAsync(p => p.Slug == slug, ct);
    }

    /// <summary>The products that you may see, newest first unless sorted otherwise.</summary>
    public static Task<PageConnection<Product>> GetProductsAsync(
        ProductFilter? filter,
        ProductSort? sort,
        PagingArguments paging,
        [IsSelected("totalCount")] bool counted,
        CatalogContext db,
        ViewerAccessor viewer,
        CancellationToken ct)
    {
        var products = db.Products.AsNoTracking().VisibleTo(viewer.Current);
        return (filter?.Apply(products, db) ?? products).ToPageAsync(ProductSort.OrderOf(sort), paging, counted, ct);
    }

    /// <summary>A product by its key.</summary>
    [Lookup, Internal]
    public static Task<Product?> GetProductByIdAsync([ID<Product>] Guid id, IProductByIdDataLoader products, CancellationToken ct)
        => products.LoadAsync(id, ct);

    /// <summary>A variant by its key.</summary>
    [Lookup]
    public static Task<ProductVariant?> GetProductVariantAsync([ID<ProductVariant>] Guid id, IVariantByIdDataLoader variants, CancellationToken ct)
        => variants.LoadAsync(id, ct);
}

[ObjectType<Product>]
public static partial class ProductNode
{
    /// <summary>Who sells it.</summary>
    public static Seller GetSeller([Parent(nameof(Product.SellerId))] Product product) => new(product.SellerId);

    public static async Task<Category?> GetCategoryAsync(
        [Parent(nameof(Product.CategoryId))] Product product, ICategoryByIdDataLoader categories, CancellationToken ct)
        => product.CategoryId is { } id ? await categories.LoadAsync(id, ct) : null;

    /// <summary>What can be bought of it.</summary>
    public static async Task<IReadOnlyList<ProductVariant>> GetVariantsAsync(
        [Parent(nameof(Product.Id))] Product product, IVariantsByProductIdDataLoader variants, CancellationToken ct)
        => await variants.LoadAsync(product.Id, ct) ?? [];

    /// <summary>Its pictures.</summary>
    public static async Task<IReadOnlyList<Media>> GetMediaAsync(
        [Parent(nameof(Product.Id))] Product product, IMediaByProductIdDataLoader media, CancellationToken ct)
        => await media.LoadAsync(product.Id, ct) ?? [];
}

[ObjectType<ProductVariant>]
public static partial class ProductVariantNode
{
    /// <summary>The product that it is a choice of.</summary>
    public static Task<Product?> GetProductAsync(
        [Parent(nameof(ProductVariant.ProductId))] ProductVariant variant, IProductByIdDataLoader products, CancellationToken ct)
        => products.LoadAsync(variant.ProductId, ct);
}
