using LuckyGraph.Subgraphs.Tests.Shop;

namespace LuckyGraph.Subgraphs.Tests.Orders;

[Collection("Shop")]
public sealed class CheckoutTests(ShopFixture shop)
{
    [Fact]
    public async Task Text_that_no_database_can_hold_is_the_callers_mistake_and_places_nothing()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var version = await buyer.PutIntoCartAsync(shop, (variant, 1));

        var answer = await buyer.OrdersAsync(
            "mutation($input: CheckoutStartInput!) { checkoutStart(input: $input) { checkout { order { id } } } }",
            new
            {
                input = new
                {
                    cartVersion = version,
                    address = new { recipient = "Kim\0Lucky", phone = "010-1234-5678", postalCode = "04524", roadAddress = "Sejong-daero 110" },
                    provider = "TOSS",
                    idempotencyKey = Guid.NewGuid(),
                },
            });

        Assert.Equal("BAD_USER_INPUT", answer.ErrorCode);
        Assert.DoesNotContain("Exception", answer.Text);
        Assert.Equal(5, await shop.AvailableAsync(variant));
    }

    [Fact]
    public async Task A_checkout_holds_stock_and_freezes_prices()
    {
        var seller = shop.Seller();
        var variant = await seller.OfferAsync(shop, 1100, 5);
        var buyer = shop.Customer();

        var checkout = await buyer.OrderAsync(shop, variant, 2);

        Assert.Equal("PENDING_PAYMENT", checkout.Text("order", "status"));
        Assert.Equal(2200, checkout.At("order", "total", "minor").GetInt64());
        Assert.Equal("READY", checkout.Text("payment", "status"));
        Assert.StartsWith(shop.SandboxUrl, checkout.Text("payment", "checkoutUrl"));
        Assert.Equal(3, await shop.AvailableAsync(variant));
        var totals = (await buyer.OrdersAsync("query($id: ID!) { order(id: $id) { totals { tax { minor } subtotal { minor } } lines { quantity tax { minor } total { amount } } shippingAddress { recipient } } }",
            new { id = checkout.Text("order", "id") })).Data.GetProperty("order");
        Assert.Equal(200, totals.At("totals", "tax", "minor").GetInt64());
        Assert.Equal("Kim Lucky", totals.Text("shippingAddress", "recipient"));
    }

    [Fact]
    public async Task The_same_key_gives_the_same_order_and_another_request_with_it_is_refused()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var cart = await buyer.PutIntoCartAsync(shop, (variant, 1));
        var key = Guid.NewGuid();

        var payloads = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => buyer.CheckOutAsync(shop, cart, key)));
        var reused = await buyer.CheckOutAsync(shop, cart + 1, key);

        Assert.All(payloads, p => Assert.Null(p.Error()));
        Assert.Single(payloads.Select(p => p.Text("checkout", "order", "id")).Distinct());
        Assert.Equal("IdempotencyKeyReusedError", reused.Error());
        Assert.Equal(4, await shop.AvailableAsync(variant));
    }

    [Fact]
    public async Task A_new_key_for_a_cart_that_was_checked_out_makes_no_second_order()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var cart = await buyer.PutIntoCartAsync(shop, (variant, 1));

        var payloads = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => buyer.CheckOutAsync(shop, cart)));

        Assert.Single(payloads, p => p.Error() is null);
        Assert.Equal(4, await shop.AvailableAsync(variant));
    }

    [Fact]
    public async Task Nobody_orders_a_cart_that_they_did_not_see()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var seen = await buyer.PutIntoCartAsync(shop, (variant, 1));
        await buyer.PutIntoCartAsync(shop, (variant, 1));

        Assert.Equal("ConflictError", (await buyer.CheckOutAsync(shop, seen)).Error());
    }

    [Fact]
    public async Task A_changed_price_is_shown_before_it_is_charged()
    {
        var seller = shop.Seller();
        var variant = await seller.OfferAsync(shop, 1000, 5, sku: "PRICE");
        var buyer = shop.Customer();
        var cart = await buyer.PutIntoCartAsync(shop, (variant, 2));
        await seller.ImportAsync(shop, [new { sku = "PRICE", title = "Dearer", price = 1500m }]);
        await shop.UntilAsync(async () =>
            (await buyer.OrdersAsync($"{{ viewerById(id: \"{JsonReading.Id("Viewer", buyer.Id)}\") {{ cart {{ subtotal {{ minor }} }} }} }}"))
                .Data.At("viewerById", "cart", "subtotal", "minor").GetInt64() == 3000, "orders hears of the price");

        var refused = await buyer.CheckOutAsync(shop, cart);
        var answer = await buyer.CheckOutAsync(shop, cart + 1);

        Assert.Equal("PriceChangedError", refused.Error());
        Assert.Equal(3000, answer.At("checkout", "order", "total", "minor").GetInt64());
    }

    [Fact]
    public async Task Goods_that_were_taken_off_sale_are_not_ordered()
    {
        var seller = shop.Seller();
        var variant = await seller.OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var cart = await buyer.PutIntoCartAsync(shop, (variant, 1));
        var product = (await seller.CatalogAsync("query($id: ID!) { productVariant(id: $id) { product { id version } } }", new { id = variant })).Data.At("productVariant", "product");
        await seller.MutateAsync(shop.CatalogUrl, "productUnpublish", "ProductUnpublishInput",
            new { productId = product.Text("id"), expectedVersion = product.GetProperty("version").GetInt32() }, "product { status }");
        await shop.UntilAsync(async () =>
            (await buyer.OrdersAsync($"{{ viewerById(id: \"{JsonReading.Id("Viewer", buyer.Id)}\") {{ cart {{ warnings {{ code }} }} }} }}"))
                .Data.At("viewerById", "cart", "warnings") is { } warnings && warnings.GetArrayLength() == 1 && warnings.Text("0", "code") == "UNAVAILABLE", "orders hears of it");

        Assert.Equal("ValidationError", (await buyer.CheckOutAsync(shop, cart)).Error());
        Assert.Equal(5, await shop.AvailableAsync(variant));
    }

    [Fact]
    public async Task An_empty_cart_and_a_bad_address_are_refused()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();

        Assert.Equal("NotFoundError", (await buyer.CheckOutAsync(shop, 1)).Error());
        var cart = await buyer.PutIntoCartAsync(shop, (variant, 1));
        Assert.Equal("ValidationError", (await buyer.CheckOutAsync(shop, cart, address: new { recipient = "", phone = "1", postalCode = "1", roadAddress = "1" })).Error());
        Assert.Equal(5, await shop.AvailableAsync(variant));
    }

    [Fact]
    public async Task Cart_changes_at_once_are_all_kept()
    {
        var seller = shop.Seller();
        var variants = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            variants.Add(await seller.OfferAsync(shop, 10, 100));
        }

        var buyer = shop.Customer();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => buyer.PutIntoCartAsync(shop, (variants[i % 4], 1))));

        var cart = (await buyer.OrdersAsync($"{{ viewerById(id: \"{JsonReading.Id("Viewer", buyer.Id)}\") {{ cart {{ version quantity lines {{ id quantity }} }} }} }}")).Data.At("viewerById", "cart");
        Assert.Equal(20, cart.GetProperty("quantity").GetInt32());
        Assert.Equal(20, cart.GetProperty("version").GetInt32());
        Assert.Equal(4, cart.GetProperty("lines").GetArrayLength());
    }

    [Fact]
    public async Task A_cart_warns_of_what_cannot_be_had()
    {
        var variant = await shop.Seller().OfferAsync(shop, 10, 1);
        var buyer = shop.Customer();

        var payload = await buyer.MutateAsync(shop.OrdersUrl, "cartLinesAdd", "CartLinesAddInput", new { lines = new[] { new { variantId = variant, quantity = 3 } } },
            "cart { warnings { code available } lines { id unitPrice { minor } total { minor } title } }");

        Assert.Equal("INSUFFICIENT_STOCK", payload.Text("cart", "warnings", "0", "code"));
        Assert.Equal(1, payload.At("cart", "warnings", "0", "available").GetInt32());
        Assert.Equal(30, payload.At("cart", "lines", "0", "total", "minor").GetInt64());
        var emptied = await buyer.MutateAsync(shop.OrdersUrl, "cartLinesRemove", "CartLinesRemoveInput", new { lineIds = new[] { payload.Text("cart", "lines", "0", "id") } }, "cart { lines { id } }");
        Assert.Equal(0, emptied.At("cart", "lines").GetArrayLength());
    }

    [Fact]
    public async Task Goods_in_two_currencies_do_not_share_a_cart()
    {
        var won = await shop.Seller().OfferAsync(shop, 1000, 5);
        var dollars = await shop.Seller().OfferAsync(shop, 9.99m, 5, currency: "USD");
        var buyer = shop.Customer();
        await buyer.PutIntoCartAsync(shop, (won, 1));

        var payload = await buyer.MutateAsync(shop.OrdersUrl, "cartLinesAdd", "CartLinesAddInput", new { lines = new[] { new { variantId = dollars, quantity = 1 } } }, "cart { id }");

        Assert.Equal("ValidationError", payload.Error());
    }
}
