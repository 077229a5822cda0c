using System.Net;
using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;

namespace LuckyGraph.Catalog.Products;

/// <summary>What a seller offers, in one or more variants.</summary>
public sealed class Product
{
    [ID]
    public required Guid Id { get; init; }
    [GraphQLIgnore]
    public required Guid SellerId { get; init; }
    [GraphQLIgnore]
    public Guid? CategoryId { get; set; }
    public required string Title { get; set; }
    /// <summary>The readable part of the product's address; unique.</summary>
    public required string Slug { get; set; }
    /// <summary>Safe to show as it is: sellers give plain text.</summary>
    public string DescriptionHtml { get; private set; } = "";
    public ProductStatus Status { get; private set; } = ProductStatus.Draft;
    public string? Brand { get; set; }
    public List<string> Tags { get; set; } = [];
    public List<ProductAttribute> Attributes { get; set; } = [];
    public string? ThumbnailUrl { get; set; }
    /// <summary>The average rating, 0 to 5; 0 without ratings.</summary>
    public decimal Rating { get; set; }
    public bool AgeRestricted { get; set; }
    public bool PickupOnly { get; set; }
    public bool TaxFree { get; set; }
    [GraphQLIgnore]
    public long? MinPriceMinor { get; private set; }
    [GraphQLIgnore]
    public long? MaxPriceMinor { get; private set; }
    [GraphQLIgnore]
    public CurrencyCode? CurrencyCode { get; private set; }
    [GraphQLIgnore]
    public long SortPriceMinor { get; private set; } = long.MaxValue;
    public DateTimeOffset? PublishedAt { get; private set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; private set; }
    /// <summary>Counts the changes of the product and its variants; give it as expectedVersion when you edit.</summary>
    public int Version { get; private set; }

    /// <summary>The lowest price of the variants.</summary>
    public Money? MinPrice => MinPriceMinor is { } minor ? new Money(minor, CurrencyCode!.Value) : null;
    /// <summary>The highest price of the variants.</summary>
    public Money? MaxPrice => MaxPriceMinor is { } minor ? new Money(minor, CurrencyCode!.Value) : null;

    internal void MoveTo(ProductStatus status, DateTimeOffset now)
    {
        if (!CanMove(Status, status))
        {
            throw new InvalidTransitionException(
                $"A product that is {Status.ToGraphQLName()} cannot become {status.ToGraphQLName()}.",
                Status.ToGraphQLName(),
                status.ToGraphQLName());
        }

        if (status == ProductStatus.Published)
        {
            PublishedAt ??= now;
        }

        Status = status;
    }

    /// <summary>DRAFT → PUBLISHED ⇄ UNPUBLISHED; any of them → ARCHIVED, which is final.</summary>
    internal static bool CanMove(ProductStatus from, ProductStatus to) => (from, to) switch
    {
        (ProductStatus.Draft or ProductStatus.Unpublished, ProductStatus.Published) => true,
        (ProductStatus.Published, ProductStatus.Unpublished) => true,
        (not ProductStatus.Archived, ProductStatus.Archived) => true,
        _ => false,
    };

    /// <summary>Takes plain text: markup in it is shown, never run, and line breaks are kept.</summary>
    internal void Describe(string text) => DescriptionHtml = WebUtility.HtmlEncode(text).ReplaceLineEndings("<br>");

    /// <summary>Counts a change of the product or its variants.</summary>
    internal void Touch(DateTimeOffset now)
    {
        UpdatedAt = now;
        Version++;
    }

    internal void Summarize(IReadOnlyList<ProductVariant> variants)
    {
        MinPriceMinor = MaxPriceMinor = null;
        CurrencyCode = null;
        foreach (var variant in variants)
        {
            CurrencyCode = variant.CurrencyCode;
            MinPriceMinor = Math.Min(MinPriceMinor ?? long.MaxValue, variant.PriceMinor);
            MaxPriceMinor = Math.Max(MaxPriceMinor ?? 0, variant.PriceMinor);
        }

        SortPriceMinor = MinPriceMinor ?? long.MaxValue;
    }
}

/// <summary>Where a product is in its life.</summary>
public enum ProductStatus
{
    /// <summary>Only its seller sees it.</summary>
    Draft,
    /// <summary>Everybody sees it and can buy it.</summary>
    Published,
    /// <summary>Taken off sale for now.</summary>
    Unpublished,
    /// <summary>Gone for good; orders keep what they need of it.</summary>
    Archived,
}

/// <summary>A property of a product, such as its warranty.</summary>
/// <param name="Name">The property.</param>
/// <param name="Value">Its value.</param>
public sealed record ProductAttribute(string Name, string Value);
