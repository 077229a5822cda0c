using System.Text.Json;
using LuckyGraph.Subgraphs.Tests.Shop;
using Npgsql;

namespace LuckyGraph.Subgraphs.Tests.Orders;

[Collection("Shop")]
public sealed class StockRaceTests(ShopFixture shop)
{
    [Fact]
    public async Task Of_300_buyers_at_once_for_a_stock_of_30_exactly_30_order()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 30);
        var buyers = await BuyersAsync(variant, 300);

        var payloads = await Task.WhenAll(buyers.Select(b => b.Buyer.CheckOutAsync(shop, b.CartVersion)));

        await Exactly30Async(variant, payloads);
    }

    [Fact]
    public async Task Exactly_30_order_also_while_Redis_is_stopped_and_started()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 30);
        var buyers = await BuyersAsync(variant, 300);

        await shop.Redis.StopAsync();
        var first = Task.WhenAll(buyers[..150].Select(b => b.Buyer.CheckOutAsync(shop, b.CartVersion)));
        await shop.Redis.StartAgainAsync();
        var second = Task.WhenAll(buyers[150..].Select(b => b.Buyer.CheckOutAsync(shop, b.CartVersion)));

        await Exactly30Async(variant, [.. await first, .. await second]);
        await shop.UntilAsync(
            async () => await shop.OrdersSqlAsync<long>("select count(*) from outbox_message where published_at is null") == 0,
            "the bus catches up after Redis is back", 60);
    }

    [Fact]
    public async Task Demand_is_added_up_over_lines_and_orders_of_two_variants_never_block_each_other()
    {
        var seller = shop.Seller();
        var one = await seller.OfferAsync(shop, 100, 40);
        var two = await seller.OfferAsync(shop, 100, 40);

        var payloads = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            var buyer = shop.Customer();
            (string, int)[] lines = i % 2 == 0 ? [(one, 1), (two, 1)] : [(two, 1), (one, 1)];
            return await buyer.CheckOutAsync(shop, await buyer.PutIntoCartAsync(shop, lines));
        }));

        Assert.Equal(40, payloads.Count(p => p.Error() is null));
        Assert.Equal(20, payloads.Count(p => p.Error() == "InsufficientStockError"));
        Assert.Equal(0, await shop.AvailableAsync(one));
        Assert.Equal(0, await shop.AvailableAsync(two));
    }

    [Fact]
    public async Task Cancelling_while_the_buyer_begins_another_cart_keeps_that_cart()
    {
        var variant = await shop.Seller().OfferAsync(shop, 1000, 5);
        var buyer = shop.Customer();
        var orderId = (await buyer.OrderAsync(shop, variant)).Text("order", "id");

        // The other cart is written, but not committed, when the order is cancelled.
        await using var connection = new NpgsqlConnection($"{shop.Postgres.ConnectionTo("lucky_orders")};Pooling=false");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var other = Guid.CreateVersion7();
        await using (var insert = new NpgsqlCommand(
            $"INSERT INTO cart (id, owner_id, status, created_at, updated_at, version) VALUES ('{other}', '{buyer.Id}', 'Open', now(), now(), 0)", connection, transaction))
        {
            await insert.ExecuteNonQueryAsync();
        }

        var cancelling = buyer.MutateAsync(shop.OrdersUrl, "orderCancel", "OrderCancelInput", new { orderId }, "order { status }");
        await shop.UntilAsync(
            async () => await shop.OrdersSqlAsync<long>("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%UPDATE cart%'") == 1,
            "orderCancel waits for the other cart");
        await transaction.CommitAsync();

        Assert.Equal("CANCELLED", (await cancelling).Text("order", "status"));
        Assert.Equal(other, await shop.OrdersSqlAsync<Guid>($"select id from cart where owner_id = '{buyer.Id}' and status = 'Open'"));
        Assert.Equal(5, await shop.AvailableAsync(variant));
    }

    private async Task<(Caller Buyer, int CartVersion)[]> BuyersAsync(string variant, int count)
        => await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            var buyer = shop.Customer();
            return (buyer, await buyer.PutIntoCartAsync(shop, (variant, 1)));
        }));

    private async Task Exactly30Async(string variant, JsonElement[] payloads)
    {
        Assert.Equal(300, payloads.Length);
        Assert.Equal(30, payloads.Count(p => p.Error() is null));
        Assert.Equal(270, payloads.Count(p => p.Error() == "InsufficientStockError"));
        var id = variant.Uuid("ProductVariant");
        Assert.Equal(30, await shop.OrdersSqlAsync<long>($"select count(distinct order_id) from order_line where variant_id = '{id}'"));
        Assert.Equal(30, await shop.OrdersSqlAsync<int>($"select reserved from inventory_level where variant_id = '{id}'"));
        Assert.Equal(30, await shop.OrdersSqlAsync<int>($"select on_hand from inventory_level where variant_id = '{id}'"));
        Assert.Equal(30, await shop.OrdersSqlAsync<long>($"select sum(reserved_delta) from stock_movement where variant_id = '{id}'"));
    }
}
