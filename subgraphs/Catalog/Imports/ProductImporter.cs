using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using LuckyGraph.Catalog.Categories;
using LuckyGraph.Catalog.Data;
using LuckyGraph.Catalog.Products;
using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Hosting.Events;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Catalog.Imports;

/// <summary>
/// Takes feed rows, keyed by seller and SKU. Bad rows are told apart and left out; the good ones are written in one
/// transaction with their events. A row like the one imported last changes nothing, so that importing again is free.
/// </summary>
public sealed partial class ProductImporter(CatalogContext db, Outbox outbox, TimeProvider clock)
{
    public const int MaxRows = 100;

    public async Task<ProductImport> ImportAsync(
        Guid sellerId, IReadOnlyList<ProductRow> rows, CurrencyCode currency, bool dryRun, CancellationToken ct)
    {
        var (good, errors) = Sift(rows, currency);
        var variants = new List<ImportedVariant>(good.Count);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Also keeps two imports of one seller from creating the same SKU at once.
        var slugs = await SlugBook.OpenAsync(db, [.. good.Select(r => r.Row.Title)], ct);
        var skus = good.Select(r => r.Row.Sku).ToList();
        var known = await db.Variants.Where(v => v.SellerId == sellerId && skus.Contains(v.Sku)).ToDictionaryAsync(v => v.Sku, ct);
        var productIds = known.Values.Select(v => v.ProductId).Distinct().ToList();
        var products = await db.Products.Where(p => productIds.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);
        var siblings = (await db.Variants.Where(v => productIds.Contains(v.ProductId)).ToListAsync(ct)).ToLookup(v => v.ProductId);
        var now = clock.GetUtcNow();
        var changed = new List<(Product Product, ProductVariant Variant, ProductRow Row)>();
        foreach (var (number, row) in good)
        {
            var hash = Hash(row, currency);
            if (!known.TryGetValue(row.Sku, out var variant))
            {
                var product = Create(sellerId, row, slugs, now);
                variant = new ProductVariant
                {
                    Id = Guid.CreateVersion7(now),
                    ProductId = product.Id,
                    SellerId = sellerId,
                    Sku = row.Sku,
                    CurrencyCode = currency,
                    FeedHash = hash,
                    CreatedAt = now,
                };
                changed.Add((product, variant, row));
                variants.Add(new ImportedVariant(number, row.Sku, dryRun ? null : variant.Id, dryRun ? null : product.Id, ImportOutcome.Created));
                continue;
            }

            var owner = products[variant.ProductId];
            var outcome = variant.FeedHash?.AsSpan().SequenceEqual(hash) == true ? ImportOutcome.Unchanged : ImportOutcome.Updated;
            if (outcome == ImportOutcome.Updated)
            {
                if (owner.Status == ProductStatus.Archived)
                {
                    errors.Add(new ImportRowError(number, row.Sku, "The product is archived and can no longer change."));
                    continue;
                }

                if (siblings[owner.Id].Any(v => v.Id != variant.Id && v.CurrencyCode != currency))
                {
                    errors.Add(new ImportRowError(number, row.Sku, $"The product's other variants are not priced in {currency.Code()}."));
                    continue;
                }

                variant.FeedHash = hash;
                changed.Add((owner, variant, row));
            }

            variants.Add(new ImportedVariant(number, row.Sku, variant.Id, owner.Id, outcome));
        }

        if (!dryRun && changed.Count > 0)
        {
            await WriteAsync(changed, siblings, currency, now, ct);
            await transaction.CommitAsync(ct);
        }

        errors.Sort((a, b) => a.Row.CompareTo(b.Row));
        return new ProductImport(
            variants.Count(v => v.Outcome == ImportOutcome.Created),
            variants.Count(v => v.Outcome == ImportOutcome.Updated),
            variants.Count(v => v.Outcome == ImportOutcome.Unchanged),
            errors.Count,
            dryRun,
            variants,
            errors);
    }

    private static (List<(int Number, ProductRow Row)> Good, List<ImportRowError> Errors) Sift(IReadOnlyList<ProductRow> rows, CurrencyCode currency)
    {
        var good = new List<(int, ProductRow)>(rows.Count);
        var errors = new List<ImportRowError>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var number = row.Row ?? i + 1;
            var problem = Problem(row, currency);
            if (problem is null && !seen.TryAdd(row.Sku, number))
            {
                problem = $"The SKU \"{row.Sku}\" occurs already in row {seen[row.Sku]}.";
            }

            if (problem is null)
            {
                good.Add((number, row));
            }
            else
            {
                errors.Add(new ImportRowError(number, row.Sku, problem));
            }
        }

        return (good, errors);
    }

    private static string? Problem(ProductRow row, CurrencyCode currency)
        => ProductRules.SkuProblem(row.Sku)
        ?? ProductRules.TitleProblem(row.Title)
        ?? ProductRules.PriceProblem(row.Price, currency)
        ?? (row.Description?.Length > ProductRules.MaxDescription ? $"The description is longer than {ProductRules.MaxDescription} characters." : null)
        ?? (row.Category is { } category && !CategorySlug().IsMatch(category) ? $"The category \"{category}\" is no slug: lower-case letters, digits and hyphens, at most 80." : null)
        ?? (row.DiscountPercentage is < 0 or > ProductRules.MaxDiscount ? "The discount is not at least 0 and below 100 percent." : null)
        ?? (row.Rating is < 0 or > 5 ? "The rating is not between 0 and 5." : null)
        ?? (row.WeightGrams is < 0 or >= 1_000_000_000 ? "The weight is negative or too high." : null)
        ?? (row.Dimensions is { } size && (Bad(size.Width) || Bad(size.Height) || Bad(size.Depth)) ? "A dimension is negative or too high." : null)
        ?? (row.Brand?.Length > ProductRules.MaxTitle ? "The brand is too long." : null)
        ?? (row.Attributes?.Count > ProductRules.MaxTags ? $"More than {ProductRules.MaxTags} attributes." : null)
        ?? ProductRules.TagsProblem(row.Tags)
        ?? ProductRules.MediaProblem(row.Images)
        ?? (row.Thumbnail is { } thumbnail ? ProductRules.UrlProblem(thumbnail) : null);

    private static bool Bad(decimal millimetres) => millimetres is < 0 or >= 1_000_000_000;

    private static Product Create(Guid sellerId, ProductRow row, SlugBook slugs, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var product = new Product
        {
            Id = id,
            SellerId = sellerId,
            Title = row.Title,
            Slug = slugs.Take(row.Title, id.ToString("N")[^8..]),
            CreatedAt = now,
        };
        product.MoveTo(ProductStatus.Published, now);
        return product;
    }

    private async Task WriteAsync(
        List<(Product Product, ProductVariant Variant, ProductRow Row)> changed, ILookup<Guid, ProductVariant> siblings,
        CurrencyCode currency, DateTimeOffset now, CancellationToken ct)
    {
        var categories = await CategoriesAsync(changed.Select(c => c.Row.Category), now, ct);
        var ids = changed.Select(c => c.Product.Id).ToList();
        await db.Media.Where(m => ids.Contains(m.ProductId)).ExecuteDeleteAsync(ct);
        foreach (var (product, variant, row) in changed)
        {
            if (product.Version == 0)
            {
                db.Add(product);
            }

            if (variant.Version == 0)
            {
                db.Add(variant);
            }

            Fill(product, row, categories, now);
            Fill(variant, row, currency);
            variant.Touch(now);
        }

        // Two rows may be variants of one product: it is told once, after both.
        foreach (var group in changed.GroupBy(c => c.Product))
        {
            List<ProductVariant> variants = [.. siblings[group.Key.Id].Union(group.Select(c => c.Variant))];
            group.Key.Summarize(variants);
            group.Key.Touch(now);
            outbox.Add(group.Key.ToEvent(variants));
        }

        await db.SaveChangesAsync(ct);
    }

    private void Fill(Product product, ProductRow row, Dictionary<string, Category> categories, DateTimeOffset now)
    {
        product.Title = row.Title;
        product.Describe(row.Description ?? "");
        product.CategoryId = row.Category is { } slug ? categories[slug].Id : null;
        product.Brand = row.Brand;
        product.Tags = [.. row.Tags ?? []];
        product.Attributes = [.. (row.Attributes ?? []).Select(a => new ProductAttribute(a.Name, a.Value))];
        product.Rating = decimal.Round(row.Rating ?? product.Rating, 2);
        product.ThumbnailUrl = row.Thumbnail ?? row.Images?.FirstOrDefault();
        product.TaxFree = row.TaxFree ?? product.TaxFree;
        db.AddMedia(product.Id, row.Images ?? [], now);
    }

    private static void Fill(ProductVariant variant, ProductRow row, CurrencyCode currency)
    {
        variant.CurrencyCode = currency;
        variant.PriceMinor = Money.FromAmount(row.Price, currency).Minor;
        variant.CompareAtPriceMinor = row.DiscountPercentage is > 0 and var percent
            ? Money.FromAmount(row.Price / (1 - percent / 100), currency).Minor
            : null;
        variant.Barcode = row.Barcode;
        variant.WeightGrams = row.WeightGrams;
        (variant.WidthMm, variant.HeightMm, variant.DepthMm) = (row.Dimensions?.Width, row.Dimensions?.Height, row.Dimensions?.Depth);
    }

    private async Task<Dictionary<string, Category>> CategoriesAsync(IEnumerable<string?> slugs, DateTimeOffset now, CancellationToken ct)
    {
        var wanted = slugs.OfType<string>().Distinct().ToList();
        var categories = await db.Categories.Where(c => wanted.Contains(c.Slug)).ToDictionaryAsync(c => c.Slug, ct);
        foreach (var slug in wanted.Where(slug => !categories.ContainsKey(slug)))
        {
            db.Add(categories[slug] = Category.OfSlug(slug, now));
        }

        return categories;
    }

    private static byte[] Hash(ProductRow row, CurrencyCode currency)
    {
        var values = new object?[]
        {
            row.Title, row.Description, row.Category, row.Price, row.DiscountPercentage, row.Brand, row.Tags, row.Rating, row.Barcode,
            row.WeightGrams, row.Dimensions, row.Images, row.Thumbnail, row.Attributes, row.TaxFree, currency,
        };
        return SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(values, EventEnvelope.Json));
    }

    [GeneratedRegex("^(?=.{1,80}$)[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex CategorySlug();
}
