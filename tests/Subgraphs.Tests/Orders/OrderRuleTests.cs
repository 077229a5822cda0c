using LuckyGraph.Contracts;
using LuckyGraph.Orders.Checkout;
using LuckyGraph.Orders.Inventory;
using LuckyGraph.Orders.Ordering;
using LuckyGraph.Orders.Payments;

namespace LuckyGraph.Subgraphs.Tests.Orders;

public sealed class OrderRuleTests
{
    [Theory]
    [InlineData(110, 1, 10)]
    [InlineData(100, 1, 9)]
    [InlineData(999, 3, 272)]
    public void Prices_contain_ten_percent_tax_rounded_to_the_currency(long price, int quantity, long tax)
        => Assert.Equal(tax, Pricing.Of([(Variant(price, CurrencyCode.Krw), quantity)]).Tax.Minor);

    [Fact]
    public void Lines_always_add_up_to_the_order()
    {
        var random = new Random(7);
        for (var round = 0; round < 1000; round++)
        {
            var lines = Enumerable.Range(0, random.Next(1, 12))
                .Select(_ => (Variant(random.Next(0, 5000), CurrencyCode.Usd, taxFree: random.Next(4) == 0), random.Next(1, 9)))
                .ToList();

            var pricing = Pricing.Of(lines);

            Assert.Equal(pricing.Total.Minor, pricing.Lines.Sum(l => l.Total.Minor));
            Assert.Equal(pricing.Tax.Minor, pricing.Lines.Sum(l => l.Tax.Minor));
            Assert.All(pricing.Lines.Zip(lines), pair => Assert.InRange(pair.First.Tax.Minor, 0, pair.Second.Item1.TaxFree ? 0 : pair.First.Total.Minor));
        }
    }

    [Fact]
    public void Tax_free_goods_carry_no_tax()
        => Assert.Equal(0, Pricing.Of([(Variant(1100, CurrencyCode.Krw, taxFree: true), 2)]).Tax.Minor);

    [Fact]
    public void A_cancelled_order_never_comes_back()
        => Assert.All(Enum.GetValues<OrderStatus>(), to => Assert.False(OrderMachine.CanMove(OrderStatus.Cancelled, to)));

    [Fact]
    public void Only_payment_or_its_confirmation_leads_to_paid()
        => Assert.Equal([OrderStatus.PendingPayment, OrderStatus.Confirming], Enum.GetValues<OrderStatus>().Where(from => OrderMachine.CanMove(from, OrderStatus.Paid)));

    [Fact]
    public void Given_back_money_is_never_taken_again()
        => Assert.All(Enum.GetValues<PaymentStatus>(), to => Assert.False(PaymentMachine.CanMove(PaymentStatus.Refunded, to)));

    private static VariantSnapshot Variant(long price, CurrencyCode currency, bool taxFree = false) => new()
    {
        VariantId = Guid.CreateVersion7(),
        ProductId = Guid.CreateVersion7(),
        SellerId = Guid.CreateVersion7(),
        Sku = "S",
        ProductTitle = "Thing",
        PriceMinor = price,
        CurrencyCode = currency,
        TaxFree = taxFree,
    };
}
