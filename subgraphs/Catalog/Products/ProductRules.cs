using LuckyGraph.Catalog.Data;
using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Contracts.Events;

namespace LuckyGraph.Catalog.Products;

/// <summary>What products and variants must look like, however they come.</summary>
internal static class ProductRules
{
    public const int MaxTitle = 200;
    public const int MaxDescription = 20_000;
    public const int MaxSku = 64;
    public const int MaxTags = 30;
    public const int MaxTag = 50;
    public const int MaxMedia = 30;
    public const int MaxUrl = 2_000;
    /// <summary>In units of any currency: a cart full of them (100 lines of 999) stays far from 64 bits of minor units.</summary>
    public const decimal MaxPrice = 10_000_000_000m;
    /// <summary>In percent; beyond it the price to compare with grows without bounds.</summary>
    public const decimal MaxDiscount = 99.99m;

    public static void Check(ProductChanges changes, bool titleRequired)
    {
        if (changes.Title is not null || titleRequired)
        {
            Fail("title", TitleProblem(changes.Title));
        }

        Fail("description", changes.Description?.Length > MaxDescription ? $"At most {MaxDescription} characters." : null);
        Fail("brand", changes.Brand?.Length > MaxTitle ? $"At most {MaxTitle} characters." : null);
        Fail("tags", TagsProblem(changes.Tags));
        Fail("attributes", changes.Attributes?.Count > MaxTags ? $"At most {MaxTags} attributes." : null);
        Fail("mediaUrls", MediaProblem(changes.MediaUrls));
    }

    public static void Check(VariantChanges changes)
    {
        Fail("sku", SkuProblem(changes.Sku));
        Fail("price", PriceProblem(changes.Price, changes.Currency));
        Fail("compareAtPrice", changes.CompareAtPrice is { } price ? PriceProblem(price, changes.Currency) : null);
        Fail("title", changes.Title?.Length > MaxTitle ? $"At most {MaxTitle} characters." : null);
        Fail("weightGrams", changes.WeightGrams is < 0 or >= 1_000_000_000 ? "A weight is not negative and below a thousand tonnes." : null);
    }

    public static string? TitleProblem(string? title)
        => string.IsNullOrWhiteSpace(title) ? "The title is empty." : title.Length > MaxTitle ? $"The title is longer than {MaxTitle} characters." : null;

    public static string? SkuProblem(string? sku)
        => string.IsNullOrWhiteSpace(sku) ? "The SKU is empty." : sku.Length > MaxSku ? $"The SKU is longer than {MaxSku} characters." : null;

    public static string? PriceProblem(decimal price, CurrencyCode currency)
    {
        if (price is < 0 or > MaxPrice)
        {
            return "The price is negative or too high.";
        }

        // What cannot be paid exactly is refused, not rounded: a shop's price is what its customers are shown.
        return decimal.Round(price, currency.Decimals()) == price
            ? null
            : $"The price has more decimals than {currency.Code()} has ({currency.Decimals()}).";
    }

    public static string? TagsProblem(IReadOnlyList<string>? tags)
        => tags?.Count > MaxTags ? $"More than {MaxTags} tags."
            : tags?.Any(t => string.IsNullOrWhiteSpace(t) || t.Length > MaxTag) == true ? $"A tag is empty or longer than {MaxTag} characters."
            : null;

    public static string? MediaProblem(IReadOnlyList<string>? urls)
        => urls?.Count > MaxMedia ? $"More than {MaxMedia} pictures." : urls?.Select(UrlProblem).FirstOrDefault(p => p is not null);

    public static string? UrlProblem(string url)
        => url.Length <= MaxUrl && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? null
            : "A picture's address is not an absolute http(s) URL.";

    /// <summary>The product as other subgraphs hear of it.</summary>
    public static ProductChanged ToEvent(this Product product, IReadOnlyList<ProductVariant> variants) => new(
        product.Id,
        product.SellerId,
        product.Status.ToGraphQLName(),
        product.Title,
        [.. variants.Select(v => new ProductChangedVariant(v.Id, v.Sku, v.Title.Length == 0 ? null : v.Title, v.PriceMinor, v.CurrencyCode))],
        product.Version,
        product.TaxFree,
        product.ThumbnailUrl);

    public static void AddMedia(this CatalogContext db, Guid productId, IReadOnlyList<string> urls, DateTimeOffset now)
    {
        for (var i = 0; i < urls.Count; i++)
        {
            db.Add(new Media { Id = Guid.CreateVersion7(now), ProductId = productId, Url = urls[i], Position = i, CreatedAt = now });
        }
    }

    private static void Fail(string field, string? problem)
    {
        if (problem is not null)
        {
            throw ValidationFailedException.Field(field, problem);
        }
    }
}
