using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Engine.Subscriptions;
using LuckyGraph.Hosting.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Subgraphs.Tests.Hosting;

[Collection("Servers")]
public sealed class HostTests(ServersFixture servers)
{
    [Fact]
    public async Task A_host_starts_and_serves_without_redis_and_finds_it_later()
    {
        await using var redis = await PrivateRedis.StartTemporaryAsync();
        await redis.StopAsync();
        await using var host = await LedgerHost.StartAsync(servers, ServersFixture.NewDatabase(), "lonely", listens: true, redis);

        using var ready = await host.Http.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("down", (await ready.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("redis").GetString());

        var book = Guid.CreateVersion7();
        await host.NoteAsync(book, [1]);
        await redis.StartAgainAsync();

        // The host hears its own event through the bus: noted once by itself, once by its handler.
        await Eventually.HoldsAsync(async () => (await host.NumbersAsync(book)).Count == 2, "the event comes back", seconds: 60);
    }

    [Fact]
    public async Task Readiness_tells_that_the_database_is_gone()
    {
        await using var postgres = await PrivatePostgres.StartTemporaryAsync();
        await using var host = await LedgerHost.StartAsync(postgres, servers.Redis, ServersFixture.NewDatabase(), "homeless", listens: false);
        await postgres.StopAsync();

        using var unready = await host.Http.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unready.StatusCode);
        using var live = await host.Http.GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task A_topic_reaches_subscribers_in_every_process()
    {
        await using var here = await LedgerHost.StartAsync(servers, ServersFixture.NewDatabase(), "topics", listens: false);
        await using var there = await LedgerHost.StartAsync(servers, ServersFixture.NewDatabase(), "topics", listens: false);
        var mine = await here.Services.GetRequiredService<ITopicEventReceiver>().SubscribeAsync<string>("news");
        var theirs = await there.Services.GetRequiredService<ITopicEventReceiver>().SubscribeAsync<string>("news");

        var sender = here.Services.GetRequiredService<ITopicEventSender>();
        await sender.SendAsync("news", "one");
        await sender.SendAsync("news", "two");
        await sender.CompleteAsync("news");

        Assert.Equal(["one", "two"], await mine.ToListAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(["one", "two"], await theirs.ToListAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_topic_reaches_subscribers_of_its_own_process_while_redis_is_down()
    {
        await using var redis = await PrivateRedis.StartTemporaryAsync();
        await using var host = await LedgerHost.StartAsync(servers, ServersFixture.NewDatabase(), "island", listens: false, redis);
        var topic = await host.Services.GetRequiredService<ITopicEventReceiver>().SubscribeAsync<int>("numbers");
        await redis.StopAsync();

        var sender = host.Services.GetRequiredService<ITopicEventSender>();
        await sender.SendAsync("numbers", 7);
        await sender.CompleteAsync("numbers");

        Assert.Equal([7], await topic.ToListAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task The_clock_moves_forward_and_never_back()
    {
        await using var host = await LedgerHost.StartAsync(servers, ServersFixture.NewDatabase(), "clock", listens: false);
        var clock = host.Services.GetRequiredService<TimeProvider>();

        using var moved = await host.Http.PostAsJsonAsync("/dev/clock", new { advanceSeconds = 301 });
        using var refused = await host.Http.PostAsJsonAsync("/dev/clock", new { advanceSeconds = -1 });

        Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.InRange(clock.GetUtcNow() - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(302));
    }

    [Theory]
    [InlineData("Mail to anna.kim+shop@example.co.kr failed", "Mail to ••• failed")]
    [InlineData("call 010-1234-5678 now", "call ••• now")]
    [InlineData("Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln is refused", "Bearer ••• is refused")]
    [InlineData("order 20261121-000042 at 03:04:05", "order 20261121-000042 at 03:04:05")]
    public void Logs_keep_no_personal_data(string message, string logged) => Assert.Equal(logged, PrivateJsonFormatter.Mask(message));
}
