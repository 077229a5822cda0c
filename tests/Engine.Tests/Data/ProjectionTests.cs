namespace LuckyGraph.Engine.Tests.Data;

[Collection("Warehouse")]
public sealed class ProjectionTests(WarehouseFixture warehouse) : IAsyncLifetime
{
    public Task InitializeAsync() => warehouse.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    private async Task<string> ColumnsAsync(string selection, object? variables = null)
    {
        var (_, statements) = await warehouse.DataAsync(selection, variables);
        return Assert.Single(statements).Split('\n')[0];
    }

    [Theory]
    [InlineData("{ wareList { name } }", """SELECT w."Id", w."Name" """)]
    [InlineData("{ wareList { halfStock } }", """SELECT w."Id", w."Stock" """)]
    [InlineData("{ wareList { maker { id } price } }", """SELECT w."Id", w."Price", w."MakerId" """)]
    [InlineData("{ wareList { __typename } }", """SELECT w."Id" """)]
    [InlineData("{ wareList { a: name ...F } } fragment F on Ware { note }", """SELECT w."Id", w."Name", w."Note" """)]
    [InlineData("{ wares { nodes { name } edges { node { shelf } } } }", """SELECT w."Id", w."Name", w."Shelf" """)]
    [InlineData("{ wares(order: [{ price: ASC }]) { nodes { name } } }", """SELECT w."Id", w."Name", w."Price" """)]
    public async Task Only_keys_and_what_is_asked_for_and_required_is_loaded(string query, string columns)
        => Assert.Equal(columns.TrimEnd(), await ColumnsAsync(query));

    [Fact]
    public async Task Fields_that_a_variable_excludes_are_not_loaded()
    {
        const string query = "query($notes: Boolean!) { wareList { name note @include(if: $notes) } }";

        Assert.Equal("""SELECT w."Id", w."Name" """.TrimEnd(), await ColumnsAsync(query, new { notes = false }));
        Assert.Equal("""SELECT w."Id", w."Name", w."Note" """.TrimEnd(), await ColumnsAsync(query, new { notes = true }));
    }

    [Fact]
    public async Task A_member_that_computes_gets_the_whole_entity()
    {
        var (data, statements) = await warehouse.DataAsync("{ wareList(order: [{ id: ASC }]) { label } }");

        Assert.Equal("Apple (5)", data.GetProperty("wareList")[0].GetProperty("label").GetString());
        Assert.StartsWith("SELECT w.\"Id\", w.\"Added\", w.\"Cost\"", Assert.Single(statements), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_entity_is_projected_by_its_query_context()
    {
        var (data, statements) = await warehouse.DataAsync("query($id: ID!) { ware(id: $id) { name } }", new { id = WarehouseFixture.GlobalIdOf(3) });

        Assert.Equal("Cherry", data.GetProperty("ware").GetProperty("name").GetString());
        Assert.Equal("""
            SELECT w."Id", w."Name"
            FROM wares AS w
            WHERE w."Id" = @id
            LIMIT 2
            """, Assert.Single(statements));
    }

    [Fact]
    public async Task Sorting_goes_by_the_first_entry_and_then_by_the_next()
    {
        var (data, statements) = await warehouse.DataAsync("{ wareList(order: [{ name: DESC }, { price: ASC }]) { price } }");

        Assert.Equal([3m, 4m, 8m, 9.99m, 2m, 1.5m], data.GetProperty("wareList").EnumerateArray().Select(w => w.GetProperty("price").GetDecimal()));
        Assert.EndsWith("ORDER BY w.\"Name\" DESC, w.\"Price\"", Assert.Single(statements), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_of_the_order_names_one_field()
    {
        var (response, statements) = await warehouse.ExecuteAsync("{ wareList(order: [{ name: DESC, price: ASC }]) { price } }");

        Assert.Contains("exactly one", response.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.Empty(statements);
    }
}
