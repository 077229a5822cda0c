using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary><c>@defer</c> over several subgraphs: what is deferred is fetched apart and delivered when it is there.</summary>
public sealed class DeferTests
{
    [Fact]
    public async Task Fields_of_another_subgraph_come_later()
    {
        await using var gateway = await ShopServers.StartAsync();
        Assert.Equal(
            [
                """{"data":{"topProducts":[{"name":"Product 1"},{"name":"Product 2"}]},"pending":[{"id":"0","path":["topProducts",0],"label":"stock"},{"id":"1","path":["topProducts",1],"label":"stock"}],"hasNext":true}""",
                """{"incremental":[{"id":"0","data":{"inStock":true}},{"id":"1","data":{"inStock":false}}],"completed":[{"id":"0"},{"id":"1"}],"hasNext":false}""",
            ],
            await RunAsync(gateway, """{ topProducts(first: 2) { name ... @defer(label: "stock") { inStock } } }"""));
        Assert.Single(gateway["inventory"].Bodies);
    }

    [Fact]
    public async Task The_initial_response_does_not_wait_for_a_slow_subgraph()
    {
        await using var gateway = await ShopServers.StartAsync();
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway["inventory"].Answer = async (context, _) =>
        {
            await answer.Task.WaitAsync(context.RequestAborted);
            await FailureTests.Json(context, """{"data":{"productByUpc":{"inStock":true}}}""");
        };
        await using var result = await StartAsync(gateway, "{ topProducts(first: 1) { name ... @defer { inStock } } }");
        await using var payloads = Assert.IsAssignableFrom<StreamResult>(result).ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await payloads.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("Product 1", Text(payloads.Current), StringComparison.Ordinal);
        answer.SetResult();
        Assert.True(await payloads.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("\"inStock\":true", Text(payloads.Current), StringComparison.Ordinal);
        Assert.False(await payloads.MoveNextAsync());
    }

    [Fact]
    public async Task Fields_of_the_same_subgraph_are_fetched_apart_by_key()
    {
        await using var gateway = await ShopServers.StartAsync();
        var payloads = await RunAsync(gateway, "{ topProducts(first: 1) { name ... @defer { price weight } } }");
        Assert.Equal("""{"name":"Product 1","price":100,"weight":20}""", Merge(payloads)["topProducts"]![0]!.ToJsonString());
        Assert.Equal(2, payloads.Length);
        Assert.Equal(2, gateway["products"].Bodies.Count);
        Assert.DoesNotContain("price", gateway["products"].Bodies.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subgraphs_never_see_the_directive()
    {
        await using var gateway = await ShopServers.StartAsync();
        await RunAsync(gateway, "query($d: Boolean!) { topProducts(first: 1) { name ... @defer(if: $d) { inStock reviews { body } } } }", """{"d":true}""");
        foreach (var name in (string[])["inventory", "products", "reviews"])
        {
            Assert.All(gateway[name].Bodies, b => Assert.DoesNotContain("defer", b, StringComparison.Ordinal));
            Assert.All(gateway[name].Bodies, b => Assert.DoesNotContain("$d", b, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_is_selected_undeferred_too_comes_first()
    {
        await using var gateway = await ShopServers.StartAsync();
        var payloads = await RunAsync(gateway, "{ topProducts(first: 1) { name inStock ... @defer { name inStock reviews { id } } } }");
        Assert.StartsWith("""{"data":{"topProducts":[{"name":"Product 1","inStock":true}]}""", payloads[0], StringComparison.Ordinal);
        Assert.Equal("""{"incremental":[{"id":"0","data":{"reviews":[{"id":"11"},{"id":"21"}]}}],"completed":[{"id":"0"}],"hasNext":false}""", payloads[1]);
    }

    [Theory]
    [InlineData("{ topProducts(first: 1) { name ... @defer { name } } }", null)]
    [InlineData("{ topProducts(first: 1) { name ... @defer(if: false) { inStock } } }", null)]
    [InlineData("query($d: Boolean!) { topProducts(first: 1) { name ... @defer(if: $d) { inStock } } }", """{"d":false}""")]
    [InlineData("query($s: Boolean!) { topProducts(first: 1) { name ... @defer { inStock @skip(if: $s) } } }", """{"s":true}""")]
    [InlineData("{ topProducts(first: 0) { name ... @defer { inStock } } }", null)]
    public async Task With_nothing_left_to_come_the_answer_is_a_plain_one(string document, string? variables)
    {
        await using var gateway = await ShopServers.StartAsync();
        await using var result = await StartAsync(gateway, document, variables);
        Assert.DoesNotContain("hasNext", Text(Assert.IsAssignableFrom<SingleResult>(result)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_takes_no_stream_gets_everything_at_once()
    {
        await using var gateway = await ShopServers.StartAsync();
        Assert.Equal(
            """{"data":{"topProducts":[{"name":"Product 1","inStock":true}]}}""",
            await gateway.RunAsync("{ topProducts(first: 1) { name ... @defer { inStock } } }", configure: r => r with { AllowIncremental = false }));
    }

    [Fact]
    public async Task Fragments_beside_each_other_come_each_in_its_time()
    {
        await using var gateway = await ShopServers.StartAsync();
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway["inventory"].Answer = async (context, _) =>
        {
            await answer.Task.WaitAsync(context.RequestAborted);
            await FailureTests.Json(context, """{"data":{"productByUpc":{"inStock":true}}}""");
        };
        await using var result = await StartAsync(gateway, """{ topProducts(first: 1) { name ... @defer(label: "a") { inStock } ... @defer(label: "b") { reviews { id } } } }""");
        await using var payloads = Assert.IsAssignableFrom<StreamResult>(result).ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        await payloads.MoveNextAsync();
        Assert.True(await payloads.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("\"reviews\"", Text(payloads.Current), StringComparison.Ordinal);
        Assert.EndsWith("\"hasNext\":true}", Text(payloads.Current), StringComparison.Ordinal);
        answer.SetResult();
        Assert.True(await payloads.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("\"inStock\"", Text(payloads.Current), StringComparison.Ordinal);
        Assert.False(await payloads.MoveNextAsync());
    }

    [Fact]
    public async Task Nested_fragments_follow_the_one_around_them()
    {
        await using var gateway = await ShopServers.StartAsync();
        var payloads = await RunAsync(gateway,
            """{ topProducts(first: 1) { name ... @defer(label: "outer") { reviews { id ... @defer(label: "inner") { author { name } } } } } }""");
        Assert.Equal(
            """{"name":"Product 1","reviews":[{"id":"11","author":{"name":"Name 1"}},{"id":"21","author":{"name":"Name 2"}}]}""",
            Merge(payloads)["topProducts"]![0]!.ToJsonString());
        Assert.DoesNotContain("inner", payloads[0], StringComparison.Ordinal);
        Assert.Contains("inner", payloads[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_stay_with_their_fragment()
    {
        await using var gateway = await ShopServers.StartAsync();
        await gateway["inventory"].DisposeAsync();
        var payloads = await RunAsync(gateway, "{ topProducts(first: 1) { name ... @defer { inStock } ... @defer { reviews { id } } } }");
        Assert.DoesNotContain("errors", payloads[0], StringComparison.Ordinal);
        var failed = Assert.Single(payloads, p => p.Contains("errors", StringComparison.Ordinal));
        Assert.Contains(
            """{"inStock":null},"errors":[{"message":"The subgraph \"inventory\" cannot be reached.","path":["topProducts",0,"inStock"],"extensions":{"code":"SUBGRAPH_UNREACHABLE","service":"inventory"}}]}""",
            failed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fragment_that_null_takes_fails_as_a_whole_and_leaves_the_rest()
    {
        var a = await SourceServer.StartAsync("a", "type Query { one: T byId(id: ID!): T @lookup } type T @key(fields: \"id\") { id: ID! }", new() { ["Query.one"] = (_, _) => ShopServers.Map(("id", "1")) });
        var b = await SourceServer.StartAsync("b", "type Query { t(id: ID!): T @lookup @internal } type T @key(fields: \"id\") { id: ID! must: String! }", new() { ["Query.t"] = (_, _) => null });
        await using var gateway = TestGateway.Over(a, b);
        var payloads = await RunAsync(gateway, "{ one { id ... @defer { must } } }");
        Assert.StartsWith("""{"data":{"one":{"id":"1"}},"pending":""", payloads[0], StringComparison.Ordinal);
        Assert.Equal(
            """{"completed":[{"id":"0","errors":[{"message":"The field cannot be null: its type is String!.","path":["one","must"],"extensions":{"code":"NON_NULL_VIOLATION"}}]}],"hasNext":false}""",
            payloads[1]);
    }

    [Fact]
    public async Task Root_fields_can_be_deferred()
    {
        await using var gateway = await ShopServers.StartAsync();
        var payloads = await RunAsync(gateway, "query Q { me { name } ...Rest @defer } fragment Rest on Query { topProducts(first: 1) { inStock } }");
        Assert.Equal("""{"data":{"me":{"name":"Name 1"}},"pending":[{"id":"0","path":[]}],"hasNext":true}""", payloads[0]);
        Assert.Equal("""{"incremental":[{"id":"0","data":{"topProducts":[{"inStock":true}]}}],"completed":[{"id":"0"}],"hasNext":false}""", payloads[1]);
    }

    [Fact]
    public async Task Everything_may_be_deferred()
    {
        await using var gateway = await ShopServers.StartAsync();
        var payloads = await RunAsync(gateway, "{ ... @defer { me { name } } }");
        Assert.Equal("""{"data":{},"pending":[{"id":"0","path":[]}],"hasNext":true}""", payloads[0]);
        Assert.Contains("""{"me":{"name":"Name 1"}}""", payloads[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_of_a_mutation_can_be_deferred()
    {
        await using var gateway = await ShopServers.StartAsync();
        var payloads = await RunAsync(gateway, """mutation { reviewAdd(upc: "1", body: "b") { id ... @defer { product { name } } } }""");
        Assert.Contains("""{"reviewAdd":{"id":"91"}}""", payloads[0], StringComparison.Ordinal);
        Assert.Equal("""{"id":"91","product":{"name":"Product 1"}}""", Merge(payloads)["reviewAdd"]!.ToJsonString());
    }

    [Fact]
    public async Task Requirements_are_fetched_with_what_needs_them()
    {
        await using var gateway = await ShopServers.StartAsync();
        var payloads = await RunAsync(gateway, "{ topProducts(first: 1) { name ... @defer { shippingEstimate } ... @defer { price } } }");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"name":"Product 1","shippingEstimate":10,"price":100}"""), Merge(payloads)["topProducts"]![0]));
    }

    [Fact]
    public async Task Lists_are_not_streamed_but_answered()
    {
        await using var gateway = await ShopServers.StartAsync();
        Assert.Equal("""{"data":{"users":[{"id":"1"},{"id":"2"}]}}""", await gateway.RunAsync("{ users @stream(initialCount: 1) { id } }"));
    }

    [Fact]
    public async Task A_reader_that_goes_away_aborts_what_is_under_way()
    {
        await using var gateway = await ShopServers.StartAsync();
        var (reached, aborted) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway["inventory"].Answer = async (context, _) =>
        {
            reached.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                aborted.TrySetResult();
            }
        };
        using var cancellation = new CancellationTokenSource();
        await using var result = await StartAsync(gateway, "{ topProducts(first: 1) { name ... @defer { inStock } } }");
        await using var payloads = Assert.IsAssignableFrom<StreamResult>(result).ReadAsync(cancellation.Token).GetAsyncEnumerator(CancellationToken.None);
        await payloads.MoveNextAsync();
        var next = payloads.MoveNextAsync().AsTask();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_stream_that_nobody_reads_fetches_nothing()
    {
        await using var gateway = await ShopServers.StartAsync();
        await (await StartAsync(gateway, "{ topProducts(first: 1) { name ... @defer { inStock } } }")).DisposeAsync();
        Assert.Empty(gateway["inventory"].Bodies);
    }

    private static async Task<ExecutionResult> StartAsync(TestGateway gateway, string document, string? variables = null)
        => await gateway.Executor.ExecuteAsync(TestGateway.Request(document, variables), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    private static async Task<string[]> RunAsync(TestGateway gateway, string document, string? variables = null)
    {
        await using var result = await StartAsync(gateway, document, variables);
        if (result is SingleResult single)
        {
            Assert.Fail(Text(single));
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var payloads = new List<string>();
        await foreach (var payload in ((StreamResult)result).ReadAsync(patience.Token))
        {
            payloads.Add(Text(payload));
            await payload.DisposeAsync();
        }

        return [.. payloads];
    }

    private static string Text(SingleResult result) => Encoding.UTF8.GetString(result.Json.Span);

    /// <summary>Puts the payloads together as a client does.</summary>
    private static JsonNode Merge(string[] payloads)
    {
        JsonNode data = null!;
        var paths = new Dictionary<string, JsonArray>();
        foreach (var payload in payloads.Select(p => JsonNode.Parse(p)!))
        {
            data = payload["data"] ?? data;
            foreach (var pending in payload["pending"]?.AsArray() ?? [])
            {
                paths.Add(pending!["id"]!.GetValue<string>(), pending["path"]!.AsArray());
            }

            foreach (var part in payload["incremental"]?.AsArray() ?? [])
            {
                var place = data;
                foreach (var step in paths[part!["id"]!.GetValue<string>()].Concat(part["subPath"]?.AsArray() ?? []))
                {
                    place = step!.GetValueKind() == JsonValueKind.Number ? place[step.GetValue<int>()]! : place[step.GetValue<string>()]!;
                }

                foreach (var (name, value) in part["data"]!.AsObject())
                {
                    place[name] = value?.DeepClone();
                }
            }
        }

        return data;
    }
}
