using System.Net.Http.Json;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Hosting.Events;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Subgraphs.Tests.Hosting;

[Collection("Servers")]
public sealed class EventTests(ServersFixture servers)
{
    [Fact]
    public async Task An_event_of_a_committed_change_reaches_another_subgraph_in_order()
    {
        await using var teller = await StartAsync("teller1", listens: false);
        await using var taker = await StartAsync("taker1", listens: true);
        var book = Guid.CreateVersion7();

        await teller.NoteAsync(book, Enumerable.Range(1, 50));
        await teller.NoteAsync(book, Enumerable.Range(51, 50));

        await ArrivesAsync(taker, book, 100);
        Assert.Equal(Enumerable.Range(1, 100), await taker.NumbersAsync(book));
    }

    [Fact]
    public async Task An_event_of_a_change_that_was_rolled_back_reaches_nobody()
    {
        await using var teller = await StartAsync("teller2", listens: false);
        await using var taker = await StartAsync("taker2", listens: true);
        var (undone, done) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        await teller.NoteAsync(undone, [1], commit: false);
        await teller.NoteAsync(done, [1]);

        await ArrivesAsync(taker, done, 1);
        Assert.Empty(await taker.NumbersAsync(undone));
    }

    [Fact]
    public async Task An_event_that_is_delivered_twice_takes_effect_once()
    {
        await using var teller = await StartAsync("teller3", listens: false);
        await using var taker = await StartAsync("taker3", listens: true);
        var book = Guid.CreateVersion7();
        await teller.NoteAsync(book, [1, 2]);
        await ArrivesAsync(taker, book, 2);

        var bus = teller.Services.GetRequiredService<IEventBus>();
        var events = await servers.QueryAsync<string>(teller.Database, "select event_id::text from outbox_message order by id");
        var second = new LuckyGraph.Contracts.Events.EventEnvelope(
            Guid.Parse(events[0]), nameof(WordNoted), 1, DateTimeOffset.UtcNow, book, null,
            System.Text.Json.JsonSerializer.SerializeToElement(new WordNoted(book, 1, "again"), LuckyGraph.Contracts.Events.EventEnvelope.Json));
        await bus.PublishAsync("teller3", [(2, second)], CancellationToken.None);
        await teller.NoteAsync(book, [3]);

        await ArrivesAsync(taker, book, 3);
        Assert.Equal([1, 2, 3], await taker.NumbersAsync(book));
    }

    [Fact]
    public async Task An_event_whose_handler_fails_is_tried_again_and_holds_back_later_ones_of_its_aggregate_only()
    {
        await using var teller = await StartAsync("teller4", listens: false);
        await using var taker = await StartAsync("taker4", listens: true);
        var (stuck, free) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var isBroken = true;
        taker.Script.BeforeReturn = word =>
        {
            if (isBroken && word.BookId == stuck && word.Number == 1)
            {
                throw new InvalidOperationException("The handler is broken.");
            }
        };

        await teller.NoteAsync(stuck, [1, 2]);
        await teller.NoteAsync(free, [1]);
        await ArrivesAsync(taker, free, 1);
        Assert.Empty(await taker.NumbersAsync(stuck));

        isBroken = false;
        await AdvanceClockAsync(taker, 700);
        await ArrivesAsync(taker, stuck, 2);
        Assert.Equal([1, 2], await taker.NumbersAsync(stuck));
    }

    [Fact]
    public async Task An_event_that_keeps_failing_is_given_up_and_lets_later_ones_pass()
    {
        await using var teller = await StartAsync("teller5", listens: false);
        await using var taker = await StartAsync("taker5", listens: true);
        var book = Guid.CreateVersion7();
        taker.Script.BeforeReturn = word =>
        {
            if (word.BookId == book && word.Number == 1)
            {
                throw new InvalidOperationException("This one can never be taken.");
            }
        };
        await teller.NoteAsync(book, [1, 2]);

        await Eventually.HoldsAsync(async () =>
        {
            await AdvanceClockAsync(taker, 601);
            return (await taker.NumbersAsync(book)).Count == 1;
        }, "the second event arrives", seconds: 60);

        Assert.Equal([2], await taker.NumbersAsync(book));
        Assert.Equal(["DEAD"], await servers.QueryAsync<string>(taker.Database, "select state from inbox_message where state <> 'DONE'"));
    }

    [Fact]
    public async Task Events_wait_while_redis_is_down_and_arrive_when_it_is_back()
    {
        await using var redis = await PrivateRedis.StartTemporaryAsync();
        await using var teller = await StartAsync("teller6", listens: false, redis);
        await using var taker = await StartAsync("taker6", listens: true, redis);
        var book = Guid.CreateVersion7();
        await teller.NoteAsync(book, [1]);
        await ArrivesAsync(taker, book, 1);

        await redis.StopAsync();
        await teller.NoteAsync(book, [2, 3]);
        await redis.StartAgainAsync();
        await teller.NoteAsync(book, [4]);

        await ArrivesAsync(taker, book, 4, seconds: 60);
        Assert.Equal([1, 2, 3, 4], await taker.NumbersAsync(book));
    }

    [Fact]
    public async Task Events_that_redis_forgot_are_published_again()
    {
        await using var redis = await PrivateRedis.StartTemporaryAsync();
        await using var teller = await StartAsync("teller7", listens: false, redis);
        var book = Guid.CreateVersion7();
        await teller.NoteAsync(book, Enumerable.Range(1, 20));
        await Eventually.HoldsAsync(async () => (await servers.QueryAsync<long>(teller.Database, "select count(*) from outbox_message where published_at is null"))[0] == 0, "all are published");

        using (var client = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync($"{redis.ConnectionString},allowAdmin=true"))
        {
            await client.GetServer(redis.ConnectionString).FlushDatabaseAsync();
        }

        await using var taker = await StartAsync("taker7", listens: true, redis);
        await ArrivesAsync(taker, book, 20, seconds: 60);
        Assert.Equal(Enumerable.Range(1, 20), await taker.NumbersAsync(book));
    }

    [Fact]
    public async Task What_a_consumer_took_and_did_not_finish_is_taken_up_by_the_next_one()
    {
        await using var redis = await PrivateRedis.StartTemporaryAsync();
        await using var teller = await StartAsync("teller8", listens: false, redis);
        var database = ServersFixture.NewDatabase();
        var book = Guid.CreateVersion7();

        // A consumer that is given the events and dies before it handles any.
        using (var client = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(redis.ConnectionString))
        {
            await client.GetDatabase().ExecuteAsync("XGROUP", "CREATE", "lucky:events", "taker8", "0", "MKSTREAM");
            await teller.NoteAsync(book, [1, 2, 3]);
            await Eventually.HoldsAsync(
                async () => (await servers.QueryAsync<long>(teller.Database, "select count(*) from outbox_message where published_at is null"))[0] == 0, "all are published");
            await client.GetDatabase().ExecuteAsync("XREADGROUP", "GROUP", "taker8", "dead", "COUNT", 10, "STREAMS", "lucky:events", ">");
        }

        await using var taker = await StartAsync("taker8", listens: true, redis, database);
        await ArrivesAsync(taker, book, 3);
        Assert.Equal([1, 2, 3], await taker.NumbersAsync(book));
    }

    [Fact]
    public async Task Two_processes_of_a_subgraph_take_each_event_once_between_them()
    {
        await using var teller = await StartAsync("teller9", listens: false);
        var database = ServersFixture.NewDatabase();
        await using var first = await StartAsync("taker9", listens: true, database: database);
        await using var second = await StartAsync("taker9", listens: true, database: database);
        var book = Guid.CreateVersion7();

        await teller.NoteAsync(book, Enumerable.Range(1, 30));
        await ArrivesAsync(first, book, 30);

        Assert.Equal(30, first.Script.Calls + second.Script.Calls);
    }

    private Task<LedgerHost> StartAsync(string name, bool listens, PrivateRedis? redis = null, string? database = null)
        => LedgerHost.StartAsync(servers, database ?? ServersFixture.NewDatabase(), name, listens, redis);

    private static async Task ArrivesAsync(LedgerHost taker, Guid book, int count, int seconds = 30)
        => await Eventually.HoldsAsync(async () => (await taker.NumbersAsync(book)).Count >= count, $"{count} events arrive", seconds);

    private static async Task AdvanceClockAsync(LedgerHost host, int seconds)
    {
        using var response = await host.Http.PostAsJsonAsync("/dev/clock", new { advanceSeconds = seconds });
        response.EnsureSuccessStatusCode();
    }
}
