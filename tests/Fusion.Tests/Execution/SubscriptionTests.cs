using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.Fusion.Tests.Execution;

public sealed class SubscriptionTests
{
    private const string Document = "subscription { reviewAdded { body author { name } product { name inStock } } }";

    [Fact]
    public async Task Events_are_completed_with_data_of_other_schemas()
    {
        var events = Channel.CreateUnbounded<object?>();
        await using var gateway = await ShopServers.StartAsync(reviewAdded: events);
        await using var reader = new EventReader(gateway, Document);
        await events.Writer.WriteAsync(ShopServers.Review("12"));
        Assert.Equal("""{"data":{"reviewAdded":{"body":"body 12","author":{"name":"Name 1"},"product":{"name":"Product 2","inStock":false}}}}""", await reader.NextAsync());
        await events.Writer.WriteAsync(ShopServers.Review("21"));
        Assert.Equal("""{"data":{"reviewAdded":{"body":"body 21","author":{"name":"Name 2"},"product":{"name":"Product 1","inStock":true}}}}""", await reader.NextAsync());
        events.Writer.Complete();
        Assert.Null(await reader.NextAsync());
    }

    [Fact]
    public async Task Equal_subscriptions_share_one_upstream()
    {
        var events = Channel.CreateUnbounded<object?>();
        await using var gateway = await ShopServers.StartAsync(reviewAdded: events);
        await using var first = new EventReader(gateway, Document, "Bearer a");
        await using var second = new EventReader(gateway, Document, "Bearer a");
        var (one, two) = (first.NextAsync(), second.NextAsync());
        await EventReader.UntilAsync(() => gateway["reviews"].Bodies.Count == 1);
        await events.Writer.WriteAsync(ShopServers.Review("12"));
        Assert.Equal(await one, await two);
        Assert.Single(gateway["reviews"].Bodies);
        Assert.Single(gateway["products"].Bodies);
    }

    [Fact]
    public async Task A_late_subscriber_sees_what_the_stream_begins_with()
    {
        await using var gateway = await ShopServers.StartAsync();
        var upstreams = 0;
        gateway["reviews"].Answer = async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync($"event: next\ndata: {{\"data\":{{\"reviewAdded\":{{\"body\":\"state for {Interlocked.Increment(ref upstreams)}\"}}}}}}\n\n");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await using var first = new EventReader(gateway, "subscription { reviewAdded { body } }");
        Assert.Contains("state for 1", await first.NextAsync(), StringComparison.Ordinal);
        await using var second = new EventReader(gateway, "subscription { reviewAdded { body } }");
        Assert.Contains("state for 2", await second.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_credentials_get_their_own_upstream()
    {
        var events = Channel.CreateUnbounded<object?>();
        await using var gateway = await ShopServers.StartAsync(reviewAdded: events);
        await using var first = new EventReader(gateway, Document, "Bearer a");
        await using var second = new EventReader(gateway, Document, "Bearer b");
        var pending = (first.NextAsync(), second.NextAsync());
        await EventReader.UntilAsync(() => gateway["reviews"].Bodies.Count == 2);
        Assert.Equal(["Bearer a", "Bearer b"], gateway["reviews"].Authorizations.Order());
        events.Writer.Complete();
        Assert.Null(await pending.Item1);
        Assert.Null(await pending.Item2);
    }

    [Fact]
    public async Task The_upstream_is_cancelled_when_the_last_client_goes()
    {
        await using var gateway = await ShopServers.StartAsync();
        var opened = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        gateway["reviews"].Answer = async (context, _) =>
        {
            context.RequestAborted.Register(() => aborted.TrySetResult());
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync();
            opened.SetResult();
            await aborted.Task;
        };
        var reader = new EventReader(gateway, Document);
        var next = reader.NextAsync();
        await opened.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await reader.DisposeAsync();
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Null(await next);
    }

    [Fact]
    public async Task A_broken_upstream_ends_with_an_error_event()
    {
        await using var gateway = await ShopServers.StartAsync();
        var received = new TaskCompletionSource();
        gateway["reviews"].Answer = async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(":\n\nevent: next\r\ndata: {\"data\":\rdata: {\"reviewAdded\":{\"body\":\"b\"}}}\r\r"));
            await context.Response.Body.FlushAsync();
            await received.Task;
            context.Abort();
        };
        await using var reader = new EventReader(gateway, "subscription { reviewAdded { body } }");
        Assert.Equal("""{"data":{"reviewAdded":{"body":"b"}}}""", await reader.NextAsync());
        received.SetResult();
        Assert.Equal(["SUBGRAPH_UNREACHABLE"], FailureTests.Codes((await reader.NextAsync())!));
        Assert.Null(await reader.NextAsync());
    }

    [Fact]
    public async Task An_upstream_that_cannot_be_opened_is_an_error_event()
    {
        await using var gateway = await ShopServers.StartAsync();
        await gateway["reviews"].DisposeAsync();
        await using var reader = new EventReader(gateway, Document);
        var error = await reader.NextAsync();
        Assert.Equal(["SUBGRAPH_UNREACHABLE"], FailureTests.Codes(error!));
        Assert.Null(await reader.NextAsync());
    }

    [Fact]
    public async Task A_failed_fetch_of_an_event_does_not_end_the_subscription()
    {
        var events = Channel.CreateUnbounded<object?>();
        await using var gateway = await ShopServers.StartAsync(reviewAdded: events);
        await gateway["accounts"].DisposeAsync();
        await using var reader = new EventReader(gateway, "subscription { reviewAdded { body author { name } } }");
        await events.Writer.WriteAsync(ShopServers.Review("12"));
        Assert.Equal(["reviewAdded/author/name"], FailureTests.ErrorPaths((await reader.NextAsync())!));
        await events.Writer.WriteAsync(ShopServers.Review("13"));
        Assert.Contains("body 13", await reader.NextAsync(), StringComparison.Ordinal);
    }
}
