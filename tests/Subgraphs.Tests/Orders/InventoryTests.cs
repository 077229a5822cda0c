using LuckyGraph.Subgraphs.Tests.Shop;

namespace LuckyGraph.Subgraphs.Tests.Orders;

[Collection("Shop")]
public sealed class InventoryTests(ShopFixture shop)
{
    [Fact]
    public async Task The_same_feed_again_keeps_what_was_sold_in_between()
    {
        var seller = shop.Seller();
        var variant = await seller.OfferAsync(shop, 1000, 10, sku: "FEED");
        var buyer = shop.Customer();
        await buyer.PayAsync(shop, (await buyer.OrderAsync(shop, variant, 3)).GetProperty("payment"));

        var same = await seller.SetStockAsync(shop, [new { sku = "FEED", quantity = 10 }]);
        var more = await seller.SetStockAsync(shop, [new { sku = "FEED", quantity = 12 }]);

        Assert.Equal(7, same.At("inventoryUpdate", "lines", "0", "onHand").GetInt32());
        Assert.Equal(1, same.At("inventoryUpdate", "unchanged").GetInt32());
        Assert.Equal(9, more.At("inventoryUpdate", "lines", "0", "onHand").GetInt32());
    }

    [Fact]
    public async Task Stock_never_falls_below_what_orders_hold()
    {
        var seller = shop.Seller();
        var variant = await seller.OfferAsync(shop, 1000, 10, sku: "HELD");
        await shop.Customer().OrderAsync(shop, variant, 8);

        var payload = await seller.SetStockAsync(shop, [new { sku = "HELD", quantity = 5 }]);

        Assert.Equal(1, payload.At("inventoryUpdate", "lineErrors").GetArrayLength());
        Assert.Equal(2, await shop.AvailableAsync(variant));
    }

    [Fact]
    public async Task The_same_key_answers_as_before_and_bad_lines_are_told()
    {
        var seller = shop.Seller();
        await seller.OfferAsync(shop, 1000, 1, sku: "KEY");
        var key = Guid.NewGuid();

        var first = await seller.SetStockAsync(shop, [new { sku = "KEY", quantity = 4 }, new { sku = "KEY", quantity = 5 }], key);
        var again = await seller.SetStockAsync(shop, [new { sku = "KEY", quantity = 4 }, new { sku = "KEY", quantity = 5 }], key);
        var other = await seller.SetStockAsync(shop, [new { sku = "KEY", quantity = 6 }], key);

        Assert.Equal(1, first.At("inventoryUpdate", "changed").GetInt32());
        Assert.Equal(1, first.At("inventoryUpdate", "lineErrors", "0", "index").GetInt32());
        Assert.Equal(first.GetProperty("inventoryUpdate").ToString(), again.GetProperty("inventoryUpdate").ToString());
        Assert.Equal("IdempotencyKeyReusedError", other.Error());
    }
}
