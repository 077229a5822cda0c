using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using LuckyGraph.Fusion.Telemetry;
using LuckyGraph.Fusion.Tests.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.Fusion.Tests.Gateway;

/// <summary><c>@defer</c> over two subgraphs through the gateway's own sockets, in every form a client can ask for.</summary>
public sealed class DeferredDeliveryTests
{
    private const string Query = """{ products { name ... @defer(label: "late") { stock } } }""";
    private const string Initial = """{"data":{"products":[{"name":"Chair"}]},"pending":[{"id":"0","path":["products",0],"label":"late"}],"hasNext":true}""";
    private const string Later = """{"incremental":[{"id":"0","data":{"stock":3}}],"completed":[{"id":"0"}],"hasNext":false}""";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _name = "Op" + Guid.NewGuid().ToString("N");

    private static async Task<SourceServer[]> ServersAsync() =>
    [
        await SourceServer.StartAsync(
            "products", GuardedServers.Directives + "\n" + """
                type Query { products: [Product] productById(id: ID!): Product @lookup @internal }
                type Product @key(fields: "id") { id: ID! name: String margin: Int @authenticated secret: String! @requiresScopes(scopes: [["secrets"]]) }
                """,
            new() { ["Query.products"] = static (_, _) => new[] { Chair() }, ["Query.productById"] = static (_, _) => Chair() }),
        await SourceServer.StartAsync(
            "stock", GuardedServers.Directives + "\n" + """
                type Query { productById(id: ID!): Product @lookup @internal }
                type Product @key(fields: "id") { id: ID! stock: Int supplier: String @requiresScopes(scopes: [["buy"]]) }
                """,
            new() { ["Query.productById"] = static (_, a) => ShopServers.Map(("id", a["id"]), ("stock", 3), ("supplier", "Wood Inc.")) }),
    ];

    private static Dictionary<string, object?> Chair() => ShopServers.Map(("__typename", "Product"), ("id", "1"), ("name", "Chair"), ("margin", 40), ("secret", "s"));

    /// <summary>Holds the answers of the second subgraph back until told.</summary>
    private static TaskCompletionSource HoldStock(GatewayOver gateway)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway["stock"].Answer = async (context, _) =>
        {
            await held.Task.WaitAsync(context.RequestAborted);
            await FailureTests.Json(context, """{"data":{"productById":{"stock":3}}}""");
        };
        return held;
    }

    [Theory]
    [InlineData("multipart/mixed;incrementalSpec=v0.2, application/json", "multipart/mixed")]
    [InlineData("text/event-stream", "text/event-stream")]
    [InlineData("application/jsonl;incrementalSpec=v0.2", "application/jsonl")]
    public async Task The_first_part_is_there_before_the_other_subgraph_answers(string accept, string form)
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync());
        var held = HoldStock(gateway);
        using var response = await SendAsync(gateway, Query, accept);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal(form, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Initial, await PayloadAsync(reader));
        held.SetResult();
        Assert.Equal(Later, await PayloadAsync(reader));
        Assert.Null(await PayloadAsync(reader));
    }

    [Fact]
    public async Task A_socket_carries_a_payload_in_each_next()
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync());
        var held = HoldStock(gateway);
        using var socket = await SubscribeAsync(gateway, Query, "{}");

        Assert.Equal(Initial, (await GatewayHostTests.ReceiveAsync(socket)).GetProperty("payload").GetRawText());
        held.SetResult();
        Assert.Equal(Later, (await GatewayHostTests.ReceiveAsync(socket)).GetProperty("payload").GetRawText());
        Assert.Equal("complete", (await GatewayHostTests.ReceiveAsync(socket)).GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_client_that_takes_no_parts_gets_one_answer()
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync());

        Assert.Equal("""{"data":{"products":[{"name":"Chair","stock":3}]}}""", (await gateway.PostAsync(Query)).Text);
    }

    [Theory]
    [InlineData("multipart/mixed;incrementalSpec=v0.2")]
    [InlineData("text/event-stream")]
    [InlineData("application/jsonl;incrementalSpec=v0.2")]
    public async Task A_client_that_leaves_ends_what_the_subgraph_is_asked_for(string accept)
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync());
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway["stock"].Answer = async (context, _) =>
        {
            await using var registration = context.RequestAborted.Register(aborted.SetResult);
            await aborted.Task;
        };
        using (var response = await SendAsync(gateway, Query, accept))
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            Assert.Equal(Initial, await PayloadAsync(reader));
        }

        await aborted.Task.WaitAsync(s_patience);
    }

    [Theory]
    [InlineData("multipart/mixed;incrementalSpec=v0.2")]
    [InlineData("text/event-stream")]
    [InlineData("application/jsonl;incrementalSpec=v0.2")]
    public async Task Hidden_fields_come_null_with_their_fragment_and_hold_nothing_up(string accept)
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync());
        const string Guarded = """{ products { name ... @defer(label: "a") { margin } ... @defer(label: "b") { stock supplier } } }""";

        var anonymous = await PayloadsAsync(gateway, Guarded, accept);
        var asked = string.Join('\n', gateway["products"].Bodies.Concat(gateway["stock"].Bodies));
        var buyer = await PayloadsAsync(gateway, Guarded, accept, gateway.Token(claims: ("scope", "buy")));

        Assert.Equal(
            """{"data":{"products":[{"name":"Chair"}]},"pending":[{"id":"0","path":["products",0],"label":"a"},{"id":"1","path":["products",0],"label":"b"}],"hasNext":true}""",
            anonymous[0]);
        Assert.Contains($$$"""{"id":"0","data":{"margin":null},"errors":[{{{Hidden("margin")}}}]}""", string.Join('\n', anonymous[1..]), StringComparison.Ordinal);
        Assert.Contains($$$"""{"id":"1","data":{"stock":3,"supplier":null},"errors":[{{{Hidden("supplier")}}}]}""", string.Join('\n', anonymous[1..]), StringComparison.Ordinal);
        Assert.EndsWith("\"hasNext\":false}", anonymous[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("margin", asked, StringComparison.Ordinal);
        Assert.DoesNotContain("supplier", asked, StringComparison.Ordinal);
        Assert.Contains("""{"margin":40}""", string.Join('\n', buyer), StringComparison.Ordinal);
        Assert.Contains("""{"stock":3,"supplier":"Wood Inc."}""", string.Join('\n', buyer), StringComparison.Ordinal);
        Assert.DoesNotContain("errors", string.Join('\n', buyer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_shows_hidden_fields_to_those_who_may_see_them_only()
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync());
        const string Guarded = "{ products { name ... @defer { margin stock } } }";
        using var anonymous = await SubscribeAsync(gateway, Guarded, "{}");
        using var signedIn = await SubscribeAsync(gateway, Guarded, $$"""{"authorization":"{{gateway.Token()}}"}""");

        await GatewayHostTests.ReceiveAsync(anonymous);
        Assert.Contains("""{"margin":null,"stock":3}""", (await GatewayHostTests.ReceiveAsync(anonymous)).GetRawText(), StringComparison.Ordinal);
        await GatewayHostTests.ReceiveAsync(signedIn);
        Assert.Contains("""{"margin":40,"stock":3}""", (await GatewayHostTests.ReceiveAsync(signedIn)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hidden_field_that_may_not_be_null_takes_its_fragment_alone()
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync());

        var payloads = await PayloadsAsync(gateway, """{ products { name ... @defer { secret } ... @defer { stock } } }""", "text/event-stream", gateway.Token());

        Assert.StartsWith("""{"data":{"products":[{"name":"Chair"}]},"pending":""", payloads[0], StringComparison.Ordinal);
        var later = string.Join('\n', payloads[1..]);
        Assert.Contains($$$"""{"id":"0","errors":[{{{Hidden("secret")}}}]}""", later, StringComparison.Ordinal);
        Assert.Contains("""{"id":"1","data":{"stock":3}}""", later, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", string.Join('\n', gateway["products"].Bodies), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hidden_field_around_a_fragment_takes_it_along()
    {
        await using var gateway = await GatewayOver.StartAsync(await GuardedServers.StartAsync());

        Assert.Equal("""{"me":null,"open":"o"}""", JsonDocument.Parse(
            Assert.Single(await PayloadsAsync(gateway, "{ me { id ... @defer { name } } open }", "text/event-stream"))).RootElement.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Later_parts_belong_to_the_span_and_their_errors_are_logged()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == GatewayTelemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var log = new CapturedLog();
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync(), services => services.AddSingleton<ILoggerProvider>(log));
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway["stock"].Answer = async (context, _) =>
        {
            reached.TrySetResult();
            await held.Task.WaitAsync(context.RequestAborted);
            await FailureTests.Json(context, """{"data":{"productById":null},"errors":[{"message":"private","extensions":{"code":"OUT_OF_REACH"}}]}""");
        };

        using var response = await SendAsync(gateway, $"query {_name} " + Query, "application/jsonl;incrementalSpec=v0.2");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await PayloadAsync(reader);
        await reached.Task.WaitAsync(s_patience);
        Assert.DoesNotContain(ended, IsOurs);
        held.SetResult();
        Assert.Contains("OUT_OF_REACH", await PayloadAsync(reader), StringComparison.Ordinal);
        Assert.Null(await PayloadAsync(reader));
        await EventReader.UntilAsync(() => ended.Any(IsOurs));

        var operation = Assert.Single(ended, IsOurs);
        Assert.Equal(ActivityStatusCode.Error, operation.Status);
        Assert.Equal(["products", "stock"], ended.Where(a => a.ParentSpanId == operation.SpanId).Select(static a => a.GetTagItem("graphql.subgraph.name")).Order());
        var entry = Assert.Single(log.Entries, e => e.Contains(_name, StringComparison.Ordinal));
        Assert.Contains("OUT_OF_REACH@stock", entry, StringComparison.Ordinal);
        Assert.DoesNotContain("private", entry, StringComparison.Ordinal);

        bool IsOurs(Activity activity) => (string?)activity.GetTagItem("graphql.operation.name") == _name;
    }

    private static string Hidden(string field)
        => $$$"""{"message":"The caller may not see this field.","path":["products",0,"{{{field}}}"],"extensions":{"code":"{{{GatewayErrorCodes.Unauthorized}}}"}}""";

    private static async Task<HttpResponseMessage> SendAsync(GatewayOver gateway, string query, string accept, string? authorization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(JsonSerializer.Serialize(new { query }), Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return await gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(s_patience);
    }

    private static async Task<ClientWebSocket> SubscribeAsync(GatewayOver gateway, string query, string payload)
    {
        var socket = await GatewayHostTests.ConnectAsync(new Uri($"ws://{gateway.Http.BaseAddress!.Authority}/graphql"), payload);
        await GatewayHostTests.SendAsync(socket, JsonSerializer.Serialize(new { id = "d", type = "subscribe", payload = new { query } }));
        return socket;
    }

    private static async Task<string[]> PayloadsAsync(GatewayOver gateway, string query, string accept, string? authorization = null)
    {
        using var response = await SendAsync(gateway, query, accept, authorization);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var payloads = new List<string>();
        while (await PayloadAsync(reader) is { } payload)
        {
            payloads.Add(payload);
        }

        return [.. payloads];
    }

    /// <summary>The next payload of a stream, whatever stands around it; null at its end.</summary>
    private static async Task<string?> PayloadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync().WaitAsync(s_patience) is { } line)
        {
            line = line.StartsWith("data: ", StringComparison.Ordinal) ? line[6..] : line;
            if (line.StartsWith('{'))
            {
                return line;
            }
        }

        return null;
    }
}
