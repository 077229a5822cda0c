using LuckyGraph.Subgraphs.Tests.Shop;

namespace LuckyGraph.Subgraphs.Tests.Orders;

[Collection("Shop")]
public sealed class ExpiryTests(ShopFixture shop)
{
    [Fact]
    public async Task An_order_that_cannot_be_cancelled_does_not_hold_up_the_others()
    {
        var broken = await shop.Seller().OfferAsync(shop, 1000, 5);
        var stuck = (await shop.Customer().OrderAsync(shop, broken, 2)).Text("order", "id");
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var other = (await buyer.OrderAsync(shop, variant, 3)).Text("order", "id");
        // Less is reserved than the order holds: its stock cannot be given back.
        await shop.OrdersSqlAsync<int>($"update inventory_level set reserved = 0 where variant_id = '{broken.Uuid("ProductVariant")}' returning reserved");

        await shop.AdvanceOrdersClockAsync(TimeSpan.FromSeconds(301));

        try
        {
            await shop.UntilAsync(async () => (await buyer.OrderByIdAsync(other)).Text("status") == "CANCELLED", "the other order is cancelled");
            Assert.Equal(5, await shop.AvailableAsync(variant));
            Assert.Equal("PendingPayment", await shop.OrdersSqlAsync<string>($"select status from orders where id = '{stuck.Uuid("Order")}'"));
        }
        finally
        {
            await shop.OrdersSqlAsync<int>($"update inventory_level set reserved = 2 where variant_id = '{broken.Uuid("ProductVariant")}' returning reserved");
        }

        await shop.AdvanceOrdersClockAsync(TimeSpan.FromMinutes(2));
        await shop.UntilAsync(
            async () => await shop.OrdersSqlAsync<string>($"select status from orders where id = '{stuck.Uuid("Order")}'") == "Cancelled", "it is tried again");
    }

    [Fact]
    public async Task An_order_left_unpaid_for_five_minutes_is_cancelled_and_its_stock_comes_back()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var checkout = await buyer.OrderAsync(shop, variant, 4);
        var orderId = checkout.Text("order", "id");
        var token = await shop.AuthenticateAsync(checkout.GetProperty("payment"));
        Assert.Equal(1, await shop.AvailableAsync(variant));

        await shop.AdvanceOrdersClockAsync(TimeSpan.FromSeconds(301));

        await shop.UntilAsync(async () => (await buyer.OrderByIdAsync(orderId)).Text("status") == "CANCELLED", "the order is cancelled");
        var order = await buyer.OrderByIdAsync(orderId);
        Assert.Equal("UNPAID_TIMEOUT", order.Text("cancelReason"));
        Assert.Equal("VOIDED", order.Text("payment", "status"));
        Assert.Equal(5, await shop.AvailableAsync(variant));
        var late = await buyer.ConfirmAsync(shop, checkout.Text("payment", "id"), token, 4000);
        Assert.Equal("OrderExpiredError", late.Error());
        Assert.Equal("IN_PROGRESS", (await shop.ProviderPaymentAsync(token)).Text("status"));
        var cart = await buyer.OrdersAsync($"{{ viewerById(id: \"{JsonReading.Id("Viewer", buyer.Id)}\") {{ cart {{ quantity }} }} }}");
        Assert.Equal(4, cart.Data.At("viewerById", "cart", "quantity").GetInt32());
    }

    [Fact]
    public async Task A_paid_order_does_not_expire()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var paid = await buyer.PayAsync(shop, (await buyer.OrderAsync(shop, variant)).GetProperty("payment"));
        var other = await shop.Customer().OrderAsync(shop, variant);

        await shop.AdvanceOrdersClockAsync(TimeSpan.FromSeconds(301));

        await shop.UntilAsync(async () => await shop.OrdersSqlAsync<string>($"select status from orders where id = '{other.Text("order", "id").Uuid("Order")}'") == "Cancelled", "the unpaid one is cancelled");
        Assert.Equal("PAID", (await buyer.OrderByIdAsync(paid.Text("payment", "order", "id"))).Text("status"));
    }
}
