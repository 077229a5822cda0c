using System.Net.Http.Json;
using System.Text.Json;
using LuckyGraph.Subgraphs.Tests.Shop;

namespace LuckyGraph.Subgraphs.Tests.Orders;

[Collection("Shop")]
public sealed class PaymentTests(ShopFixture shop)
{
    [Fact]
    public async Task Cancelling_with_a_blank_reason_gives_the_money_back_too()
    {
        var buyer = shop.Customer();
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var paid = await buyer.PayAsync(shop, (await buyer.OrderAsync(shop, variant)).GetProperty("payment"));
        var orderId = paid.Text("payment", "order", "id");

        var cancelled = await buyer.MutateAsync(shop.OrdersUrl, "orderCancel", "OrderCancelInput", new { orderId, reason = "" }, "order { status }");

        Assert.Equal("CANCELLED", cancelled.Text("order", "status"));
        await shop.UntilAsync(async () => (await buyer.OrderByIdAsync(orderId)).Text("payment", "status") == "REFUNDED", "the money is given back");
    }

    [Theory]
    [InlineData("79228162514264337593543950335")]
    [InlineData("-79228162514264337593543950335")]
    [InlineData("0")]
    [InlineData("1000.0000001")]
    public async Task An_amount_of_any_size_that_is_not_the_orders_is_refused(string amount)
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var payment = (await buyer.OrderAsync(shop, variant)).GetProperty("payment");

        var payload = await buyer.ConfirmAsync(shop, payment.Text("id"), "some-token", decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal("ValidationError", payload.Error());
    }

    [Fact]
    public async Task A_paid_order_takes_its_goods_out_of_stock()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var checkout = await buyer.OrderAsync(shop, variant, 2);

        var payload = await buyer.PayAsync(shop, checkout.GetProperty("payment"));

        Assert.Null(payload.Error());
        Assert.Equal("CAPTURED", payload.Text("payment", "status"));
        Assert.Equal("PAID", payload.Text("payment", "order", "status"));
        Assert.Equal(3, await shop.OrdersSqlAsync<int>($"select on_hand from inventory_level where variant_id = '{variant.Uuid("ProductVariant")}'"));
        Assert.Equal(0, await shop.OrdersSqlAsync<int>($"select reserved from inventory_level where variant_id = '{variant.Uuid("ProductVariant")}'"));
    }

    [Fact]
    public async Task Confirming_again_charges_nothing_again()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var payment = (await buyer.OrderAsync(shop, variant)).GetProperty("payment");
        var token = await shop.AuthenticateAsync(payment);
        var key = Guid.NewGuid();

        var payloads = new List<JsonElement>();
        payloads.AddRange(await Task.WhenAll(Enumerable.Range(0, 4).Select(i => buyer.ConfirmAsync(shop, payment.Text("id"), token, 1000, i % 2 == 0 ? key : Guid.NewGuid()))));
        payloads.Add(await buyer.ConfirmAsync(shop, payment.Text("id"), token, 1000, key));

        Assert.All(payloads, p => Assert.Contains(p.Error(), new[] { null, "PaymentPendingError" }));
        Assert.Null(payloads[^1].Error());
        Assert.Equal(1, await shop.OrdersSqlAsync<long>($"select count(*) from payment where provider_key = '{token}' and captured_minor = 1000"));
    }

    [Fact]
    public async Task A_declined_payment_leaves_the_order_open_for_another_attempt()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var checkout = await buyer.OrderAsync(shop, variant);

        var declined = await buyer.PayAsync(shop, checkout.GetProperty("payment"), "decline");
        var order = await buyer.OrderByIdAsync(checkout.Text("order", "id"));
        var paid = await buyer.PayAsync(shop, order.GetProperty("payment"));

        Assert.Equal("PaymentDeclinedError", declined.Error());
        Assert.Equal("PENDING_PAYMENT", order.Text("status"));
        Assert.NotEqual(checkout.Text("payment", "id"), order.Text("payment", "id"));
        Assert.Equal("PAID", paid.Text("payment", "order", "status"));
    }

    [Fact]
    public async Task Another_amount_than_the_orders_never_reaches_the_provider()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var payment = (await buyer.OrderAsync(shop, variant)).GetProperty("payment");
        var token = await shop.AuthenticateAsync(payment);

        Assert.Equal("ValidationError", (await buyer.ConfirmAsync(shop, payment.Text("id"), token, 1)).Error());
        Assert.Equal("IN_PROGRESS", (await shop.ProviderPaymentAsync(token)).Text("status"));
    }

    [Fact]
    public async Task A_provider_that_fails_leaves_the_payment_pending_and_is_voided_in_the_end()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var checkout = await buyer.OrderAsync(shop, variant);

        var payload = await buyer.PayAsync(shop, checkout.GetProperty("payment"), "server-error");
        Assert.Equal("PaymentPendingError", payload.Error());
        Assert.Equal("CONFIRMING", (await buyer.OrderByIdAsync(checkout.Text("order", "id"))).Text("status"));
        await shop.AdvanceOrdersClockAsync(TimeSpan.FromMinutes(16));

        await shop.UntilAsync(async () => (await buyer.OrderByIdAsync(checkout.Text("order", "id"))).Text("status") == "CANCELLED", "the payment is given up");
        var order = await buyer.OrderByIdAsync(checkout.Text("order", "id"));
        Assert.Equal("PAYMENT_UNRESOLVED", order.Text("cancelReason"));
        Assert.Equal("VOIDED", order.Text("payment", "status"));
        Assert.Equal(5, await shop.AvailableAsync(variant));
    }

    [Fact]
    public async Task A_webhook_that_comes_before_the_answer_changes_nothing_twice()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var checkout = await buyer.OrderAsync(shop, variant);

        var payload = await buyer.PayAsync(shop, checkout.GetProperty("payment"), "webhook-first");

        Assert.Null(payload.Error());
        Assert.Equal("PAID", payload.Text("payment", "order", "status"));
        Assert.Equal(1, await shop.OrdersSqlAsync<long>($"select count(*) from outbox_message where type = 'OrderPaid' and aggregate_id = '{checkout.Text("order", "id").Uuid("Order")}'"));
    }

    [Fact]
    public async Task A_forged_webhook_pays_nothing()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var checkout = await buyer.OrderAsync(shop, variant);
        var cheap = await shop.AuthenticateAsync(JsonSerializer.SerializeToElement(new
        {
            providerOrderId = Guid.NewGuid().ToString("N"),
            amount = new { amount = 1, currencyCode = "KRW" },
        }));

        foreach (var key in new[] { "no-such-key", cheap })
        {
            using var response = await shop.Http.PostAsJsonAsync($"{shop.OrdersUrl}/webhooks/toss", new
            {
                eventType = "PAYMENT_STATUS_CHANGED",
                data = new { paymentKey = key, orderId = checkout.Text("payment", "providerOrderId"), status = "DONE" },
            });
            Assert.True(response.IsSuccessStatusCode);
        }

        Assert.Equal("PENDING_PAYMENT", (await buyer.OrderByIdAsync(checkout.Text("order", "id"))).Text("status"));
    }

    [Fact]
    public async Task Cancelling_a_paid_order_gives_money_and_goods_back()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var payment = (await buyer.OrderAsync(shop, variant, 3)).GetProperty("payment");
        var token = await shop.AuthenticateAsync(payment);
        var paid = await buyer.ConfirmAsync(shop, payment.Text("id"), token, 3000);
        var orderId = paid.Text("payment", "order", "id");

        var cancelled = await buyer.MutateAsync(shop.OrdersUrl, "orderCancel", "OrderCancelInput", new { orderId, reason = "Changed my mind" }, "order { status cancelReason }");

        Assert.Equal("CANCELLED", cancelled.Text("order", "status"));
        await shop.UntilAsync(async () => (await buyer.OrderByIdAsync(orderId)).Text("payment", "status") == "REFUNDED", "the money is given back");
        Assert.Equal("CANCELED", (await shop.ProviderPaymentAsync(token)).Text("status"));
        Assert.Equal(5, await shop.AvailableAsync(variant));
        var again = await buyer.MutateAsync(shop.OrdersUrl, "orderCancel", "OrderCancelInput", new { orderId }, "order { status }");
        Assert.Equal("InvalidTransitionError", again.Error());
    }

    [Fact]
    public async Task Money_that_arrives_for_a_cancelled_order_is_given_back_and_the_order_stays_cancelled()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var checkout = await buyer.OrderAsync(shop, variant);
        var orderId = checkout.Text("order", "id");
        var token = await shop.AuthenticateAsync(checkout.GetProperty("payment"));
        await buyer.MutateAsync(shop.OrdersUrl, "orderCancel", "OrderCancelInput", new { orderId }, "order { id }");

        // Somebody with the merchant's key confirms behind our back; the provider tells us by its webhook.
        await shop.CaptureAtProviderAsync(checkout.GetProperty("payment"), token);

        await shop.UntilAsync(async () => (await shop.ProviderPaymentAsync(token)).Text("status") == "CANCELED", "the money is given back");
        await shop.UntilAsync(async () => (await buyer.OrderByIdAsync(orderId)).Text("payment", "status") == "REFUNDED", "the payment is refunded");
        Assert.Equal("CANCELLED", (await buyer.OrderByIdAsync(orderId)).Text("status"));
        Assert.Equal(5, await shop.AvailableAsync(variant));
        Assert.Equal(1, await shop.OrdersSqlAsync<long>($"select count(*) from outbox_message where type = 'PaymentOrphaned' and aggregate_id = '{checkout.Text("payment", "id").Uuid("Payment")}'"));
    }

    [Fact]
    public async Task A_capture_that_only_a_webhook_tells_of_pays_the_order()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var checkout = await buyer.OrderAsync(shop, variant);
        var token = await shop.AuthenticateAsync(checkout.GetProperty("payment"));

        await shop.CaptureAtProviderAsync(checkout.GetProperty("payment"), token);

        await shop.UntilAsync(async () => (await buyer.OrderByIdAsync(checkout.Text("order", "id"))).Text("status") == "PAID", "the order is paid");
    }

    [Fact]
    public async Task A_provider_that_answers_too_late_is_asked_again_and_the_order_is_paid_once()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var checkout = await buyer.OrderAsync(shop, variant);

        var payload = await buyer.PayAsync(shop, checkout.GetProperty("payment"), "timeout");

        Assert.Contains(payload.Error(), new[] { null, "PaymentPendingError" });
        await shop.UntilAsync(async () => (await buyer.OrderByIdAsync(checkout.Text("order", "id"))).Text("status") == "PAID", "the order is paid");
        Assert.Equal(1, await shop.OrdersSqlAsync<long>($"select count(*) from outbox_message where type = 'OrderPaid' and aggregate_id = '{checkout.Text("order", "id").Uuid("Order")}'"));
    }

    [Fact]
    public async Task Agreeing_to_less_at_the_provider_pays_nothing()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var checkout = await buyer.OrderAsync(shop, variant);
        var cheap = await shop.AuthenticateAsync(JsonSerializer.SerializeToElement(new
        {
            providerOrderId = checkout.Text("payment", "providerOrderId"),
            amount = new { amount = 1, currencyCode = "KRW" },
        }));

        var payload = await buyer.ConfirmAsync(shop, checkout.Text("payment", "id"), cheap, 1000);

        Assert.Equal("PaymentDeclinedError", payload.Error());
        Assert.Equal("PENDING_PAYMENT", (await buyer.OrderByIdAsync(checkout.Text("order", "id"))).Text("status"));
    }
}
