using System.Text.Json;
using LuckyGraph.Subgraphs.Tests.Shop;

namespace LuckyGraph.Subgraphs.Tests.Orders;

[Collection("Shop")]
public sealed class CrashTests(ShopFixture shop)
{
    [Fact]
    public async Task A_killed_process_loses_no_order_no_payment_and_no_event()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 1000);
        var tokens = new System.Collections.Concurrent.ConcurrentBag<string>();
        var paid = 0;
        var buyers = Enumerable.Range(0, 100).Select(_ => shop.Customer()).ToArray();
        var checkouts = buyers.Select(async (buyer, i) =>
        {
            try
            {
                var checkout = await buyer.OrderAsync(shop, variant);
                var token = await shop.AuthenticateAsync(checkout.GetProperty("payment"));
                tokens.Add(token);
                var payload = await buyer.ConfirmAsync(shop, checkout.Text("payment", "id"), token, 1000);
                if (payload.Error() is null)
                {
                    Interlocked.Increment(ref paid);
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or JsonException or OperationCanceledException)
            {
                // The process died under the call; what it leaves behind is what this test is about.
            }
        }).ToArray();
        await shop.UntilAsync(() => Task.FromResult(Volatile.Read(ref paid) >= 10), "some buyers have paid");
        shop.KillOrders();
        await Task.WhenAll(checkouts);
        await shop.StartOrdersAsync();

        // The clock passes what the reconciler and the sweeper wait for.
        await shop.UntilAsync(async () =>
        {
            await shop.AdvanceOrdersClockAsync(TimeSpan.FromSeconds(30));
            return await CountAsync("orders where status in ('PendingPayment', 'Confirming')") == 0
                && await CountAsync("refund where status <> 'Succeeded'") == 0;
        }, "every order is decided", 90);

        var ids = string.Join(", ", buyers.Select(b => $"'{b.Id}'"));
        Assert.Equal(0, await CountAsync($"orders where buyer_id in ({ids}) and status not in ('Paid', 'Cancelled')"));
        Assert.True(await CountAsync($"orders where buyer_id in ({ids}) and status = 'Paid'") >= paid);
        Assert.Equal(0, await CountAsync("orders o where status = 'Paid' and (select count(*) from payment p where p.order_id = o.id and p.status = 'Captured') <> 1"));
        Assert.Equal(0, await CountAsync("payment p join orders o on o.id = p.order_id where p.status = 'Captured' and o.status <> 'Paid'"));
        Assert.Equal(0, await CountAsync("orders o where status = 'Paid' and (select count(*) from outbox_message m where m.aggregate_id = o.id and m.type = 'OrderPaid') <> 1"));
        Assert.Equal(0, await CountAsync("orders o where (select count(*) from outbox_message m where m.aggregate_id = o.id and m.type = 'OrderPlaced') <> 1"));
        var variantId = variant.Uuid("ProductVariant");
        var sold = await CountAsync($"order_line l join orders o on o.id = l.order_id where o.status = 'Paid' and l.variant_id = '{variantId}'");
        Assert.Equal(1000 - sold, await shop.OrdersSqlAsync<int>($"select on_hand from inventory_level where variant_id = '{variantId}'"));
        Assert.Equal(0, await shop.OrdersSqlAsync<int>($"select reserved from inventory_level where variant_id = '{variantId}'"));
        foreach (var token in tokens)
        {
            var provider = await shop.ProviderPaymentAsync(token);
            if (provider.Text("status") == "DONE")
            {
                Assert.Equal(1, await CountAsync($"payment p join orders o on o.id = p.order_id where p.provider_key = '{token}' and p.status = 'Captured' and o.status = 'Paid'"));
            }
        }

        await shop.UntilAsync(async () => await CountAsync("outbox_message where published_at is null") == 0, "every event is published");
    }

    private Task<long> CountAsync(string what) => shop.OrdersSqlAsync<long>($"select count(*) from {what}");
}
