using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Tests.Subscriptions;
using LuckyGraph.Fusion.Events;
using LuckyGraph.Fusion.Tests.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Fusion.Tests.Gateway;

/// <summary>Subscriptions fed by the event bus, through the gateway's own program: who may, over which transport, and what a broken bus does.</summary>
public sealed class EventStreamTests(PrivateRedis redis) : IClassFixture<PrivateRedis>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private const string Stock = GuardedServers.Directives + "\n" + """
        directive @eventStream(topic: String!, provides: String) on FIELD_DEFINITION
        type Query { item(id: ID!): Item @lookup }
        type Item @key(fields: "id") { id: ID! name: String }
        type Subscription {
          changed(shop: ID!): Item @eventStream(topic: "stock.{shop}")
          counted: Item @authenticated @eventStream(topic: "counted")
        }
        """;

    private static async Task<GatewayOver> StartAsync(params (string, string)[] settings)
        => await GatewayOver.StartAsync(
            [await SourceServer.StartAsync("stock", Stock, new() { ["Query.item"] = static (_, a) => ShopServers.Map(("id", a["id"]), ("name", $"Item {a["id"]}")) })],
            [("LUCKY_GATEWAY_ADMIN_SECRET", "open sesame"), .. settings]);

    [Fact]
    public async Task What_a_subgraph_publishes_through_the_gateway_reaches_sockets_and_event_streams()
    {
        await using var gateway = await StartAsync();
        using var socket = await SubscribeAsync(gateway, "subscription { changed(shop: 1) { name } }");
        using var stream = await StreamAsync(gateway, "subscription { changed(shop: 1) { id name } }");
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync());
        var bus = (MemoryEventStreams)gateway.Services.GetRequiredService<IEventStreams>();
        await UntilAsync(() => bus.ReadersOf("stock.1") == 2);

        Assert.Equal(HttpStatusCode.NoContent, await PublishAsync(gateway, "stock.1", new { id = "7" }));

        Assert.Equal("Item 7", (await GatewayHostTests.ReceiveAsync(socket)).GetProperty("payload").GetProperty("data").GetProperty("changed").GetProperty("name").GetString());
        Assert.Equal("""data: {"data":{"changed":{"id":"7","name":"Item 7"}}}""", await DataAsync(events));
    }

    [Fact]
    public async Task Only_who_shows_the_secret_may_publish_and_only_objects()
    {
        await using var gateway = await StartAsync();

        Assert.Equal(HttpStatusCode.Forbidden, await PublishAsync(gateway, "stock.1", new { id = "7" }, "guessed"));
        Assert.Equal(HttpStatusCode.BadRequest, await PublishAsync(gateway, "stock.1", 7));
        Assert.Equal(HttpStatusCode.BadRequest, await PublishAsync(gateway, "", new { id = "7" }));
        await using var closed = await StartAsync(("LUCKY_GATEWAY_ADMIN_SECRET", ""));
        Assert.Equal(HttpStatusCode.NotFound, await PublishAsync(closed, "stock.1", new { id = "7" }));
    }

    [Fact]
    public async Task Who_may_not_see_the_field_reads_no_topic()
    {
        await using var gateway = await StartAsync();
        var bus = (MemoryEventStreams)gateway.Services.GetRequiredService<IEventStreams>();
        using var anonymous = await StreamAsync(gateway, "subscription { counted { id } }");
        Assert.Contains("UNAUTHORIZED_FIELD_OR_TYPE", await anonymous.Content.ReadAsStringAsync().WaitAsync(s_patience), StringComparison.Ordinal);
        Assert.Equal(0, bus.Topics);

        using var signedIn = await StreamAsync(gateway, "subscription { counted { id } }", gateway.Token());
        using var events = new StreamReader(await signedIn.Content.ReadAsStreamAsync());
        await UntilAsync(() => bus.Topics == 1);
        await PublishAsync(gateway, "counted", new { id = "1" });
        Assert.Equal("""data: {"data":{"counted":{"id":"1"}}}""", await DataAsync(events));
    }

    [RedisFact]
    public async Task Gateways_share_topics_in_Redis_and_go_on_after_it_was_away()
    {
        (string, string)[] settings = [("LUCKY_GATEWAY_EVENTS", "redis"), ("LUCKY_GATEWAY_EVENTS_REDIS", redis.Configuration), ("LUCKY_GATEWAY_EVENTS_PREFIX", $"{Guid.NewGuid()}:")];
        var prefix = settings[2].Item2;
        await using var one = await StartAsync(settings);
        await using var two = await StartAsync(settings);
        using var first = await StreamAsync(one, "subscription { changed(shop: 1) { id } }");
        using var second = await StreamAsync(two, "subscription { changed(shop: 1) { id } }");
        using var ofFirst = new StreamReader(await first.Content.ReadAsStreamAsync());
        using var ofSecond = new StreamReader(await second.Content.ReadAsStreamAsync());
        // The streams say when they are read: a message comes.
        await ReadyAsync(one, ofFirst);
        await ReadyAsync(two, ofSecond);
        await PublishAsync(one, "stock.1", new { id = "begin" });
        await PassAsync(ofFirst, "begin");
        await PassAsync(ofSecond, "begin");

        for (var i = 0; i < 300; i++)
        {
            Assert.Equal(HttpStatusCode.NoContent, await PublishAsync(i % 2 == 0 ? one : two, "stock.1", new { id = $"{i}" }));
        }

        foreach (var events in (StreamReader[])[ofFirst, ofSecond])
        {
            for (var i = 0; i < 300; i++)
            {
                Assert.Equal($"data: {{\"data\":{{\"changed\":{{\"id\":\"{i}\"}}}}}}", await DataAsync(events));
            }
        }

        await redis.StopAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PublishAsync(one, "stock.1", new { id = "lost" }));
        using var refused = await StreamAsync(one, "subscription { changed(shop: 2) { id } }");
        Assert.Contains("EVENT_STREAM_UNAVAILABLE", await refused.Content.ReadAsStringAsync().WaitAsync(s_patience), StringComparison.Ordinal);
        await redis.StartAsync();
        // Before the gateways are back.
        await AddAsync(prefix + "stock.1", """{"id":"again"}""");

        Assert.Equal("""data: {"data":{"changed":{"id":"again"}}}""", await DataAsync(ofFirst));
        Assert.Equal("""data: {"data":{"changed":{"id":"again"}}}""", await DataAsync(ofSecond));
    }

    // One command on a connection of its own, in Redis' protocol.
    private async Task AddAsync(string stream, string message)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, redis.Port);
        var command = new StringBuilder("*5\r\n");
        foreach (var word in (string[])["XADD", stream, "*", "message", message])
        {
            command.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        }

        using var limit = new CancellationTokenSource(s_patience);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command.ToString()), limit.Token);
        Assert.NotEqual(0, await client.GetStream().ReadAsync(new byte[64], limit.Token));
    }

    // Publishes until the subscription has begun to read.
    private static async Task ReadyAsync(GatewayOver gateway, StreamReader events)
    {
        var reading = DataAsync(events);
        while (!reading.IsCompleted)
        {
            await PublishAsync(gateway, "stock.1", new { id = "ready" });
            await Task.WhenAny(reading, Task.Delay(100));
        }

        await reading;
    }

    private static async Task PassAsync(StreamReader events, string id)
    {
        while (!(await DataAsync(events))!.Contains(id, StringComparison.Ordinal))
        {
        }
    }

    private static async Task<HttpStatusCode> PublishAsync(GatewayOver gateway, string topic, object message, string secret = "open sesame")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/events") { Content = JsonContent.Create(new { topic, message }) };
        request.Headers.Add("X-Admin-Secret", secret);
        using var response = await gateway.Http.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<ClientWebSocket> SubscribeAsync(GatewayOver gateway, string query)
    {
        var socket = await GatewayHostTests.ConnectAsync(new Uri($"ws://{gateway.Http.BaseAddress!.Authority}/graphql"), "{}");
        await GatewayHostTests.SendAsync(socket, JsonSerializer.Serialize(new { id = "s", type = "subscribe", payload = new { query } }));
        return socket;
    }

    private static async Task<HttpResponseMessage> StreamAsync(GatewayOver gateway, string query, string? authorization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = JsonContent.Create(new { query }) };
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return await gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(s_patience);
    }

    private static async Task<string?> DataAsync(StreamReader reader)
    {
        // Heartbeats are lines too.
        using var limit = new CancellationTokenSource(s_patience);
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("data: {", StringComparison.Ordinal))
            {
                return line;
            }
        }

        return null;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(s_patience);
        while (!condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }
}
