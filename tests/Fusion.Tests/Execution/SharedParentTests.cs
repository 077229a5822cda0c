namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>Values without key that several schemas complete through a parent they share, and fields under the names of one fetch.</summary>
public sealed class SharedParentTests
{
    private const string First = "type Query { all: [V!] @shareable } type V { a: Int }";
    private const string Second = "type Query { all: [V!] @shareable } type V { b: Int }";

    [Theory]
    [InlineData(2, 2, """{"data":{"all":[{"a":1,"b":1},{"a":2,"b":2}]}}""")]
    [InlineData(0, 0, """{"data":{"all":[]}}""")]
    public async Task Lists_merge_by_position(int first, int second, string expected)
    {
        await using var gateway = await StartAsync(first, second);
        Assert.Equal(expected, await gateway.RunAsync("{ all { a b } }"));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(0, 9)]
    [InlineData(9, 0)]
    public async Task Lists_of_different_lengths_are_an_error(int first, int second)
    {
        await using var gateway = await StartAsync(first, second);
        var result = await gateway.RunAsync("{ all { a b } }");
        Assert.StartsWith("""{"data":{"all":null}""", result, StringComparison.Ordinal);
        Assert.Equal(["all"], FailureTests.ErrorPaths(result));
        Assert.Equal(["SUBGRAPH_INVALID_RESPONSE"], FailureTests.Codes(result));
    }

    [Fact]
    public async Task Errors_of_fields_under_an_alias_of_the_gateway_carry_the_clients_names()
    {
        var hits = await SourceServer.StartAsync("hits", """
            type Query { hits: [Hit] } union Hit = Book | Film
            type Book { title: String! @shareable } type Film { title: String }
            """, new()
        {
            ["Query.hits"] = (_, _) => new[] { ShopServers.Map(("__typename", "Book"), ("title", "B")), ShopServers.Map(("__typename", "Film")) },
            ["Film.title"] = (_, _) => throw new Engine.Execution.GraphQLException("lost", "LOST"),
        });
        var books = await SourceServer.StartAsync("books", "type Query { x: Int } type Book { title: String @shareable }");
        await using var gateway = TestGateway.Over(hits, books);
        var result = await gateway.RunAsync("{ hits { ... on Book { __typename: title } ... on Film { name: title } } }");
        Assert.StartsWith("""{"data":{"hits":[{"__typename":"B"},{"name":null}]}""", result, StringComparison.Ordinal);
        result = await gateway.RunAsync("{ hits { ... on Book { title } ... on Film { title } } }");
        Assert.StartsWith("""{"data":{"hits":[{"title":"B"},{"title":null}]}""", result, StringComparison.Ordinal);
        Assert.Equal(["hits/1/title"], FailureTests.ErrorPaths(result));
    }

    private static async Task<TestGateway> StartAsync(int first, int second)
    {
        var a = await SourceServer.StartAsync("a", First, new() { ["Query.all"] = (_, _) => Enumerable.Range(1, first).Select(i => ShopServers.Map(("a", i))).ToArray() });
        var b = await SourceServer.StartAsync("b", Second, new() { ["Query.all"] = (_, _) => Enumerable.Range(1, second).Select(i => ShopServers.Map(("b", i))).ToArray() });
        return TestGateway.Over(a, b);
    }
}
