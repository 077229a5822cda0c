using System.Diagnostics;
using System.Text.Json;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Tests.Planning;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>What clients see when a subgraph is down, slow, wrong or reports errors.</summary>
public sealed class FailureTests
{
    private const string Query = "{ topProducts(first: 2) { name inStock } }";

    [Fact]
    public async Task A_subgraph_that_is_down_fails_its_fields_and_leaves_the_rest()
    {
        await using var gateway = await ShopServers.StartAsync();
        await gateway["inventory"].DisposeAsync();
        Assert.Equal(
            """{"data":{"topProducts":[{"name":"Product 1","inStock":null},{"name":"Product 2","inStock":null}]},"errors":[{"message":"The subgraph \"inventory\" cannot be reached.","path":["topProducts",0,"inStock"],"extensions":{"code":"SUBGRAPH_UNREACHABLE","service":"inventory"}},{"message":"The subgraph \"inventory\" cannot be reached.","path":["topProducts",1,"inStock"],"extensions":{"code":"SUBGRAPH_UNREACHABLE","service":"inventory"}}]}""",
            await gateway.RunAsync(Query));
    }

    [Fact]
    public async Task A_root_subgraph_that_is_down_fails_its_root_fields()
    {
        await using var gateway = await ShopServers.StartAsync();
        await gateway["products"].DisposeAsync();
        Assert.Equal(
            """{"data":{"topProducts":null,"me":{"name":"Name 1"}},"errors":[{"message":"The subgraph \"products\" cannot be reached.","path":["topProducts"],"extensions":{"code":"SUBGRAPH_UNREACHABLE","service":"products"}}]}""",
            await gateway.RunAsync("{ topProducts(first: 2) { name inStock } me { name } }"));
    }

    [Fact]
    public async Task A_slow_subgraph_fails_within_its_time_limit()
    {
        await using var gateway = await ShopServers.StartAsync(o => o with { Timeout = TimeSpan.FromSeconds(2) });
        await gateway.RunAsync(Query);
        var answered = new TaskCompletionSource();
        gateway["inventory"].Answer = (context, _) => answered.Task.WaitAsync(context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        var started = Stopwatch.GetTimestamp();
        var result = await gateway.RunAsync(Query);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
        answered.SetResult();
        Assert.Contains("""{"topProducts":[{"name":"Product 1","inStock":null},{"name":"Product 2","inStock":null}]}""", result, StringComparison.Ordinal);
        Assert.Equal(["SUBGRAPH_TIMEOUT", "SUBGRAPH_TIMEOUT"], Codes(result));
        Assert.Equal(["topProducts/0/inStock", "topProducts/1/inStock"], ErrorPaths(result));
    }

    [Theory]
    [InlineData("this is no JSON")]
    [InlineData("")]
    [InlineData("{\"data\":{\"productByUpc\":{\"inStock\":true}")]
    [InlineData("[{\"variableIndex\":0,\"data\":{\"productByUpc\":{\"inStock\":true}}},{\"variableIndex\":7,\"data\":null}]")]
    [InlineData("{\"something\":1}")]
    [InlineData("{\"data\":{\"productByUpc\":{\"inStock\":true}}}")]
    [InlineData("{\"variableIndex\":0,\"data\":{\"productByUpc\":{\"inStock\":tru}}}")]
    [InlineData("{\"variableIndex\":0,\"data\":{\"productByUpc\":{\"inStock\":\"\\u00zz\"}}}")]
    [InlineData("{\"variableIndex\":-1,\"data\":null}")]
    [InlineData("[[[[")]
    [InlineData("{\"errors\":{}}")]
    public async Task Garbage_fails_the_fields_of_the_fetch(string garbage)
    {
        await using var gateway = await ShopServers.StartAsync();
        gateway["inventory"].Answer = (context, _) => Json(context, garbage);
        var result = await gateway.RunAsync(Query);
        Assert.Contains("""{"topProducts":[{"name":"Product 1","inStock":null},{"name":"Product 2","inStock":null}]}""", result, StringComparison.Ordinal);
        Assert.Equal(["SUBGRAPH_INVALID_RESPONSE", "SUBGRAPH_INVALID_RESPONSE"], Codes(result));
        Assert.Equal(["topProducts/0/inStock", "topProducts/1/inStock"], ErrorPaths(result));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_garbage()
    {
        await using var gateway = await ShopServers.StartAsync();
        gateway["products"].Answer = (context, _) =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.Body.WriteAsync("{\"data\":{\"topProducts\":[{\"name\":\"\xff\"}]}}".Select(c => (byte)c).ToArray()).AsTask();
        };
        Assert.Equal(["SUBGRAPH_INVALID_RESPONSE"], Codes(await gateway.RunAsync("{ topProducts { name } }")));
    }

    [Fact]
    public async Task Hidden_enum_values_do_not_reach_clients()
    {
        var a = await SourceServer.StartAsync("a", "type Query { shade: Shade shades: [Shade] } enum Shade { LIGHT DARK @inaccessible }");
        a.Answer = (context, _) => Json(context, """{"data":{"shade":"DARK","shades":["LIGHT"]}}""");
        await using var gateway = TestGateway.Over(a);
        var result = await gateway.RunAsync("{ shade shades }");
        Assert.Contains("""{"shade":null,"shades":["LIGHT"]}""", result, StringComparison.Ordinal);
        Assert.Equal(["shade"], ErrorPaths(result));
    }

    [Fact]
    public async Task Deep_nesting_is_garbage()
    {
        await using var gateway = await ShopServers.StartAsync();
        gateway["inventory"].Answer = (context, _) => Json(context, "{\"data\":null,\"extensions\":" + new string('[', 100_000));
        Assert.Equal(["SUBGRAPH_INVALID_RESPONSE", "SUBGRAPH_INVALID_RESPONSE"], Codes(await gateway.RunAsync(Query)));
    }

    [Theory]
    [InlineData("\"yes\"", "answered \\\"yes\\\" where Boolean was expected")]
    [InlineData("{}", "answered {} where Boolean was expected")]
    [InlineData("[true]", "where Boolean was expected")]
    public async Task A_wrong_type_fails_at_its_path_only(string value, string message)
    {
        await using var gateway = await ShopServers.StartAsync();
        gateway["inventory"].Answer = (context, _) => Json(context,
            """[{"variableIndex":1,"data":{"productByUpc":{"inStock":VALUE}}},{"variableIndex":0,"data":{"productByUpc":{"inStock":true}}}]""".Replace("VALUE", value));
        var result = await gateway.RunAsync(Query);
        Assert.Contains("""{"topProducts":[{"name":"Product 1","inStock":true},{"name":"Product 2","inStock":null}]}""", result, StringComparison.Ordinal);
        Assert.Equal(["SUBGRAPH_INVALID_RESPONSE"], Codes(result));
        Assert.Equal(["topProducts/1/inStock"], ErrorPaths(result));
        Assert.Contains(message, result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_field_fails_at_its_path_only()
    {
        await using var gateway = await ShopServers.StartAsync();
        gateway["inventory"].Answer = (context, _) => Json(context,
            "{\"variableIndex\":0,\"data\":{\"productByUpc\":{}}}\n{\"variableIndex\":1,\"data\":{\"productByUpc\":{\"inStock\":false}}}\n");
        var result = await gateway.RunAsync(Query);
        Assert.Contains("""{"topProducts":[{"name":"Product 1","inStock":null},{"name":"Product 2","inStock":false}]}""", result, StringComparison.Ordinal);
        Assert.Equal(["topProducts/0/inStock"], ErrorPaths(result));
    }

    [Fact]
    public async Task An_entry_left_out_of_a_batch_fails_alone()
    {
        await using var gateway = await ShopServers.StartAsync();
        gateway["inventory"].Answer = (context, _) => Json(context, "{\"variableIndex\":1,\"data\":{\"productByUpc\":{\"inStock\":false}}}\n");
        var result = await gateway.RunAsync(Query);
        Assert.Equal(["topProducts/0/inStock"], ErrorPaths(result));
        Assert.Equal(["SUBGRAPH_INVALID_RESPONSE"], Codes(result));
    }

    [Fact]
    public async Task White_space_and_other_orders_are_no_garbage()
    {
        await using var gateway = await ShopServers.StartAsync();
        gateway["inventory"].Answer = (context, _) => Json(context,
            " [ { \"data\" : { \"unknown\" : [ { } , 1.5e3 ] , \"productByUpc\" : { \"more\" : \"\\\"\" , \"inStock\" : true } } , \"variableIndex\" : 1 } , {\"data\":{\"productByUpc\":null},\"variableIndex\":0} ] ");
        Assert.Equal("""{"data":{"topProducts":[{"name":"Product 1","inStock":null},{"name":"Product 2","inStock":true}]}}""", await gateway.RunAsync(Query));
    }

    [Fact]
    public async Task Errors_of_a_subgraph_keep_their_code_and_extensions_and_get_the_path_of_the_result()
    {
        await using var gateway = await ShopServers.StartAsync();
        gateway["reviews"].Answer = (context, _) => Json(context,
            "{\"variableIndex\":0,\"data\":{\"productByUpc\":{\"reviews\":[{\"body\":\"a\"},{\"body\":null}]}},\"errors\":[{\"message\":\"no body\",\"path\":[\"productByUpc\",\"reviews\",1,\"body\"],\"locations\":[{\"line\":1,\"column\":2}],\"extensions\":{\"code\":\"BODY_LOST\",\"shelf\":7}}]}\n"
            + "{\"variableIndex\":1,\"data\":{\"productByUpc\":{\"reviews\":[]}}}\n");
        Assert.Equal(
            """{"data":{"topProducts":[{"reviews":[{"body":"a"},{"body":null}]},{"reviews":[]}]},"errors":[{"message":"no body","path":["topProducts",0,"reviews",1,"body"],"extensions":{"code":"BODY_LOST","service":"reviews","shelf":7}}]}""",
            await gateway.RunAsync("{ topProducts(first: 2) { reviews { body } } }"));
    }

    [Fact]
    public async Task Errors_reach_every_place_of_a_shared_entity()
    {
        await using var gateway = await ShopServers.StartAsync();
        gateway["accounts"].Answer = (context, _) => Json(context, """{"data":{"userById":null},"errors":[{"message":"gone","path":["userById"],"extensions":{"code":"GONE"}}]}""");
        var result = await gateway.RunAsync("{ a: topProducts(first: 1) { reviews { author { name } } } }");
        Assert.Equal(["a/0/reviews/0/author/name", "a/0/reviews/1/author/name"], ErrorPaths(result).Order());
    }

    [Fact]
    public async Task A_status_without_a_response_is_unreachable()
    {
        await using var gateway = await ShopServers.StartAsync();
        gateway["inventory"].Answer = (context, _) =>
        {
            context.Response.StatusCode = 502;
            return Task.CompletedTask;
        };
        var result = await gateway.RunAsync(Query);
        Assert.Equal(["SUBGRAPH_UNREACHABLE", "SUBGRAPH_UNREACHABLE"], Codes(result));
        Assert.Contains("status 502", result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_above_the_limit_is_refused()
    {
        await using var gateway = await ShopServers.StartAsync(o => o with { MaxResponseBytes = 2000 });
        gateway["inventory"].Answer = (context, _) => Json(context, new string(' ', 5000));
        Assert.Equal(["SUBGRAPH_INVALID_RESPONSE", "SUBGRAPH_INVALID_RESPONSE"], Codes(await gateway.RunAsync(Query)));
    }

    [Fact]
    public async Task Null_propagates_to_the_nearest_nullable_ancestor_with_one_error()
    {
        var a = await SourceServer.StartAsync("a", "type Query { list: [T] byId(id: ID!): T @lookup } type T @key(fields: \"id\") { id: ID! inner: Inner } type Inner { t: U! } type U @key(fields: \"id\") { id: ID! }", new()
        {
            ["Query.list"] = (_, _) => new[] { T("1"), T("2") },
        });
        var b = await SourceServer.StartAsync("b", "type Query { u(id: ID!): U @lookup @internal } type U @key(fields: \"id\") { id: ID! must: String! may: String }", new()
        {
            ["Query.u"] = (_, args) => (string)args["id"]! == "1" ? ShopServers.Map(("id", "1"), ("must", "m"), ("may", "n")) : null,
        });
        await using var gateway = TestGateway.Over(a, b);
        Assert.Equal(
            """{"data":{"list":[{"inner":{"t":{"must":"m"}}},{"inner":null}]},"errors":[{"message":"The field cannot be null: its type is String!.","path":["list",1,"inner","t","must"],"extensions":{"code":"NON_NULL_VIOLATION"}}]}""",
            await gateway.RunAsync("{ list { inner { t { must } } } }"));
        Assert.Equal(
            """{"data":{"list":[{"inner":{"t":{"must":"m"}}},{"inner":{"t":{"must":null}}}]},"errors":[{"message":"The field cannot be null: its type is String!.","path":["list",1,"inner","t","must"],"extensions":{"code":"NON_NULL_VIOLATION"}}]}""",
            await gateway.RunAsync("{ list { inner { t { must } } } }", configure: r => r with { OnError = Engine.Execution.ErrorMode.Null }));

        static Dictionary<string, object?> T(string id) => ShopServers.Map(("id", id), ("inner", ShopServers.Map(("t", ShopServers.Map(("id", id))))));
    }

    [Fact]
    public async Task A_failed_fetch_below_non_null_fields_propagates_without_a_second_error()
    {
        var a = await SourceServer.StartAsync("a", "type Query { one: T byId(id: ID!): T @lookup } type T @key(fields: \"id\") { id: ID! }", new()
        {
            ["Query.one"] = (_, _) => ShopServers.Map(("id", "1")),
        });
        var b = await SourceServer.StartAsync("b", "type Query { t(id: ID!): T @lookup @internal } type T @key(fields: \"id\") { id: ID! must: String! }");
        await using var gateway = TestGateway.Over(a, b);
        await b.DisposeAsync();
        Assert.Equal(
            """{"data":{"one":null},"errors":[{"message":"The subgraph \"b\" cannot be reached.","path":["one","must"],"extensions":{"code":"SUBGRAPH_UNREACHABLE","service":"b"}}]}""",
            await gateway.RunAsync("{ one { id must } }"));
    }

    [Theory]
    [InlineData("{ topProducts {", "GRAPHQL_PARSE_FAILED")]
    [InlineData("{ nothing }", "GRAPHQL_VALIDATION_FAILED")]
    [InlineData("query A { me { id } } query B { me { id } }", "OPERATION_RESOLUTION_FAILURE")]
    [InlineData("query($n: Int!) { topProducts(first: $n) { name } }", "BAD_USER_INPUT")]
    public async Task Bad_requests_reach_no_subgraph(string document, string code)
    {
        await using var gateway = await ShopServers.StartAsync();
        var result = await gateway.RunAsync(document);
        Assert.DoesNotContain("\"data\"", result, StringComparison.Ordinal);
        Assert.Equal([code], Codes(result).Distinct());
        Assert.Equal(0, gateway.Requests);
    }

    [Fact]
    public async Task A_client_that_goes_away_cancels_the_requests_to_subgraphs()
    {
        await using var gateway = await ShopServers.StartAsync();
        var reached = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        gateway["products"].Answer = async (context, _) =>
        {
            context.RequestAborted.Register(() => aborted.TrySetResult());
            reached.SetResult();
            await aborted.Task;
        };
        using var cancellation = new CancellationTokenSource();
        var running = gateway.Executor.ExecuteAsync(TestGateway.Request(Query), cancellation.Token).AsTask();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Execution_as_a_whole_is_bound_in_time()
    {
        var slow = await SourceServer.StartAsync("slow", "type Query { a: String }");
        await using var gateway = TestGateway.Over(o => o, new FusionOptions { ExecutionTimeout = TimeSpan.FromMilliseconds(300) }, slow);
        slow.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal(["SUBGRAPH_TIMEOUT"], Codes(await gateway.RunAsync("{ a }")));
    }

    internal static Task Json(HttpContext context, string body)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    }

    internal static string[] Codes(string response) => [.. Errors(response).Select(e => e.GetProperty("extensions").GetProperty("code").GetString()!)];

    internal static string[] ErrorPaths(string response)
        => [.. Errors(response).Select(e => string.Join('/', e.GetProperty("path").EnumerateArray().Select(p => p.ToString())))];

    private static JsonElement[] Errors(string response)
        => JsonDocument.Parse(response).RootElement.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateArray()] : [];
}
