using System.Text.Json;
using LuckyGraph.Subgraphs.Tests.Shop;

namespace LuckyGraph.Subgraphs.Tests.Orders;

[Collection("Shop")]
public sealed class OrderUpdatedTests(ShopFixture shop)
{
    private const string Subscription = "subscription($id: ID!) { orderUpdated(orderId: $id) { status version lines { sku } } }";

    [Fact]
    public async Task A_buyer_sees_the_order_as_it_is_and_then_its_payment()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var checkout = await buyer.OrderAsync(shop, variant);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var events = WatchAsync(buyer, checkout.Text("order", "id"), timeout.Token).GetAsyncEnumerator();

        Assert.True(await events.MoveNextAsync());
        Assert.Equal("PENDING_PAYMENT", events.Current.Text("data", "orderUpdated", "status"));
        await buyer.PayAsync(shop, checkout.GetProperty("payment"));
        var statuses = new List<string>();
        while (!statuses.Contains("PAID") && await events.MoveNextAsync())
        {
            statuses.Add(events.Current.Text("data", "orderUpdated", "status"));
        }

        Assert.Equal("PAID", statuses[^1]);
    }

    [Fact]
    public async Task A_change_arrives_also_while_Redis_is_away()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var checkout = await buyer.OrderAsync(shop, variant);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await shop.Redis.StopAsync();
        try
        {
            await using var events = WatchAsync(buyer, checkout.Text("order", "id"), timeout.Token).GetAsyncEnumerator();
            Assert.True(await events.MoveNextAsync());
            await buyer.PayAsync(shop, checkout.GetProperty("payment"));
            while (events.Current.Text("data", "orderUpdated", "status") != "PAID")
            {
                Assert.True(await events.MoveNextAsync());
            }
        }
        finally
        {
            await shop.Redis.StartAgainAsync();
        }
    }

    [Fact]
    public async Task Strangers_cannot_watch()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var orderId = (await shop.Customer().OrderAsync(shop, variant)).Text("order", "id");
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        foreach (var other in new[] { shop.Anonymous, shop.Customer(), shop.Seller() })
        {
            await foreach (var answer in WatchAsync(other, orderId, timeout.Token))
            {
                Assert.True(answer.TryGetProperty("errors", out _), answer.ToString());
                Assert.False(answer.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
                    && data.TryGetProperty("orderUpdated", out var order) && order.ValueKind == JsonValueKind.Object, answer.ToString());
            }
        }
    }

    private async IAsyncEnumerable<JsonElement> WatchAsync(Caller caller, string orderId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        using var request = caller.Request(shop.OrdersUrl, Subscription, new { id = orderId });
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await shop.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        while (await reader.ReadLineAsync(ct) is { } line && line != "event: complete")
        {
            if (line.StartsWith("data:", StringComparison.Ordinal) && line.Length > 6)
            {
                yield return JsonDocument.Parse(line[5..]).RootElement;
            }
        }
    }
}
