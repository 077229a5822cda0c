using LuckyGraph.Contracts;
using LuckyGraph.Orders.Inventory;

namespace LuckyGraph.Orders.Checkout;

/// <summary>What an order costs, reckoned once when it is placed and frozen then.</summary>
public sealed record Pricing(Money Subtotal, Money Tax, Money Total, IReadOnlyList<PricedLine> Lines)
{
    /// <summary>Prices contain ten percent value added tax: a tax of 10 in 110.</summary>
    private const decimal TaxShare = 10m / 110m;

    /// <summary>
    /// Sums up lines of one currency. The tax is reckoned once on the taxable sum and spread over the lines by largest
    /// remainder, so that the lines always add up to the order, and a partial refund to what was charged.
    /// </summary>
    public static Pricing Of(IReadOnlyList<(VariantSnapshot Variant, int Quantity)> lines)
    {
        var currency = lines[0].Variant.CurrencyCode;
        var subtotal = Money.Zero(currency);
        var taxable = Money.Zero(currency);
        var totals = new Money[lines.Count];
        var weights = new long[lines.Count];
        for (var i = 0; i < totals.Length; i++)
        {
            var (variant, quantity) = lines[i];
            totals[i] = variant.Price * quantity;
            subtotal += totals[i];
            if (!variant.TaxFree)
            {
                taxable += totals[i];
                weights[i] = totals[i].Minor;
            }
        }

        var tax = Money.FromAmount(taxable.Amount * TaxShare, currency);
        var taxes = tax.Minor == 0 ? [.. totals.Select(_ => Money.Zero(currency))] : tax.Allocate(weights);
        return new Pricing(subtotal, tax, subtotal, [.. totals.Select((total, i) => new PricedLine(total, taxes[i]))]);
    }
}

/// <summary>A line's share.</summary>
/// <param name="Total">What it costs.</param>
/// <param name="Tax">The tax within.</param>
public sealed record PricedLine(Money Total, Money Tax);
