using System.Net.WebSockets;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Tests.Execution;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LuckyGraph.Fusion.Tests.Gateway;

/// <summary>Settings of the way to subgraphs and of subscribers, each by what it changes.</summary>
public sealed class SettingTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static Task<SourceServer> ServerAsync(HttpProtocols protocols = HttpProtocols.Http1)
        => SourceServer.StartAsync(
            "a", "type Query { a: String } type Subscription { ticks: Int }", new() { ["Query.a"] = static (_, _) => "A" },
            new() { ["Subscription.ticks"] = System.Threading.Channels.Channel.CreateUnbounded<object?>() }, protocols);

    [Theory]
    [InlineData(null, true)]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task Work_goes_on_where_a_socket_is_read_unless_it_is_turned_off(string? setting, bool expected)
    {
        await using var gateway = await GatewayOver.StartAsync([await ServerAsync()], setting is null ? [] : [("LUCKY_GATEWAY_INLINE_IO", setting)]);

        Assert.Equal(expected, gateway.Services.GetRequiredService<IOptions<SocketTransportOptions>>().Value.UnsafePreferInlineScheduling);
        Assert.Equal("""{"a":"A"}""", (await gateway.PostAsync("{ a }")).Data);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("false", 3)]
    public async Task Equal_queries_under_way_are_one_request_unless_it_is_turned_off(string? setting, int requests)
    {
        await using var gateway = await GatewayOver.StartAsync([await ServerAsync()], setting is null ? [] : [("LUCKY_GATEWAY_SHARE_REQUESTS", setting)]);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway["a"].Answer = async (context, _) =>
        {
            await open.Task.WaitAsync(context.RequestAborted);
            await FailureTests.Json(context, """{"data":{"a":"A"}}""");
        };

        var first = gateway.PostAsync("{ a }");
        await EventReader.UntilAsync(() => gateway["a"].Bodies.Count == 1);
        var others = new[] { gateway.PostAsync("{ a }"), gateway.PostAsync("{ a }") };
        await EventReader.UntilAsync(() => gateway["a"].Bodies.Count == requests);
        open.SetResult();

        Assert.All(await Task.WhenAll([first, .. others]), static answer => Assert.Equal("""{"a":"A"}""", answer.Data));
        Assert.InRange(gateway["a"].Bodies.Count, 1, 3);
        Assert.True(requests == 1 || gateway["a"].Bodies.Count == 3);
    }

    [Theory]
    [InlineData(HttpProtocols.Http2, "HTTP/2")]
    [InlineData(HttpProtocols.Http1, "HTTP/1.1")]
    public async Task HTTP_2_is_spoken_to_a_subgraph_that_is_said_to_speak_it(HttpProtocols protocols, string expected)
    {
        await using var gateway = await GatewayOver.StartAsync(
            [await ServerAsync(protocols)], protocols == HttpProtocols.Http2 ? [("LUCKY_A_HTTP2", "true")] : []);

        Assert.Equal("""{"a":"A"}""", (await gateway.PostAsync("{ a }")).Data);
        Assert.Equal([expected], gateway["a"].Protocols);
    }

    [Theory]
    [InlineData("LUCKY_B_MAX_ALIASED_FIELDS", "2", 3)]
    [InlineData("LUCKY_GATEWAY_SUBGRAPH_MAX_ALIASED_FIELDS", "3", 2)]
    [InlineData("LUCKY_A_MAX_ALIASED_FIELDS", "2", 1)]
    public async Task Entities_under_aliases_are_split_into_requests_of_a_size(string setting, string most, int requests)
    {
        var a = await SourceServer.StartAsync("a", "type Query { items: [Item] } type Item @key(fields: \"id\") { id: ID! }", new()
        {
            ["Query.items"] = static (_, _) => Enumerable.Range(1, 5).Select(static i => ShopServers.Map(("id", $"{i}"))).ToArray(),
        });
        var b = await SourceServer.StartAsync("b", "type Query { item(id: ID!): Item @lookup @internal } type Item @key(fields: \"id\") { id: ID! name: String }", new()
        {
            ["Query.item"] = static (_, a) => ShopServers.Map(("id", a["id"]), ("name", $"Item {a["id"]}")),
        });
        b.Capabilities = SourceCapabilities.None;
        await using var gateway = await GatewayOver.StartAsync([a, b], (setting, most));

        Assert.Equal(
            """{"items":[{"name":"Item 1"},{"name":"Item 2"},{"name":"Item 3"},{"name":"Item 4"},{"name":"Item 5"}]}""",
            (await gateway.PostAsync("{ items { name } }")).Data);
        Assert.Equal(requests, b.Bodies.Count);
    }

    [Fact]
    public async Task Subscribers_without_credentials_are_limited_by_address()
    {
        await using var gateway = await GatewayOver.StartAsync(
            [await ServerAsync()],
            ("LUCKY_GATEWAY_MAX_SUBSCRIPTIONS_PER_ADDRESS", "2"), ("LUCKY_GATEWAY_RATE_LIMIT_LOOPBACK", "true"), ("LUCKY_GATEWAY_TRUSTED_PROXIES", "1"));
        using var here = await ConnectAsync(gateway, "203.0.113.1");
        using var there = await ConnectAsync(gateway, "203.0.113.2");
        foreach (var anonymous in (ClientWebSocket[])[here, there])
        {
            // A refusal is the only thing that a stream without events sends; which of the three comes last is open.
            await SubscribeAsync(anonymous, "1");
            await SubscribeAsync(anonymous, "2");
            await SubscribeAsync(anonymous, "3");
            Assert.Equal(ErrorCodes.Limit, await RefusalAsync(anonymous));
        }

        using var signedIn = await ConnectAsync(gateway, "203.0.113.1", $$"""{"authorization":"{{gateway.Token()}}"}""");
        await SubscribeAsync(signedIn, "1");
        await EventReader.UntilAsync(() => gateway["a"].Authorizations.Any(static a => a is not null));
    }

    [Fact]
    public async Task A_subscriber_that_leaves_makes_room_for_another()
    {
        await using var gateway = await GatewayOver.StartAsync(
            [await ServerAsync()], ("LUCKY_GATEWAY_MAX_SUBSCRIPTIONS_PER_ADDRESS", "1"), ("LUCKY_GATEWAY_RATE_LIMIT_LOOPBACK", "true"), ("LUCKY_GATEWAY_TRUSTED_PROXIES", "1"));
        using var socket = await ConnectAsync(gateway, "203.0.113.1");
        await SubscribeAsync(socket, "1");
        await EventReader.UntilAsync(() => gateway["a"].Bodies.Count == 1);
        await SubscribeAsync(socket, "2");
        Assert.Equal(ErrorCodes.Limit, await RefusalAsync(socket));
        Assert.Equal("complete", (await GatewayHostTests.ReceiveAsync(socket)).GetProperty("type").GetString());

        await GatewayHostTests.SendAsync(socket, """{"id":"1","type":"complete"}""");

        // Its place is free once its stream has ended, which nobody tells the client: until then others are refused.
        var refusal = RefusalAsync(socket);
        await SubscribeAsync(socket, "3");
        await EventReader.UntilAsync(() => refusal.IsCompleted || gateway["a"].Bodies.Count == 2);
        while (refusal.IsCompleted)
        {
            Assert.Equal(ErrorCodes.Limit, await refusal);
            await GatewayHostTests.ReceiveAsync(socket);
            refusal = RefusalAsync(socket);
            await SubscribeAsync(socket, "3");
            await EventReader.UntilAsync(() => refusal.IsCompleted || gateway["a"].Bodies.Count == 2);
        }
    }

    private static async Task<ClientWebSocket> ConnectAsync(GatewayOver gateway, string address, string payload = "{}")
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        socket.Options.SetRequestHeader("X-Forwarded-For", address);
        await socket.ConnectAsync(new Uri($"ws://{gateway.Http.BaseAddress!.Authority}/graphql"), CancellationToken.None).WaitAsync(s_patience);
        await GatewayHostTests.SendAsync(socket, $$"""{"type":"connection_init","payload":{{payload}}}""");
        Assert.Equal("connection_ack", (await GatewayHostTests.ReceiveAsync(socket)).GetProperty("type").GetString());
        return socket;
    }

    private static Task SubscribeAsync(ClientWebSocket socket, string id)
        => GatewayHostTests.SendAsync(socket, JsonSerializer.Serialize(new { id, type = "subscribe", payload = new { query = "subscription { ticks }" } }));

    private static async Task<string?> RefusalAsync(ClientWebSocket socket)
    {
        var message = await GatewayHostTests.ReceiveAsync(socket);
        return message.GetProperty("payload").GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString();
    }
}
