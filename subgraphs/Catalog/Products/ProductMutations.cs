using LuckyGraph.Catalog.Categories;
using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;

namespace LuckyGraph.Catalog.Products;

[MutationType]
public static partial class ProductMutations
{
    /// <summary>Starts a product as a draft that only you see.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="description">Its description as plain text.</param>
    /// <param name="categoryId">Its place in the tree of goods.</param>
    /// <param name="brand">Its brand.</param>
    /// <param name="tags">Words to find it by.</param>
    /// <param name="attributes">Its properties.</param>
    /// <param name="mediaUrls">Its pictures; the first is the thumbnail.</param>
    /// <param name="taxFree">Whether no value added tax is in its price.</param>
    /// <param name="sellerId">Whose product it is; administrators must say, sellers need not.</param>
    /// <param name="viewer">The caller.</param>
    /// <param name="desk">Where products change.</param>
    /// <param name="ct">Ends the call.</param>
    [Authorize(Roles = [Role.Seller, Role.Admin])]
    [Error<ValidationFailedException>]
    [Error<NotFoundException>]
    public static Task<Product> ProductCreateAsync(
        string title, string? description, [ID<Category>] Guid? categoryId, string? brand, IReadOnlyList<string>? tags,
        IReadOnlyList<ProductAttributeInput>? attributes, IReadOnlyList<string>? mediaUrls, bool? taxFree, [ID("Seller")] Guid? sellerId,
        Viewer viewer, ProductDesk desk, CancellationToken ct)
        => desk.CreateAsync(
            viewer, sellerId, new ProductChanges(title, description, categoryId, brand, tags, attributes, mediaUrls, taxFree), ct);

    /// <summary>Changes what is given of a product.</summary>
    [Authorize(Roles = [Role.Seller, Role.Admin])]
    [Error<ValidationFailedException>]
    [Error<NotFoundException>]
    [Error<ConflictException>]
    [Error<InvalidTransitionException>]
    public static Task<Product> ProductUpdateAsync(
        [ID<Product>] Guid productId, int expectedVersion, string? title, string? description, [ID<Category>] Guid? categoryId, string? brand,
        IReadOnlyList<string>? tags, IReadOnlyList<ProductAttributeInput>? attributes, IReadOnlyList<string>? mediaUrls, bool? taxFree,
        Viewer viewer, ProductDesk desk, CancellationToken ct)
        => desk.UpdateAsync(
            viewer, productId, expectedVersion,
            new ProductChanges(title, description, categoryId, brand, tags, attributes, mediaUrls, taxFree), ct);

    /// <summary>Offers a product to everybody; it needs a variant.</summary>
    [Authorize(Roles = [Role.Seller, Role.Admin])]
    [Error<ValidationFailedException>]
    [Error<NotFoundException>]
    [Error<ConflictException>]
    [Error<InvalidTransitionException>]
    public static Task<Product> ProductPublishAsync(
        [ID<Product>] Guid productId, int expectedVersion, Viewer viewer, ProductDesk desk, CancellationToken ct)
        => desk.MoveAsync(viewer, productId, expectedVersion, ProductStatus.Published, ct);

    /// <summary>Takes a product off sale for now.</summary>
    [Authorize(Roles = [Role.Seller, Role.Admin])]
    [Error<NotFoundException>]
    [Error<ConflictException>]
    [Error<InvalidTransitionException>]
    public static Task<Product> ProductUnpublishAsync(
        [ID<Product>] Guid productId, int expectedVersion, Viewer viewer, ProductDesk desk, CancellationToken ct)
        => desk.MoveAsync(viewer, productId, expectedVersion, ProductStatus.Unpublished, ct);

    /// <summary>Ends a product for good.</summary>
    [Authorize(Roles = [Role.Seller, Role.Admin])]
    [Error<NotFoundException>]
    [Error<ConflictException>]
    [Error<InvalidTransitionException>]
    public static Task<Product> ProductArchiveAsync(
        [ID<Product>] Guid productId, int expectedVersion, Viewer viewer, ProductDesk desk, CancellationToken ct)
        => desk.MoveAsync(viewer, productId, expectedVersion, ProductStatus.Archived, ct);

    /// <summary>Adds a variant to a product, or changes the one with that SKU.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="sku">The seller's stock keeping unit.</param>
    /// <param name="title">What tells it from the product's other variants.</param>
    /// <param name="price">What one costs, value added tax included.</param>
    /// <param name="currency">The currency of both prices; all variants of a product share it.</param>
    /// <param name="compareAtPrice">What it cost before.</param>
    /// <param name="optionValues">The choices that make it.</param>
    /// <param name="barcode">Its barcode.</param>
    /// <param name="weightGrams">Its packed weight in grams.</param>
    /// <param name="expectedVersion">The variant's version that you read; leave it out to add a variant.</param>
    /// <param name="viewer">The caller.</param>
    /// <param name="desk">Where products change.</param>
    /// <param name="ct">Ends the call.</param>
    [Authorize(Roles = [Role.Seller, Role.Admin])]
    [Error<ValidationFailedException>]
    [Error<NotFoundException>]
    [Error<ConflictException>]
    [Error<InvalidTransitionException>]
    public static Task<ProductVariant> VariantUpsertAsync(
        [ID<Product>] Guid productId, string sku, string? title, decimal price, CurrencyCode currency, decimal? compareAtPrice,
        IReadOnlyList<VariantOptionInput>? optionValues, string? barcode, decimal? weightGrams, int? expectedVersion,
        Viewer viewer, ProductDesk desk, CancellationToken ct)
        => desk.UpsertVariantAsync(
            viewer, productId, expectedVersion,
            new VariantChanges(sku, title, price, currency, compareAtPrice, optionValues, barcode, weightGrams), ct);
}

/// <summary>A property of a product.</summary>
public sealed class ProductAttributeInput
{
    public required string Name { get; init; }
    public required string Value { get; init; }
}

/// <summary>One choice of a variant.</summary>
public sealed class VariantOptionInput
{
    public required string Name { get; init; }
    public required string Value { get; init; }
}
