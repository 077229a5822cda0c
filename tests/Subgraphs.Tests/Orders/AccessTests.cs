using LuckyGraph.Subgraphs.Tests.Shop;

namespace LuckyGraph.Subgraphs.Tests.Orders;

[Collection("Shop")]
public sealed class AccessTests(ShopFixture shop)
{
    private const string Query = "query($id: ID!) { order(id: $id) { number total { minor } totals { total { minor } } shippingAddress { phone } payment { id } payments { id } lines { sku total { minor } seller { id } } } }";

    [Fact]
    public async Task Strangers_see_nothing_of_an_order()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var id = (await buyer.OrderAsync(shop, variant)).Text("order", "id");

        Assert.Equal("AUTH_NOT_AUTHENTICATED", (await shop.Anonymous.OrdersAsync(Query, new { id })).ErrorCode);
        Assert.True((await shop.Customer().OrdersAsync(Query, new { id })).Data.GetProperty("order").IsNull());
        Assert.True((await shop.Seller().OrdersAsync(Query, new { id })).Data.GetProperty("order").IsNull());
        Assert.Equal(1000, (await buyer.OrdersAsync(Query, new { id })).Data.At("order", "total", "minor").GetInt64());
        Assert.Equal(1000, (await shop.Admin().OrdersAsync(Query, new { id })).Data.At("order", "total", "minor").GetInt64());
    }

    [Fact]
    public async Task A_seller_sees_own_lines_and_the_address_only_once_paid()
    {
        var one = shop.Seller();
        var other = shop.Seller();
        var buyer = shop.Customer();
        var version = await buyer.PutIntoCartAsync(shop, (await one.OfferAsync(shop, 1000, 5), 1), (await other.OfferAsync(shop, 500, 5), 1));
        var checkout = (await buyer.CheckOutAsync(shop, version)).GetProperty("checkout");
        var id = checkout.Text("order", "id");

        var before = (await one.OrdersAsync(Query, new { id })).Data.GetProperty("order");
        await buyer.PayAsync(shop, checkout.GetProperty("payment"));
        var after = (await one.OrdersAsync(Query, new { id })).Data.GetProperty("order");

        Assert.Equal(1, before.GetProperty("lines").GetArrayLength());
        Assert.Equal(1000, before.At("lines", "0", "total", "minor").GetInt64());
        Assert.True(before.GetProperty("total").IsNull());
        Assert.True(before.GetProperty("totals").IsNull());
        Assert.True(before.GetProperty("payment").IsNull());
        Assert.True(before.GetProperty("payments").IsNull());
        Assert.True(before.GetProperty("shippingAddress").IsNull());
        Assert.Equal("010-1234-5678", after.Text("shippingAddress", "phone"));
        var list = (await one.OrdersAsync("{ orders { nodes { id lines { sku } } totalCount } }")).Data.GetProperty("orders");
        Assert.Equal(1, list.GetProperty("totalCount").GetInt32());
        Assert.Equal(1, list.At("nodes", "0", "lines").GetArrayLength());
    }

    [Fact]
    public async Task The_viewer_of_another_account_is_not_found()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        await buyer.OrderAsync(shop, variant);
        const string query = "query($id: ID!) { viewerById(id: $id) { cart { id } orders { totalCount nodes { number } } } }";
        var id = JsonReading.Id("Viewer", buyer.Id);

        Assert.Equal(1, (await buyer.OrdersAsync(query, new { id })).Data.At("viewerById", "orders", "totalCount").GetInt32());
        foreach (var other in new[] { shop.Anonymous, shop.Customer(), shop.Seller(), shop.Admin() })
        {
            Assert.True((await other.OrdersAsync(query, new { id })).Data.GetProperty("viewerById").IsNull());
        }
    }

    [Fact]
    public async Task Strangers_change_nothing_of_an_order()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var checkout = await buyer.OrderAsync(shop, variant);
        var orderId = checkout.Text("order", "id");
        foreach (var other in new[] { shop.Customer(), shop.Seller() })
        {
            Assert.Equal("NotFoundError", (await other.MutateAsync(shop.OrdersUrl, "orderCancel", "OrderCancelInput", new { orderId }, "order { id }")).Error());
            Assert.Equal("NotFoundError", (await other.ConfirmAsync(shop, checkout.Text("payment", "id"), "token", 1000)).Error());
        }

        var answer = await shop.Anonymous.OrdersAsync("mutation($id: ID!) { orderCancel(input: { orderId: $id }) { order { id } } }", new { id = orderId });
        Assert.Equal("AUTH_NOT_AUTHENTICATED", answer.ErrorCode);
        Assert.Equal("PENDING_PAYMENT", (await buyer.OrderByIdAsync(orderId)).Text("status"));
    }

    [Fact]
    public async Task Another_sellers_stock_cannot_be_set()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);

        var payload = await shop.Seller().SetStockAsync(shop, [new { variantId = variant, quantity = 0 }]);

        Assert.Equal(1, payload.At("inventoryUpdate", "lineErrors").GetArrayLength());
        Assert.Equal(5, await shop.AvailableAsync(variant));
    }

    [Fact]
    public async Task Sellers_orders_are_for_sellers()
    {
        Assert.Equal("AUTH_NOT_AUTHORIZED", (await shop.Customer().OrdersAsync("{ orders { nodes { id } } }")).ErrorCode);
        Assert.Equal("AUTH_NOT_AUTHENTICATED", (await shop.Anonymous.OrdersAsync("{ orders { nodes { id } } }")).ErrorCode);
    }
}
