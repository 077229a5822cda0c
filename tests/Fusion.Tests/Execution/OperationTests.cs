using System.Text.Json;
using LuckyGraph.Engine;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Tests.Planning;

namespace LuckyGraph.Fusion.Tests.Execution;

public sealed class OperationTests
{
    [Fact]
    public async Task Fifty_products_with_category_variants_and_availability_cost_three_requests()
    {
        var catalog = await SourceServer.StartAsync("catalog", """
            type Query { products(first: Int!): [Product!]! productById(id: ID!): Product @lookup variantById(id: ID!): ProductVariant @lookup }
            type Product @key(fields: "id") { id: ID! title: String! category: Category! variants: [ProductVariant!]! }
            type Category { id: ID! name: String! }
            type ProductVariant @key(fields: "id") { id: ID! sku: String! }
            """, new()
        {
            ["Query.products"] = (_, a) => Enumerable.Range(0, (int)a["first"]!).Select(i => ShopServers.Map(
                ("id", $"p{i}"), ("title", $"T{i}"), ("category", ShopServers.Map(("id", "c"), ("name", "C"))),
                ("variants", Enumerable.Range(0, 3).Select(v => ShopServers.Map(("id", $"v{i}-{v}"), ("sku", $"S{i}-{v}"))).ToArray()))).ToArray(),
        });
        var orders = await SourceServer.StartAsync("orders", """
            type Query { variantById(id: ID!): ProductVariant @lookup @internal }
            type ProductVariant @key(fields: "id") { id: ID! availability: Availability }
            type Availability { onHand: Int! inStock: Boolean! }
            """, new()
        {
            ["Query.variantById"] = (_, a) => ShopServers.Map(("id", a["id"]), ("availability", ShopServers.Map(("onHand", 3), ("inStock", true)))),
        });
        await using var gateway = TestGateway.Over(catalog, orders);
        var result = await gateway.RunAsync(
            "query($n: Int!) { products(first: $n) { title category { name } variants { sku availability { onHand inStock } } } }", """{"n":50}""");
        Assert.DoesNotContain("errors", result, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(result);
        Assert.Equal(50, json.RootElement.GetProperty("data").GetProperty("products").GetArrayLength());
        Assert.Equal(3, json.RootElement.GetProperty("data").GetProperty("products")[49].GetProperty("variants")[2].GetProperty("availability").GetProperty("onHand").GetInt32());
        Assert.InRange(gateway.Requests, 1, 3);
    }

    [Fact]
    public async Task Equal_entities_are_asked_for_once()
    {
        await using var gateway = await ShopServers.StartAsync();
        await gateway.RunAsync("{ topProducts(first: 4) { reviews { author { name } } } users { reviews { author { name } } } }");
        var body = JsonDocument.Parse(gateway["accounts"].Bodies.Last()).RootElement;
        Assert.Equal(["1", "2"], body.GetProperty("variables").EnumerateArray().Select(v => v.GetProperty("k_id").GetString()!).Order());
    }

    [Fact]
    public async Task Mutations_finish_their_subtree_before_the_next_starts()
    {
        await using var gateway = await ShopServers.StartAsync();
        var log = new List<string>();
        var products = gateway["products"];
        products.Answer = async (context, _) =>
        {
            lock (log)
            {
                log.Add($"products after {gateway["reviews"].Bodies.Count} mutations");
            }

            await FailureTests.Json(context, """{"data":{"productByUpc":{"name":"N"}}}""");
        };
        Assert.Equal(
            """{"data":{"a":{"product":{"name":"N"}},"b":{"product":{"name":"N"}}}}""",
            await gateway.RunAsync("mutation { a: reviewAdd(upc: \"1\", body: \"x\") { product { name } } b: reviewAdd(upc: \"1\", body: \"y\") { product { name } } }"));
        Assert.Equal(["products after 1 mutations", "products after 2 mutations"], log);
    }

    [Fact]
    public async Task Adjacent_mutations_of_one_schema_travel_together()
    {
        await using var gateway = await ShopServers.StartAsync();
        Assert.Equal(
            """{"data":{"a":{"body":"x"},"b":{"body":"y"}}}""",
            await gateway.RunAsync("mutation { a: reviewAdd(upc: \"1\", body: \"x\") { body } b: reviewAdd(upc: \"1\", body: \"y\") { body } }"));
        Assert.Equal(1, gateway.Requests);
    }

    [Fact]
    public async Task Conditions_decide_what_is_fetched()
    {
        await using var gateway = await ShopServers.StartAsync();
        const string Query = "query($stock: Boolean!, $me: Boolean = false) { topProducts(first: 1) { name inStock @include(if: $stock) } me @include(if: $me) { name } }";
        Assert.Equal("""{"data":{"topProducts":[{"name":"Product 1"}]}}""", await gateway.RunAsync(Query, """{"stock":false}"""));
        Assert.Equal(1, gateway.Requests);
        Assert.Equal("""{"data":{"topProducts":[{"name":"Product 1","inStock":true}],"me":{"name":"Name 1"}}}""", await gateway.RunAsync(Query, """{"stock":true,"me":true}"""));
    }

    [Fact]
    public async Task Introspection_is_answered_by_the_gateway()
    {
        await using var gateway = await ShopServers.StartAsync();
        Assert.Equal(
            """{"data":{"__typename":"Query","__type":{"name":"Product","f":[{"name":"name"}]},"__schema":{"queryType":{"name":"Query"}}}}""",
            (await gateway.RunAsync("query($t: String!) { __typename __type(name: $t) { name f: fields { name } } __schema { ...S } } fragment S on __Schema { queryType { name } }", """{"t":"Product"}"""))
                .Replace("""{"name":"inStock"},""", "").Replace(""",{"name":"price"},{"name":"reviews"},{"name":"shippingEstimate"},{"name":"upc"},{"name":"weight"}""", ""));
        Assert.Equal(0, gateway.Requests);
    }

    [Fact]
    public async Task Credentials_are_forwarded()
    {
        await using var gateway = await ShopServers.StartAsync();
        await gateway.RunAsync("{ topProducts(first: 1) { inStock } }", authorization: "Bearer abc");
        Assert.Equal(["Bearer abc"], gateway["products"].Authorizations);
        Assert.Equal(["Bearer abc"], gateway["inventory"].Authorizations);
    }

    [Fact]
    public async Task The_plan_is_shown_on_request()
    {
        await using var gateway = await ShopServers.StartAsync();
        var result = await gateway.RunAsync("{ me { name } }", configure: r => r with { State = new Dictionary<string, object?> { [RequestState.IncludePlan] = true } });
        Assert.Equal(
            """{"data":{"me":{"name":"Name 1"}},"extensions":{"plan":{"operation":"query","fetches":[{"id":1,"kind":"root","service":"accounts","after":[],"targets":[{"path":"","variables":{}}],"document":"query{me{name}}"}]}}}""",
            result);
    }

    [Fact]
    public async Task Mutations_are_refused_where_only_queries_are_allowed()
    {
        await using var gateway = await ShopServers.StartAsync();
        await using var result = await gateway.Executor.ExecuteAsync(
            TestGateway.Request("mutation { reviewAdd(upc: \"1\", body: \"x\") { body } }") with { ReadOnly = true }, CancellationToken.None);
        Assert.Equal(RequestErrorKind.MethodNotAllowed, Assert.IsAssignableFrom<SingleResult>(result).RequestError);
        Assert.Equal(0, gateway.Requests);
    }

    [Fact]
    public async Task A_batch_answers_in_the_order_of_its_variable_sets()
    {
        await using var gateway = await ShopServers.StartAsync();
        var sets = JsonDocument.Parse("""[{"u":"1"},{"u":7},{"u":"2"},{}]""").RootElement.EnumerateArray().ToArray();
        var results = await gateway.Executor.ExecuteBatchAsync(TestGateway.Request("query($u: String!) { productByUpc(upc: $u) { name } }"), sets, CancellationToken.None);
        Assert.Equal(4, results.Count);
        Assert.Contains("Product 1", System.Text.Encoding.UTF8.GetString(results[0].Json.Span), StringComparison.Ordinal);
        Assert.Equal(RequestErrorKind.Validation, results[1].RequestError);
        Assert.Contains("Product 2", System.Text.Encoding.UTF8.GetString(results[2].Json.Span), StringComparison.Ordinal);
        Assert.Equal(RequestErrorKind.Validation, results[3].RequestError);
    }

    [Fact]
    public async Task A_streamed_batch_answers_each_set_once_by_its_index()
    {
        await using var gateway = await ShopServers.StartAsync();
        var sets = JsonDocument.Parse("""[{"u":"1"},{"u":7},{"u":"2"},{}]""").RootElement.EnumerateArray().ToArray();
        var answers = new SortedDictionary<int, string>();
        await foreach (var (index, result) in gateway.Executor.StreamBatchAsync(
            TestGateway.Request("query($u: String!) { productByUpc(upc: $u) { name } }"), sets, CancellationToken.None))
        {
            answers.Add(index, System.Text.Encoding.UTF8.GetString(result.Json.Span));
            await result.DisposeAsync();
        }

        Assert.Equal([0, 1, 2, 3], answers.Keys);
        Assert.Contains("Product 1", answers[0], StringComparison.Ordinal);
        Assert.Contains("BAD_USER_INPUT", answers[1], StringComparison.Ordinal);
        Assert.Contains("Product 2", answers[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_refused()
    {
        await using var gateway = await ShopServers.StartAsync();
        var request = TestGateway.Request("{ topProducts { name } }") with { Files = new Dictionary<string, IFile> { ["file"] = null! } };

        await using var result = await gateway.Executor.ExecuteAsync(request, CancellationToken.None);

        Assert.Equal(RequestErrorKind.BadRequest, ((SingleResult)result).RequestError);
    }

    [Fact]
    public async Task Concurrent_requests_do_not_mix()
    {
        await using var gateway = await ShopServers.StartAsync();
        var expected = await gateway.RunAsync(ExampleSchemas.ShopQuery);
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => gateway.RunAsync(ExampleSchemas.ShopQuery)));
        Assert.All(results, r => Assert.Equal(expected, r));
    }

    [Fact]
    public async Task Numeric_ids_become_strings()
    {
        await using var gateway = await ShopServers.StartAsync();
        gateway["accounts"].Answer = (context, _) => FailureTests.Json(context, """{"data":{"me":{"id":7,"name":"N"}}}""");
        gateway["reviews"].Answer = (context, body) => FailureTests.Json(context,
            """{"data":{"userById":{"reviews":[{"body":"KIND"}]}}}""".Replace("KIND", JsonDocument.Parse(body).RootElement.GetProperty("variables").GetProperty("k_id").ValueKind.ToString()));
        Assert.Equal("""{"data":{"me":{"id":"7","name":"N","reviews":[{"body":"String"}]}}}""", await gateway.RunAsync("{ me { id name reviews { body } } }"));
    }
}
