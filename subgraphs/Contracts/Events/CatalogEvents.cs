namespace LuckyGraph.Contracts.Events;

/// <summary>A product as it is now: what others need to sell it. Sent on every change of status, text, variants or prices.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="SellerId">Its seller; null when the house sells it.</param>
/// <param name="Status">DRAFT, PENDING_REVIEW, APPROVED, REJECTED, PUBLISHED, UNPUBLISHED, SUSPENDED or ARCHIVED.</param>
/// <param name="Title">Its title.</param>
/// <param name="Variants">All its variants; one that is missing is no longer sold.</param>
/// <param name="ProductVersion">Rises with every change, so that an old state never overwrites a newer one.</param>
/// <param name="TaxFree">Whether no value added tax is in the prices.</param>
/// <param name="ThumbnailUrl">A picture of it.</param>
public sealed record ProductChanged(
    Guid ProductId, Guid? SellerId, string Status, string Title, IReadOnlyList<ProductChangedVariant> Variants, long ProductVersion,
    bool TaxFree = false, string? ThumbnailUrl = null) : IEvent
{
    Guid IEvent.AggregateId => ProductId;
}

/// <summary>A variant as it is now.</summary>
/// <param name="VariantId">The variant.</param>
/// <param name="Sku">The seller's own key.</param>
/// <param name="Title">Its title; null when the product has one variant without a name.</param>
/// <param name="PriceMinor">The price in minor units, tax included.</param>
/// <param name="Currency">The price's currency.</param>
public sealed record ProductChangedVariant(Guid VariantId, string Sku, string? Title, long PriceMinor, CurrencyCode Currency);
