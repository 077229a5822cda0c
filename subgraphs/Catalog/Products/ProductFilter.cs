using LuckyGraph.Catalog.Data;
using LuckyGraph.Contracts;
using LuckyGraph.Data;
using LuckyGraph.Engine;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Catalog.Products;

/// <summary>Which products; what is left out does not restrict, and an empty list matches nothing.</summary>
[InputObjectType(Name = "ProductFilter")]
public sealed class ProductFilter
{
    /// <summary>In this category or below it.</summary>
    [ID<Categories.Category>]
    public Guid? CategoryId { get; init; }
    [ID("Seller")]
    public Guid? SellerId { get; init; }
    public PriceRange? Price { get; init; }
    /// <summary>With at least one of these tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }
    public IReadOnlyList<ProductStatus>? Status { get; init; }
    /// <summary>Words that must all occur in the title, brand or description.</summary>
    public string? Query { get; init; }

    internal IQueryable<Product> Apply(IQueryable<Product> products, CatalogContext db)
    {
        if (CategoryId is { } categoryId)
        {
            products = products.Where(p => db.Categories.Any(top => top.Id == categoryId && db.Categories.Any(c =>
                c.Id == p.CategoryId && (c.Path == top.Path || c.Path.StartsWith(top.Path + ".")))));
        }

        if (SellerId is { } sellerId)
        {
            products = products.Where(p => p.SellerId == sellerId);
        }

        if (Price is { } price)
        {
            var min = price.Min is { } lowest ? Money.FromAmount(Within(lowest), price.Currency).Minor : 0;
            var max = price.Max is { } highest ? Money.FromAmount(Within(highest), price.Currency).Minor : long.MaxValue;
            var currency = price.Currency;
            // Some variant may lie in the range although the lowest price does not: ranges must overlap.
            products = products.Where(p => p.CurrencyCode == currency && p.MinPriceMinor <= max && p.MaxPriceMinor >= min);
        }

        if (Tags is { } tags)
        {
            var any = tags.ToList();
            products = products.Where(p => p.Tags.Any(tag => any.Contains(tag)));
        }

        if (Status is { } status)
        {
            var any = status.ToList();
            products = products.Where(p => any.Contains(p.Status));
        }

        foreach (var word in (Query ?? "").Split((char[]?)null, 8, StringSplitOptions.RemoveEmptyEntries))
        {
            var pattern = "%" + word.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_") + "%";
            products = products.Where(p => EF.Functions.ILike(p.Title, pattern, @"\")
                || EF.Functions.ILike(p.DescriptionHtml, pattern, @"\")
                || (p.Brand != null && EF.Functions.ILike(p.Brand, pattern, @"\")));
        }

        return products;
    }

    /// <summary>The same range of prices, in numbers that minor units can hold: no price is negative or beyond the highest.</summary>
    private static decimal Within(decimal amount) => Math.Clamp(amount, -1, ProductRules.MaxPrice + 1);
}

/// <summary>Prices in one currency, both ends included.</summary>
[InputObjectType(Name = "PriceRangeInput")]
public sealed class PriceRange
{
    public decimal? Min { get; init; }
    public decimal? Max { get; init; }
    public required CurrencyCode Currency { get; init; }
}

/// <summary>In which order.</summary>
[InputObjectType(Name = "ProductSort")]
public sealed class ProductSort
{
    public required ProductSortField Field { get; init; }
    /// <summary>Left out: newest and best rated first, prices and titles rising.</summary>
    public SortDirection? Direction { get; init; }

    private static readonly Dictionary<(ProductSortField, SortDirection), PageOrder<Product>> _orders = new()
    {
        // The id is a UUIDv7: it grows with time.
        [(ProductSortField.Newest, SortDirection.Asc)] = PageOrder<Product>.By(p => p.Id),
        [(ProductSortField.Newest, SortDirection.Desc)] = PageOrder<Product>.By(p => p.Id, descending: true),
        [(ProductSortField.Price, SortDirection.Asc)] = PageOrder<Product>.By(p => p.SortPriceMinor).ThenBy(p => p.Id),
        [(ProductSortField.Price, SortDirection.Desc)] = PageOrder<Product>.By(p => p.SortPriceMinor, descending: true).ThenBy(p => p.Id, descending: true),
        [(ProductSortField.Title, SortDirection.Asc)] = PageOrder<Product>.By(p => p.Title).ThenBy(p => p.Id),
        [(ProductSortField.Title, SortDirection.Desc)] = PageOrder<Product>.By(p => p.Title, descending: true).ThenBy(p => p.Id, descending: true),
        [(ProductSortField.Rating, SortDirection.Asc)] = PageOrder<Product>.By(p => p.Rating).ThenBy(p => p.Id),
        [(ProductSortField.Rating, SortDirection.Desc)] = PageOrder<Product>.By(p => p.Rating, descending: true).ThenBy(p => p.Id),
    };

    internal static PageOrder<Product> OrderOf(ProductSort? sort)
    {
        var field = sort?.Field ?? ProductSortField.Newest;
        var direction = sort?.Direction
            ?? (field is ProductSortField.Newest or ProductSortField.Rating ? SortDirection.Desc : SortDirection.Asc);
        return _orders[(field, direction)];
    }
}

/// <summary>What products are sorted by.</summary>
public enum ProductSortField
{
    /// <summary>When they were created.</summary>
    Newest,
    /// <summary>Their lowest price.</summary>
    Price,
    Title,
    Rating,
}
