using System.Text.Json;
using LuckyGraph.Subgraphs.Tests.Shop;

namespace LuckyGraph.Subgraphs.Tests.Orders;

[Collection("Shop")]
public sealed class OrderUpdatedTests(ShopFixture shop)
{
    private const string Subscription = "subscription($id: ID!, $after: Int) { orderUpdated(orderId: $id, after: $after) { status version cancelReason lines { sku } } }";

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
    public async Task Who_loses_the_connection_gets_what_was_missed_in_order_and_once()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var checkout = await buyer.OrderAsync(shop, variant);
        var orderId = checkout.Text("order", "id");
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var seen = new List<(int Version, string Status)>();

        // The connection drops after the first event; the payment is declined, and a second one succeeds, while nobody watches.
        await ReadAsync(1);
        await buyer.PayAsync(shop, checkout.GetProperty("payment"), "decline");
        var paying = (await buyer.OrderByIdAsync(orderId)).GetProperty("payment");
        await buyer.PayAsync(shop, paying);
        // It drops again in the middle of what was missed, and again after each event.
        var last = (await buyer.OrderByIdAsync(orderId)).At("version").GetInt32();
        await ReadAsync(2);
        while (seen[^1].Version < last)
        {
            await ReadAsync(1);
        }

        Assert.Equal(seen.Select(s => s.Version).Distinct().Order(), seen.Select(s => s.Version));
        Assert.Equal(["PENDING_PAYMENT", "CONFIRMING", "PENDING_PAYMENT", "CONFIRMING", "PAID"], seen.Select(s => s.Status));

        async Task ReadAsync(int count)
        {
            int? after = seen.Count == 0 ? null : seen[^1].Version;
            await foreach (var answer in WatchAsync(buyer, orderId, timeout.Token, after).Take(count))
            {
                var order = answer.At("data", "orderUpdated");
                seen.Add((order.GetProperty("version").GetInt32(), order.Text("status")));
            }
        }
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

    private async IAsyncEnumerable<JsonElement> WatchAsync(Caller caller, string orderId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct, int? after = null)
    {
        using var request = caller.Request(shop.OrdersUrl, Subscription, new { id = orderId, after });
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
