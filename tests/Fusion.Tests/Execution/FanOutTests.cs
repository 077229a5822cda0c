using System.Diagnostics.Metrics;
using System.Threading.Channels;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Execution;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>Many subscribers of one stream: nothing is lost, nobody waits for the slowest, nothing is left behind.</summary>
public sealed class FanOutTests
{
    private const string Document = "subscription { reviewAdded { body author { name } } }";

    [Fact]
    public async Task Every_subscriber_gets_every_event_once_and_in_order()
    {
        const int Subscribers = 300, Events = 40;
        var events = Channel.CreateUnbounded<object?>();
        await using var gateway = await ShopServers.StartAsync(reviewAdded: events);
        var readers = Enumerable.Range(0, Subscribers).Select(_ => new EventReader(gateway, Document)).ToArray();
        await EventReader.UntilAsync(() => gateway.Executor.Subscriptions == Subscribers);

        for (var i = 0; i < Events; i++)
        {
            await events.Writer.WriteAsync(ShopServers.Review($"1{i}"));
        }

        events.Writer.Complete();
        foreach (var reader in readers)
        {
            for (var i = 0; i < Events; i++)
            {
                Assert.Equal("""{"data":{"reviewAdded":{"body":"body 1#","author":{"name":"Name 1"}}}}""".Replace("#", $"{i}", StringComparison.Ordinal), await reader.NextAsync());
            }

            Assert.Null(await reader.NextAsync());
            await reader.DisposeAsync();
        }

        Assert.Single(gateway["reviews"].Bodies);
        Assert.Equal(Events, gateway["accounts"].Bodies.Count);
        await EventReader.UntilAsync(() => gateway.Executor is { Subscriptions: 0, SubscriptionUpstreams: 0 });
    }

    [Fact]
    public async Task A_slow_reader_leaves_with_an_error_and_the_others_miss_nothing()
    {
        const int Events = 30, Buffer = 5;
        var events = Channel.CreateUnbounded<object?>();
        await using var gateway = await ShopServers.StartAsync(reviewAdded: events, options: new FusionOptions { SubscriptionBuffer = Buffer });
        var dropped = 0;
        using var meter = new MeterListener();
        meter.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "luckygraph.gateway.subscription.dropped")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meter.SetMeasurementEventCallback<int>((_, count, _, _) => Interlocked.Add(ref dropped, count));
        meter.Start();
        await using var slow = await StartedAsync(gateway);
        await using var quick = new EventReader(gateway, Document);
        await EventReader.UntilAsync(() => gateway.Executor.Subscriptions == 2);

        for (var i = 0; i < Events; i++)
        {
            await events.Writer.WriteAsync(ShopServers.Review($"1{i}"));
            Assert.Contains($"body 1{i}", await quick.NextAsync(), StringComparison.Ordinal);
            await slow.First.WaitAsync(TimeSpan.FromSeconds(20));
        }

        // One event was taken at once, then the buffer filled.
        for (var i = 0; i < Buffer + 1; i++)
        {
            Assert.Contains($"body 1{i}", await slow.NextAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(["LIMIT_EXCEEDED"], FailureTests.Codes((await slow.NextAsync())!));
        Assert.Null(await slow.NextAsync());
        Assert.True(Volatile.Read(ref dropped) > 0);
    }

    [Fact]
    public async Task A_slow_reader_loses_the_oldest_events_where_that_is_the_policy()
    {
        var events = Channel.CreateUnbounded<object?>();
        await using var gateway = await ShopServers.StartAsync(
            reviewAdded: events, options: new FusionOptions { SubscriptionBuffer = 3, SubscriptionOverflow = SubscriptionOverflow.DropOldest });
        await using var slow = await StartedAsync(gateway);
        await using var quick = new EventReader(gateway, Document);
        await EventReader.UntilAsync(() => gateway.Executor.Subscriptions == 2);
        for (var i = 0; i < 10; i++)
        {
            await events.Writer.WriteAsync(ShopServers.Review($"1{i}"));
            Assert.Contains($"body 1{i}", await quick.NextAsync(), StringComparison.Ordinal);
            await slow.First.WaitAsync(TimeSpan.FromSeconds(20));
        }

        events.Writer.Complete();
        Assert.Null(await quick.NextAsync());
        foreach (var i in (int[])[0, 7, 8, 9])
        {
            Assert.Contains($"body 1{i}", await slow.NextAsync(), StringComparison.Ordinal);
        }

        Assert.Null(await slow.NextAsync());
    }

    [Fact]
    public async Task Subscribers_that_come_and_go_leave_nothing_behind()
    {
        var events = Channel.CreateUnbounded<object?>();
        await using var gateway = await ShopServers.StartAsync(reviewAdded: events);
        for (var round = 0; round < 20; round++)
        {
            var readers = Enumerable.Range(0, 25).Select(i => new EventReader(gateway, Document, $"Bearer {i % 3}")).ToArray();
            await EventReader.UntilAsync(() => gateway.Executor.Subscriptions == readers.Length);
            Assert.InRange(gateway.Executor.SubscriptionUpstreams, 1, 3);
            foreach (var reader in readers)
            {
                await reader.DisposeAsync();
            }

            await EventReader.UntilAsync(() => gateway.Executor is { Subscriptions: 0, SubscriptionUpstreams: 0 });
        }
    }

    [Fact]
    public async Task Subscriptions_beyond_the_limits_are_refused()
    {
        var events = Channel.CreateUnbounded<object?>();
        await using var gateway = await ShopServers.StartAsync(reviewAdded: events, options: new FusionOptions { MaxSubscriptions = 3, MaxSubscriptionsPerCaller = 1 });
        await using var first = new EventReader(gateway, Document, "Bearer a");
        await EventReader.UntilAsync(() => gateway.Executor.Subscriptions == 1);
        await using var second = new EventReader(gateway, Document, "Bearer a");
        Assert.Equal(["LIMIT_EXCEEDED"], FailureTests.Codes((await second.NextAsync())!));

        await using var third = new EventReader(gateway, Document);
        await using var fourth = new EventReader(gateway, Document);
        await EventReader.UntilAsync(() => gateway.Executor.Subscriptions == 3);
        await using var fifth = new EventReader(gateway, Document);
        Assert.Equal(["LIMIT_EXCEEDED"], FailureTests.Codes((await fifth.NextAsync())!));
    }

    [Fact]
    public async Task An_executor_that_is_replaced_interrupts_its_subscriptions()
    {
        await using var gateway = await ShopServers.StartAsync(reviewAdded: Channel.CreateUnbounded<object?>());
        await using var result = await gateway.Executor.ExecuteAsync(TestGateway.Request(Document), CancellationToken.None);
        await using var responses = Assert.IsAssignableFrom<StreamResult>(result).ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        var next = responses.MoveNextAsync().AsTask();
        await EventReader.UntilAsync(() => gateway.Executor.Subscriptions == 1);

        gateway.Executor.EndSubscriptions();

        Assert.Equal(GatewayErrorCodes.SchemaChanged, (await Assert.ThrowsAsync<StreamInterruptedException>(() => next)).Code);
        Assert.Equal(0, gateway.Executor.SubscriptionUpstreams);
    }

    [Fact]
    public async Task The_operations_in_use_are_planned_by_the_executor_that_takes_over()
    {
        await using var old = await ShopServers.StartAsync();
        await using var fresh = await ShopServers.StartAsync();
        await old.RunAsync("{ me { name } }");
        await old.RunAsync("{ unknown }");

        await fresh.Executor.WarmAsync(old.Executor.RecentOperations(10), CancellationToken.None);

        Assert.Equal("{ me { name } }", System.Text.Encoding.UTF8.GetString(Assert.Single(fresh.Executor.RecentOperations(10)).Document.Span));
    }

    private static async Task<SlowReader> StartedAsync(TestGateway gateway)
    {
        var result = await gateway.Executor.ExecuteAsync(TestGateway.Request(Document), CancellationToken.None);
        return new SlowReader(Assert.IsAssignableFrom<StreamResult>(result));
    }

    /// <summary>Waits for the first response, and reads no other before it is told to.</summary>
    private sealed class SlowReader : IAsyncDisposable
    {
        private readonly StreamResult _stream;
        private readonly IAsyncEnumerator<SingleResult> _responses;
        private Task<bool>? _next;

        public SlowReader(StreamResult stream)
        {
            _stream = stream;
            _responses = stream.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
            _next = _responses.MoveNextAsync().AsTask();
            First = _next;
        }

        /// <summary>Completes when the first response is taken.</summary>
        public Task First { get; }

        public async Task<string?> NextAsync()
        {
            var next = _next ?? _responses.MoveNextAsync().AsTask();
            _next = null;
            if (!await next.WaitAsync(TimeSpan.FromSeconds(20)))
            {
                return null;
            }

            await using var response = _responses.Current;
            return System.Text.Encoding.UTF8.GetString(response.Json.Span);
        }

        public async ValueTask DisposeAsync()
        {
            await _responses.DisposeAsync();
            await _stream.DisposeAsync();
        }
    }
}
