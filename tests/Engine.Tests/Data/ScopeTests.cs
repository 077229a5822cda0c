namespace LuckyGraph.Engine.Tests.Data;

/// <summary>A DbContext takes one statement at a time; resolvers that run side by side have one each.</summary>
[Collection("Warehouse")]
public sealed class ScopeTests(WarehouseFixture warehouse) : IAsyncLifetime
{
    private const string Slow = "a: slowCount b: slowCount c: slowCounts d: slowCounts e: slowLoad";

    public Task InitializeAsync() => warehouse.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Fields_of_queries_that_run_side_by_side_share_no_context()
    {
        var (data, statements) = await warehouse.DataAsync($"{{ a: wareList {{ {Slow} }} b: wareList {{ id }} c: wares {{ totalCount nodes {{ id }} }} }}");

        var wares = data.GetProperty("a").EnumerateArray().ToList();
        Assert.Equal(6, wares.Count);
        Assert.All(wares, ware => Assert.Equal("""{"a":6,"b":6,"c":6,"d":6,"e":6}""", ware.GetRawText()));
        // Four queries of lists, two counts of each ware, two batches, a load of each ware.
        Assert.Equal(4 + (2 * 6) + 2 + 6, statements.Length);
    }

    [Fact]
    public async Task Mutations_share_their_context_and_what_is_selected_below_them_does_not()
    {
        var (data, _) = await warehouse.DataAsync(
            $"mutation($id: ID!) {{ x: wareTouch(input: {{ id: $id }}) {{ ware {{ name {Slow} }} }} y: wareTouch(input: {{ id: $id }}) {{ ware {{ name {Slow} }} }} }}",
            new { id = WarehouseFixture.GlobalIdOf(1) });

        Assert.Equal("""{"x":{"ware":{"name":"Apple","a":6,"b":6,"c":6,"d":6,"e":6}},"y":{"ware":{"name":"Apple again","a":6,"b":6,"c":6,"d":6,"e":6}}}""", data.GetRawText());
    }
}
