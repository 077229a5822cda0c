using LuckyGraph.Contracts;
using LuckyGraph.Engine;

namespace LuckyGraph.Catalog.Products;

/// <summary>What can be bought: one choice of a product's options, with its own price and stock.</summary>
public sealed class ProductVariant
{
    [ID]
    public required Guid Id { get; init; }
    [GraphQLIgnore]
    public required Guid ProductId { get; init; }
    [GraphQLIgnore]
    public required Guid SellerId { get; init; }
    /// <summary>The seller's stock keeping unit; unique per seller.</summary>
    public required string Sku { get; init; }
    public string Title { get; set; } = "";
    public List<VariantOption> OptionValues { get; set; } = [];
    [GraphQLIgnore]
    public long PriceMinor { get; set; }
    [GraphQLIgnore]
    public long? CompareAtPriceMinor { get; set; }
    [GraphQLIgnore]
    public CurrencyCode CurrencyCode { get; set; }
    public string? Barcode { get; set; }
    public decimal? WeightGrams { get; set; }
    [GraphQLIgnore]
    public decimal? WidthMm { get; set; }
    [GraphQLIgnore]
    public decimal? HeightMm { get; set; }
    [GraphQLIgnore]
    public decimal? DepthMm { get; set; }
    public int Position { get; set; }
    [GraphQLIgnore]
    public byte[]? FeedHash { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; private set; }
    public int Version { get; private set; }

    /// <summary>What one costs, value added tax included.</summary>
    public Money Price => new(PriceMinor, CurrencyCode);
    /// <summary>What it cost before, or is usually sold for.</summary>
    public Money? CompareAtPrice => CompareAtPriceMinor is { } minor ? new Money(minor, CurrencyCode) : null;
    public Dimensions? Dimensions => WidthMm is { } width && HeightMm is { } height && DepthMm is { } depth
        ? new Dimensions(width, height, depth)
        : null;

    internal void Touch(DateTimeOffset now)
    {
        UpdatedAt = now;
        Version++;
    }
}

/// <summary>One choice, such as size L.</summary>
/// <param name="Name">What is chosen: size, colour.</param>
/// <param name="Value">The choice.</param>
public sealed record VariantOption(string Name, string Value);

/// <summary>The size of the packed goods in millimetres.</summary>
/// <param name="Width">From left to right.</param>
/// <param name="Height">From bottom to top.</param>
/// <param name="Depth">From front to back.</param>
public sealed record Dimensions(decimal Width, decimal Height, decimal Depth);

/// <summary>A picture of a product.</summary>
public sealed class Media
{
    [ID]
    public required Guid Id { get; init; }
    [GraphQLIgnore]
    public required Guid ProductId { get; init; }
    public required string Url { get; init; }
    public string? Alt { get; init; }
    public int Position { get; init; }
    [GraphQLIgnore]
    public required DateTimeOffset CreatedAt { get; init; }
}
