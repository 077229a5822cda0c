using LuckyGraph.Engine;

namespace LuckyGraph.Catalog.Imports;

/// <summary>One row of a product feed: a product with one variant.</summary>
[InputObjectType(Name = "ProductRowInput")]
public sealed class ProductRow
{
    /// <summary>The row's number in the feed, for messages; its place in this call, from 1, otherwise.</summary>
    public int? Row { get; init; }
    public required string Sku { get; init; }
    public required string Title { get; init; }
    /// <summary>Plain text.</summary>
    public string? Description { get; init; }
    /// <summary>The category's slug; a category that does not exist yet is made.</summary>
    public string? Category { get; init; }
    /// <summary>What one costs, value added tax included.</summary>
    public required decimal Price { get; init; }
    /// <summary>By how many percent the price lies below the usual one, from which the price to compare with is reckoned.</summary>
    public decimal? DiscountPercentage { get; init; }
    public string? Brand { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
    /// <summary>The average rating to start with, 0 to 5.</summary>
    public decimal? Rating { get; init; }
    public string? Barcode { get; init; }
    public decimal? WeightGrams { get; init; }
    public RowDimensions? Dimensions { get; init; }
    public IReadOnlyList<string>? Images { get; init; }
    public string? Thumbnail { get; init; }
    /// <summary>Everything else worth showing, such as the warranty.</summary>
    public IReadOnlyList<Products.ProductAttributeInput>? Attributes { get; init; }
    public bool? TaxFree { get; init; }
}

/// <summary>A packed size in millimetres.</summary>
[InputObjectType(Name = "DimensionsInput")]
public sealed class RowDimensions
{
    public required decimal Width { get; init; }
    public required decimal Height { get; init; }
    public required decimal Depth { get; init; }
}

/// <summary>What became of an import.</summary>
/// <param name="Created">Products that are new.</param>
/// <param name="Updated">Products whose row differs from the one imported last.</param>
/// <param name="Unchanged">Products whose row is the one imported last.</param>
/// <param name="Failed">Rows that were left out.</param>
/// <param name="DryRun">Whether nothing was written.</param>
/// <param name="Variants">The variants of the good rows, in the order of the rows.</param>
/// <param name="RowErrors">The rows that were left out, and why.</param>
public sealed record ProductImport(
    int Created, int Updated, int Unchanged, int Failed, bool DryRun,
    IReadOnlyList<ImportedVariant> Variants, IReadOnlyList<ImportRowError> RowErrors);

/// <summary>A row that was taken.</summary>
/// <param name="Row">The row's number.</param>
/// <param name="Sku">Its SKU.</param>
/// <param name="VariantId">The variant; null when a dry run would have made it.</param>
/// <param name="ProductId">The product; null when a dry run would have made it.</param>
/// <param name="Outcome">What happened.</param>
public sealed record ImportedVariant(
    int Row, string Sku,
    [property: ID<Products.ProductVariant>] Guid? VariantId,
    [property: ID<Products.Product>] Guid? ProductId,
    ImportOutcome Outcome);

/// <summary>What became of a good row.</summary>
public enum ImportOutcome
{
    Created,
    Updated,
    Unchanged,
}

/// <summary>A row that was left out.</summary>
/// <param name="Row">The row's number.</param>
/// <param name="Sku">Its SKU, as given.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record ImportRowError(int Row, string Sku, string Reason);
