using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Hosting.Events;
using LuckyGraph.Orders.Data;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Inventory;

/// <summary>What orders needs of a variant to sell it, kept up to date by the catalog's events.</summary>
public sealed class VariantSnapshot
{
    public required Guid VariantId { get; init; }
    public required Guid ProductId { get; init; }
    public required Guid SellerId { get; set; }
    public required string Sku { get; set; }
    public required string ProductTitle { get; set; }
    public string? VariantTitle { get; set; }
    public string? ThumbnailUrl { get; set; }
    public required long PriceMinor { get; set; }
    public required CurrencyCode CurrencyCode { get; set; }
    public bool TaxFree { get; set; }
    public bool OnSale { get; set; }
    public long ProductVersion { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    public string Title => VariantTitle is null ? ProductTitle : $"{ProductTitle}, {VariantTitle}";
    public Money Price => new(PriceMinor, CurrencyCode);
}

/// <summary>Takes products as they are now; an older state that comes late changes nothing.</summary>
public sealed class ProductChangedHandler(OrdersContext db, TimeProvider clock) : IEventHandler<ProductChanged>
{
    public async Task HandleAsync(ProductChanged product, EventEnvelope envelope, CancellationToken cancellationToken)
    {
        if (product.SellerId is not { } sellerId)
        {
            return;
        }

        var known = await db.VariantSnapshots.Where(v => v.ProductId == product.ProductId).ToDictionaryAsync(v => v.VariantId, cancellationToken);
        if (known.Values.Any(v => v.ProductVersion >= product.ProductVersion))
        {
            return;
        }

        var now = clock.GetUtcNow();
        foreach (var variant in product.Variants)
        {
            if (!known.Remove(variant.VariantId, out var snapshot))
            {
                snapshot = new VariantSnapshot
                {
                    VariantId = variant.VariantId,
                    ProductId = product.ProductId,
                    SellerId = sellerId,
                    Sku = variant.Sku,
                    ProductTitle = product.Title,
                    PriceMinor = variant.PriceMinor,
                    CurrencyCode = variant.Currency,
                };
                db.Add(snapshot);
            }

            snapshot.SellerId = sellerId;
            snapshot.Sku = variant.Sku;
            snapshot.ProductTitle = product.Title;
            snapshot.VariantTitle = variant.Title;
            snapshot.ThumbnailUrl = product.ThumbnailUrl;
            snapshot.PriceMinor = variant.PriceMinor;
            snapshot.CurrencyCode = variant.Currency;
            snapshot.TaxFree = product.TaxFree;
            snapshot.OnSale = product.Status == "PUBLISHED";
            snapshot.ProductVersion = product.ProductVersion;
            snapshot.UpdatedAt = now;
        }

        foreach (var gone in known.Values)
        {
            gone.OnSale = false;
            gone.ProductVersion = product.ProductVersion;
            gone.UpdatedAt = now;
        }
    }
}
