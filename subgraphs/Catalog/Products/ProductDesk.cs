using LuckyGraph.Catalog.Data;
using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Hosting.Events;
using LuckyGraph.Hosting.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LuckyGraph.Catalog.Products;

/// <summary>What a product's editor gives; null leaves as it is.</summary>
public sealed record ProductChanges(
    string? Title, string? Description, Guid? CategoryId, string? Brand, IReadOnlyList<string>? Tags,
    IReadOnlyList<ProductAttributeInput>? Attributes, IReadOnlyList<string>? MediaUrls, bool? TaxFree);

/// <summary>What a variant's editor gives.</summary>
public sealed record VariantChanges(
    string Sku, string? Title, decimal Price, CurrencyCode Currency, decimal? CompareAtPrice,
    IReadOnlyList<VariantOptionInput>? OptionValues, string? Barcode, decimal? WeightGrams);

/// <summary>
/// Where products change: checks that the caller owns them and read the version that they change, and tells the other
/// subgraphs in the same transaction.
/// </summary>
public sealed class ProductDesk(CatalogContext db, Outbox outbox, TimeProvider clock)
{
    public async Task<Product> CreateAsync(Viewer viewer, Guid? sellerId, ProductChanges changes, CancellationToken ct)
    {
        var owner = OwnerOf(viewer, sellerId);
        ProductRules.Check(changes, titleRequired: true);
        await CheckCategoryAsync(changes.CategoryId, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var slugs = await SlugBook.OpenAsync(db, [changes.Title!], ct);
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var product = new Product
        {
            Id = id,
            SellerId = owner,
            Title = changes.Title!,
            Slug = slugs.Take(changes.Title!, id.ToString("N")[^8..]),
            CreatedAt = now,
        };
        db.Add(product);
        Apply(product, changes, now);
        await SaveAsync(product, [], now, ct);
        await transaction.CommitAsync(ct);
        return product;
    }

    public async Task<Product> UpdateAsync(Viewer viewer, Guid productId, int expectedVersion, ProductChanges changes, CancellationToken ct)
    {
        ProductRules.Check(changes, titleRequired: false);
        await CheckCategoryAsync(changes.CategoryId, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var (product, variants) = await LoadAsync(viewer, productId, expectedVersion, ct);
        if (product.Status == ProductStatus.Archived)
        {
            throw new InvalidTransitionException("An archived product can no longer change.", "ARCHIVED", "ARCHIVED");
        }

        var now = clock.GetUtcNow();
        if (changes.MediaUrls is not null)
        {
            await db.Media.Where(m => m.ProductId == productId).ExecuteDeleteAsync(ct);
        }

        Apply(product, changes, now);
        await SaveAsync(product, variants, now, ct);
        await transaction.CommitAsync(ct);
        return product;
    }

    public async Task<Product> MoveAsync(Viewer viewer, Guid productId, int expectedVersion, ProductStatus status, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var (product, variants) = await LoadAsync(viewer, productId, expectedVersion, ct);
        if (status == ProductStatus.Published && variants.Count == 0)
        {
            throw ValidationFailedException.Field("productId", "A product needs a variant before it can be published; add one with variantUpsert.");
        }

        var now = clock.GetUtcNow();
        product.MoveTo(status, now);
        await SaveAsync(product, variants, now, ct);
        await transaction.CommitAsync(ct);
        return product;
    }

    public async Task<ProductVariant> UpsertVariantAsync(
        Viewer viewer, Guid productId, int? expectedVersion, VariantChanges changes, CancellationToken ct)
    {
        ProductRules.Check(changes);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var (product, variants) = await LoadAsync(viewer, productId, expectedVersion: null, ct);
        if (product.Status == ProductStatus.Archived)
        {
            throw new InvalidTransitionException("An archived product can no longer change.", "ARCHIVED", "ARCHIVED");
        }

        var now = clock.GetUtcNow();
        var variant = variants.Find(v => v.Sku == changes.Sku);
        if (variants.Exists(v => v != variant && v.CurrencyCode != changes.Currency))
        {
            throw ValidationFailedException.Field("currency", $"The product's other variants are priced in {product.CurrencyCode!.Value.Code()}.");
        }

        if (variant is null)
        {
            if (expectedVersion is not null)
            {
                throw new NotFoundException($"The product has no variant with the SKU \"{changes.Sku}\".", ["input", "sku"]);
            }

            if (await db.Variants.AnyAsync(v => v.SellerId == product.SellerId && v.Sku == changes.Sku, ct))
            {
                throw ValidationFailedException.Field("sku", $"The SKU \"{changes.Sku}\" belongs to another product of this seller.");
            }

            variant = new ProductVariant
            {
                Id = Guid.CreateVersion7(now),
                ProductId = product.Id,
                SellerId = product.SellerId,
                Sku = changes.Sku,
                Position = variants.Count,
                CreatedAt = now,
            };
            db.Add(variant);
            variants.Add(variant);
        }
        else if (expectedVersion != variant.Version)
        {
            throw new ConflictException("The variant was changed since you read it; read it again.", variant.Version);
        }

        variant.Title = changes.Title ?? variant.Title;
        variant.PriceMinor = Money.FromAmount(changes.Price, changes.Currency).Minor;
        variant.CompareAtPriceMinor = changes.CompareAtPrice is { } compareAt ? Money.FromAmount(compareAt, changes.Currency).Minor : null;
        variant.CurrencyCode = changes.Currency;
        variant.Barcode = changes.Barcode ?? variant.Barcode;
        variant.WeightGrams = changes.WeightGrams ?? variant.WeightGrams;
        if (changes.OptionValues is { } options)
        {
            variant.OptionValues = [.. options.Select(o => new VariantOption(o.Name, o.Value))];
        }

        variant.Touch(now);
        await SaveAsync(product, variants, now, ct);
        await transaction.CommitAsync(ct);
        return variant;
    }

    private static Guid OwnerOf(Viewer viewer, Guid? sellerId)
    {
        if (viewer.IsAdmin)
        {
            return sellerId ?? throw ValidationFailedException.Field("sellerId", "Say whose product it is.");
        }

        var own = viewer.RequireSeller();
        return sellerId is null || sellerId == own ? own : throw new NotFoundException("There is no such seller.", ["input", "sellerId"]);
    }

    /// <summary>Reads a product for change. To who may not act for its seller it does not exist.</summary>
    private async Task<(Product Product, List<ProductVariant> Variants)> LoadAsync(
        Viewer viewer, Guid productId, int? expectedVersion, CancellationToken ct)
    {
        var product = await db.Products.FromSql($"SELECT * FROM product WHERE id = {productId} FOR UPDATE").SingleOrDefaultAsync(ct);
        if (product is null || !viewer.MayActFor(product.SellerId))
        {
            throw new NotFoundException("There is no such product.", ["input", "productId"]);
        }

        if (expectedVersion is { } version && version != product.Version)
        {
            throw new ConflictException("The product was changed since you read it; read it again.", product.Version);
        }

        return (product, await db.Variants.Where(v => v.ProductId == productId).OrderBy(v => v.Position).ToListAsync(ct));
    }

    private async Task CheckCategoryAsync(Guid? categoryId, CancellationToken ct)
    {
        if (categoryId is { } id && !await db.Categories.AnyAsync(c => c.Id == id, ct))
        {
            throw new NotFoundException("There is no such category.", ["input", "categoryId"]);
        }
    }

    private void Apply(Product product, ProductChanges changes, DateTimeOffset now)
    {
        product.Title = changes.Title ?? product.Title;
        if (changes.Description is { } description)
        {
            product.Describe(description);
        }

        product.CategoryId = changes.CategoryId ?? product.CategoryId;
        product.Brand = changes.Brand ?? product.Brand;
        product.TaxFree = changes.TaxFree ?? product.TaxFree;
        if (changes.Tags is { } tags)
        {
            product.Tags = [.. tags];
        }

        if (changes.Attributes is { } attributes)
        {
            product.Attributes = [.. attributes.Select(a => new ProductAttribute(a.Name, a.Value))];
        }

        if (changes.MediaUrls is { } urls)
        {
            product.ThumbnailUrl = urls.Count > 0 ? urls[0] : null;
            db.AddMedia(product.Id, urls, now);
        }
    }

    private async Task SaveAsync(Product product, List<ProductVariant> variants, DateTimeOffset now, CancellationToken ct)
    {
        product.Summarize(variants);
        product.Touch(now);
        outbox.Add(product.ToEvent(variants));
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw new ConflictException("Someone took that SKU a moment ago; read the product again.");
        }
    }
}
