namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>Unlike lookups of one depth in one schema travel as one request.</summary>
public sealed class BatchTests
{
    private const string Query = "{ users { reviews { id } } topProducts(first: 2) { reviews { id } } }";

    [Fact]
    public async Task Lookups_of_two_types_in_one_schema_are_one_request()
    {
        await using var gateway = await ShopServers.StartAsync();
        Assert.Equal(
            """{"data":{"users":[{"reviews":[{"id":"11"},{"id":"12"}]},{"reviews":[{"id":"21"},{"id":"22"}]}],"topProducts":[{"reviews":[{"id":"11"},{"id":"21"}]},{"reviews":[{"id":"12"},{"id":"22"}]}]}}""",
            await gateway.RunAsync(Query));
        Assert.Single(gateway["reviews"].Bodies);
    }

    [Fact]
    public async Task Only_one_of_two_with_entities_is_a_plain_request()
    {
        await using var gateway = await ShopServers.StartAsync();
        Assert.Equal(
            """{"data":{"users":[{"reviews":[{"id":"11"},{"id":"12"}]},{"reviews":[{"id":"21"},{"id":"22"}]}],"topProducts":[]}}""",
            await gateway.RunAsync(Query.Replace("first: 2", "first: 0")));
        Assert.StartsWith("{", Assert.Single(gateway["reviews"].Bodies), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_excluded_fetch_does_not_hold_up_the_others()
    {
        await using var gateway = await ShopServers.StartAsync();
        Assert.Equal(
            """{"data":{"users":[{},{}],"topProducts":[{"reviews":[{"id":"11"},{"id":"21"}]}]}}""",
            await gateway.RunAsync("query($x: Boolean!) { users { reviews @include(if: $x) { id } } topProducts(first: 1) { reviews { id } } }", """{"x":false}"""));
    }

    [Fact]
    public async Task A_batch_above_the_limit_travels_separately()
    {
        await using var gateway = await ShopServers.StartAsync(o => o with { MaxBatchSize = 3 });
        Assert.DoesNotContain("errors", await gateway.RunAsync(Query), StringComparison.Ordinal);
        Assert.Equal(2, gateway["reviews"].Bodies.Count);
    }

    [Theory]
    [InlineData("this is no JSON")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("[[]]")]
    [InlineData("{\"requestIndex\":2,\"variableIndex\":0,\"data\":null}")]
    [InlineData("{\"requestIndex\":0,\"variableIndex\":0,\"data\":")]
    [InlineData("[{\"requestIndex\":0,\"variableIndex\":9,\"data\":null},{\"requestIndex\":1,\"variableIndex\":9,\"data\":null}]")]
    public async Task Garbage_fails_both_fetches_and_nothing_else(string garbage)
    {
        await using var gateway = await ShopServers.StartAsync();
        gateway["reviews"].Answer = (context, _) => FailureTests.Json(context, garbage);
        var result = await gateway.RunAsync("{ users { name reviews { id } } topProducts(first: 1) { name reviews { id } } }");
        Assert.Contains("""{"users":[{"name":"Name 1","reviews":null},{"name":"Name 2","reviews":null}],"topProducts":[{"name":"Product 1","reviews":null}]}""", result, StringComparison.Ordinal);
        Assert.Equal(["topProducts/0/reviews", "users/0/reviews", "users/1/reviews"], FailureTests.ErrorPaths(result).Order(StringComparer.Ordinal));
        Assert.All(FailureTests.Codes(result), code => Assert.Equal("SUBGRAPH_INVALID_RESPONSE", code));
    }

    [Fact]
    public async Task Entries_come_in_any_order_and_one_left_out_fails_alone()
    {
        await using var gateway = await ShopServers.StartAsync();
        gateway["reviews"].Answer = (context, _) => FailureTests.Json(context,
            "{\"variableIndex\":0,\"data\":{\"productByUpc\":{\"reviews\":[]}},\"requestIndex\":1}\n{\"requestIndex\":0,\"variableIndex\":1,\"data\":{\"userById\":{\"reviews\":[{\"id\":\"7\"}]}}}");
        var result = await gateway.RunAsync("{ users { reviews { id } } topProducts(first: 1) { reviews { id } } }");
        Assert.Contains("""{"users":[{"reviews":null},{"reviews":[{"id":"7"}]}],"topProducts":[{"reviews":[]}]}""", result, StringComparison.Ordinal);
        Assert.Equal(["users/0/reviews"], FailureTests.ErrorPaths(result));
    }

    [Fact]
    public async Task One_refusal_of_the_whole_batch_is_reported_at_every_place()
    {
        await using var gateway = await ShopServers.StartAsync();
        gateway["reviews"].Answer = (context, _) => FailureTests.Json(context, "{\"errors\":[{\"message\":\"no\",\"extensions\":{\"code\":\"NO\"}}]}");
        var result = await gateway.RunAsync("{ users { reviews { id } } topProducts(first: 1) { reviews { id } } }");
        Assert.Equal(["NO", "NO", "NO"], FailureTests.Codes(result));
    }
}
