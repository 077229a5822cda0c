using System.Net;
using LuckyGraph.Engine.Tests.Subscriptions;
using LuckyGraph.Fusion.Tests.Execution;
using LuckyGraph.Gateway.RateLimits;

namespace LuckyGraph.Fusion.Tests.Gateway;

public sealed class RateLimitTests(PrivateRedis redis) : IClassFixture<PrivateRedis>
{
    private const string Sdl = "type Query { a: String items(first: Int): [Item] @listSize(slicingArguments: [\"first\"]) } type Item { name: String }";

    private static Task<SourceServer> ServerAsync() => SourceServer.StartAsync(
        "a", Sdl, new() { ["Query.a"] = static (_, _) => "A", ["Query.items"] = static (_, _) => Array.Empty<object>() });

    private static (string, string)[] Limits(string requests, params (string, string)[] more)
        => [("LUCKY_GATEWAY_RATE_LIMIT", requests), ("LUCKY_GATEWAY_RATE_LIMIT_LOOPBACK", "true"), .. more];

    [Fact]
    public async Task A_client_that_asks_too_often_is_told_when_to_come_back()
    {
        await using var gateway = await GatewayOver.StartAsync([await ServerAsync()], Limits("3/3600"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await gateway.PostAsync("{ a }")).Status);
        }

        var refused = await gateway.PostAsync("{ a }");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Equal([GatewayErrorCodes.RateLimited], refused.Codes);
        Assert.InRange(int.Parse(Assert.Single(refused.Header("Retry-After"))), 1, 1200);
    }

    [Fact]
    public async Task Documents_that_do_not_parse_and_sets_of_a_batch_count_too()
    {
        await using var gateway = await GatewayOver.StartAsync([await ServerAsync()], Limits("4/3600", ("LUCKY_GATEWAY_BATCHING", "true")));
        await gateway.PostAsync("{ a");

        Assert.Equal(HttpStatusCode.OK, (await gateway.PostAsync(new { query = "query($n: Int) { items(first: $n) { name } }", variables = new[] { new { n = 1 }, new { n = 2 }, new { n = 3 } } })).Status);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await gateway.PostAsync("{ a }")).Status);
    }

    [Fact]
    public async Task Subjects_are_told_apart_and_known_keys_have_limits_of_their_own()
    {
        await using var gateway = await GatewayOver.StartAsync([await ServerAsync()], Limits("1/3600", ("LUCKY_GATEWAY_API_KEYS", "partner=s3cret@2/3600")));
        Task<HttpStatusCode> Ask(params (string, string)[] headers) => gateway.PostAsync("{ a }", headers).ContinueWith(static t => t.Result.Status, TaskScheduler.Default);

        Assert.Equal(HttpStatusCode.OK, await Ask());
        Assert.Equal(HttpStatusCode.OK, await Ask(("Authorization", gateway.Token("one"))));
        Assert.Equal(HttpStatusCode.OK, await Ask(("Authorization", gateway.Token("two"))));
        Assert.Equal(HttpStatusCode.TooManyRequests, await Ask(("Authorization", gateway.Token("one"))));
        Assert.Equal(HttpStatusCode.OK, await Ask(("X-API-Key", "s3cret")));
        Assert.Equal(HttpStatusCode.OK, await Ask(("X-API-Key", "s3cret")));
        Assert.Equal(HttpStatusCode.TooManyRequests, await Ask(("X-API-Key", "s3cret")));
        Assert.Equal(HttpStatusCode.TooManyRequests, await Ask(("X-API-Key", "invented")));
    }

    [Fact]
    public async Task Behind_proxies_the_address_that_the_outermost_saw_counts()
    {
        await using var gateway = await GatewayOver.StartAsync([await ServerAsync()], Limits("1/3600", ("LUCKY_GATEWAY_TRUSTED_PROXIES", "1")));

        Assert.Equal(HttpStatusCode.OK, (await gateway.PostAsync("{ a }", ("X-Forwarded-For", "203.0.113.1"))).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await gateway.PostAsync("{ a }", ("X-Forwarded-For", "198.51.100.7, 203.0.113.1"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.PostAsync("{ a }", ("X-Forwarded-For", "203.0.113.2"))).Status);
    }

    [Fact]
    public async Task Callers_of_this_machine_are_not_limited_by_default()
    {
        await using var gateway = await GatewayOver.StartAsync([await ServerAsync()], ("LUCKY_GATEWAY_RATE_LIMIT", "1/3600"));

        Assert.Equal(HttpStatusCode.OK, (await gateway.PostAsync("{ a }")).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.PostAsync("{ a }")).Status);
    }

    [Fact]
    public async Task What_operations_cost_counts_with_their_variables()
    {
        await using var gateway = await GatewayOver.StartAsync([await ServerAsync()], Limits("0", ("LUCKY_GATEWAY_RATE_LIMIT_COST", "200/3600")));
        Task<GatewayAnswer> Items(int n) => gateway.PostAsync(new { query = "query($n: Int) { items(first: $n) { name } }", variables = new { n } });

        Assert.Equal(HttpStatusCode.OK, (await Items(150)).Status);
        var refused = await Items(100);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.NotEmpty(refused.Header("Retry-After"));
        Assert.Equal(HttpStatusCode.OK, (await Items(10)).Status);
    }

    [RedisFact]
    public async Task Gateways_count_together_in_Redis_and_alone_without_it()
    {
        var settings = Limits("2/3600", ("LUCKY_GATEWAY_REDIS", redis.Configuration), ("LUCKY_GATEWAY_REDIS_PREFIX", $"{Guid.NewGuid()}:"), ("LUCKY_GATEWAY_REDIS_TIMEOUT_MS", "5000"));
        await using var one = await GatewayOver.StartAsync([await ServerAsync()], settings);
        await using var two = await GatewayOver.StartAsync([await ServerAsync()], settings);

        Assert.Equal(HttpStatusCode.OK, (await one.PostAsync("{ a }")).Status);
        Assert.Equal(HttpStatusCode.OK, (await two.PostAsync("{ a }")).Status);
        var refused = await one.PostAsync("{ a }");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.InRange(int.Parse(Assert.Single(refused.Header("Retry-After"))), 1, 1800);

        await redis.StopAsync();
        Assert.Equal(HttpStatusCode.OK, (await one.PostAsync("{ a }")).Status);
        Assert.Equal(HttpStatusCode.OK, (await one.PostAsync("{ a }")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await one.PostAsync("{ a }")).Status);
    }

    [Fact]
    public void An_allowance_comes_back_with_time_and_never_beyond_its_size()
    {
        var clock = new Engine.Tests.Authentication.ManualClock();
        var counters = new RateCounters(clock);
        var limit = new RateLimit(10, TimeSpan.FromSeconds(10));

        Assert.Equal(TimeSpan.Zero, counters.Take("c", limit, 10));
        Assert.Equal(TimeSpan.FromSeconds(3), counters.Take("c", limit, 3));
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.Zero, counters.Take("c", limit, 3));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.Zero, counters.Take("c", limit, 10));
        Assert.NotEqual(TimeSpan.Zero, counters.Take("c", limit, 1));
    }

    [Fact]
    public void Memory_stays_bounded_whoever_asks()
    {
        var clock = new Engine.Tests.Authentication.ManualClock();
        var counters = new RateCounters(clock, capacity: 100);
        var limit = new RateLimit(1, TimeSpan.FromSeconds(1));
        for (var i = 0; i < 1_000; i++)
        {
            counters.Take($"c{i}", limit, 1);
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(counters.Count, 1, 101);
    }
}
