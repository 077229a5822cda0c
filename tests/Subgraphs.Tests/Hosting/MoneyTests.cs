using LuckyGraph.Contracts;

namespace LuckyGraph.Subgraphs.Tests.Hosting;

public sealed class MoneyTests
{
    [Theory]
    [InlineData(500, CurrencyCode.Usd, "5.00")]
    [InlineData(1, CurrencyCode.Usd, "0.01")]
    [InlineData(-1250, CurrencyCode.Usd, "-12.50")]
    [InlineData(12900, CurrencyCode.Krw, "12900")]
    public void An_amount_has_the_decimals_of_its_currency(long minor, CurrencyCode currency, string amount)
        => Assert.Equal(amount, new Money(minor, currency).Amount.ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("10.005", CurrencyCode.Usd, 1000)]
    [InlineData("10.015", CurrencyCode.Usd, 1002)]
    [InlineData("10.0051", CurrencyCode.Usd, 1001)]
    [InlineData("999.5", CurrencyCode.Krw, 1000)]
    public void Rounding_takes_halves_to_the_even_neighbour(string amount, CurrencyCode currency, long minor)
        => Assert.Equal(minor, Money.FromAmount(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), currency).Minor);

    [Fact]
    public void Parts_of_an_allocation_add_up()
    {
        Assert.Equal([34, 33, 33], new Money(100, CurrencyCode.Krw).Allocate([1, 1, 1]).Select(m => m.Minor));
        Assert.Equal([-34, -33, -33], new Money(-100, CurrencyCode.Krw).Allocate([1, 1, 1]).Select(m => m.Minor));
        Assert.Equal([100, 0], new Money(100, CurrencyCode.Krw).Allocate([0, 0]).Select(m => m.Minor));
        var random = new Random(4);
        for (var run = 0; run < 500; run++)
        {
            var total = random.NextInt64(-1_000_000_000_000, 1_000_000_000_000);
            var weights = Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.NextInt64(0, 10_000_000)).ToArray();
            Assert.Equal(total, new Money(total, CurrencyCode.Usd).Allocate(weights).Sum(m => m.Minor));
        }
    }

    [Fact]
    public void Currencies_do_not_mix()
        => Assert.Throws<InvalidOperationException>(() => new Money(1, CurrencyCode.Krw) + new Money(1, CurrencyCode.Usd));
}
