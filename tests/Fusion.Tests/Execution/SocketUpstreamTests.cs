using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using LuckyGraph.Fusion.Transport;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>Subscriptions that reach subgraphs over graphql-transport-ws.</summary>
public sealed class SocketUpstreamTests
{
    private const string Body = "subscription { reviewAdded { body } }";
    private const string Author = "subscription { reviewAdded { body author { name } } }";

    [Fact]
    public async Task Events_arrive_and_the_end_is_the_end()
    {
        var events = Channel.CreateUnbounded<object?>();
        await using var gateway = await StartAsync(events);
        await using var reader = new EventReader(gateway, Author, "Bearer a");
        await events.Writer.WriteAsync(ShopServers.Review("12"));
        Assert.Equal("""{"data":{"reviewAdded":{"body":"body 12","author":{"name":"Name 1"}}}}""", await reader.NextAsync());
        events.Writer.Complete();
        Assert.Null(await reader.NextAsync());
        Assert.Equal(["Bearer a"], gateway["reviews"].Authorizations);
    }

    [Fact]
    public async Task Subscriptions_of_one_identity_share_a_connection()
    {
        await using var gateway = await StartAsync(Channel.CreateUnbounded<object?>());
        var readers = new List<EventReader>();
        foreach (var token in (string[])["Bearer a", "Bearer b"])
        {
            foreach (var document in (string[])[Body, Author])
            {
                readers.Add(new EventReader(gateway, document, token));
            }
        }

        await EventReader.UntilAsync(() => gateway.Executor.SubscriptionUpstreams == 4 && gateway["reviews"].Bodies.Count >= 2);
        Assert.Equal(["Bearer a", "Bearer b"], gateway["reviews"].Authorizations.Order());
        foreach (var reader in readers)
        {
            await reader.DisposeAsync();
        }

        Assert.Equal(2, gateway["reviews"].Bodies.Count);
    }

    [Fact]
    public async Task A_connection_takes_no_more_subscriptions_than_the_subgraph_allows()
    {
        await using var gateway = await StartAsync(Channel.CreateUnbounded<object?>(), mostPerSocket: 1);
        await using var first = new EventReader(gateway, Body);
        await using var second = new EventReader(gateway, Author);
        await EventReader.UntilAsync(() => gateway["reviews"].Bodies.Count == 2);
    }

    [Fact]
    public async Task Errors_of_the_operation_are_a_response()
    {
        await using var gateway = await StartAsync(Channel.CreateUnbounded<object?>());
        gateway["reviews"].Answer = ScriptedSocket(new TaskCompletionSource().Task, """{"id":"1","type":"error","payload":[{"message":"no","extensions":{"code":"NO"}}]}""");
        await using var reader = new EventReader(gateway, Body);
        Assert.Equal(["NO"], FailureTests.Codes((await reader.NextAsync())!));
        Assert.Null(await reader.NextAsync());
    }

    [Fact]
    public async Task A_connection_that_breaks_ends_its_subscriptions_with_an_error()
    {
        await using var gateway = await StartAsync(Channel.CreateUnbounded<object?>());
        var received = new TaskCompletionSource();
        gateway["reviews"].Answer = ScriptedSocket(
            received.Task, """{"type":"ping"}""", """{"type":"next","payload":{"data":{"reviewAdded":{"body":"b"}}},"id":"1"}""");
        await using var reader = new EventReader(gateway, Body);
        Assert.Equal("""{"data":{"reviewAdded":{"body":"b"}}}""", await reader.NextAsync());
        received.SetResult();
        Assert.Equal([GatewayErrorCodes.Unreachable], FailureTests.Codes((await reader.NextAsync())!));
        Assert.Null(await reader.NextAsync());
    }

    [Fact]
    public async Task A_subgraph_that_is_down_is_an_error_event_and_the_next_subscription_tries_again()
    {
        var events = Channel.CreateUnbounded<object?>();
        await using var gateway = await StartAsync(events);
        gateway["reviews"].Answer = static (context, _) =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await using (var refused = new EventReader(gateway, Body))
        {
            Assert.Equal([GatewayErrorCodes.Unreachable], FailureTests.Codes((await refused.NextAsync())!));
            Assert.Null(await refused.NextAsync());
        }

        gateway["reviews"].Answer = null;
        await using var reader = new EventReader(gateway, Body);
        await events.Writer.WriteAsync(ShopServers.Review("12"));
        Assert.Contains("body 12", await reader.NextAsync(), StringComparison.Ordinal);
    }

    private static Task<TestGateway> StartAsync(Channel<object?> events, int mostPerSocket = 100)
        => ShopServers.StartAsync(
            options => options with { Subscriptions = SubscriptionProtocol.WebSocket, MaxSubscriptionsPerSocket = mostPerSocket }, events);

    // Acknowledges, waits for the subscription, says its lines, and breaks when it is told to.
    private static Func<HttpContext, string, Task> ScriptedSocket(Task breaks, params string[] messages) => async (context, _) =>
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync("graphql-transport-ws");
        var buffer = new byte[16 * 1024];
        await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
        await SendAsync("""{"type":"connection_ack"}""");
        await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
        foreach (var message in messages)
        {
            await SendAsync(message);
        }

        await breaks.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Abort();

        Task SendAsync(string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, context.RequestAborted);
    };
}
