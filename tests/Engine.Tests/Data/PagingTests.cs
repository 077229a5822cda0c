using System.Text.Json;

namespace LuckyGraph.Engine.Tests.Data;

[Collection("Warehouse")]
public sealed class PagingTests(WarehouseFixture warehouse) : IAsyncLifetime
{
    private const string Page = """
        query($first: Int, $after: String, $last: Int, $before: String, $order: [WareSortInput!]) {
          wares(first: $first, after: $after, last: $last, before: $before, order: $order) {
            nodes { name id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
          }
        }
        """;

    public Task InitializeAsync() => warehouse.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    private static string Names(JsonElement connection)
        => string.Join(" ", connection.GetProperty("nodes").EnumerateArray().Select(n => n.GetProperty("name").GetString()));

    private static string? Cursor(JsonElement connection, string which) => connection.GetProperty("pageInfo").GetProperty(which).GetString();

    private async Task<List<string>> WalkAsync(bool backward, object order, int size = 2)
    {
        var ids = new List<string>();
        string? cursor = null;
        for (var more = true; more;)
        {
            var (data, statements) = await warehouse.DataAsync(Page, backward
                ? new { last = (int?)size, before = cursor, order }
                : new { first = (int?)size, after = cursor, order });
            var page = data.GetProperty("wares");
            Assert.Single(statements);
            var nodes = page.GetProperty("nodes").EnumerateArray().Select(n => n.GetProperty("id").GetString()!).ToList();
            ids.InsertRange(backward ? 0 : ids.Count, nodes);
            cursor = Cursor(page, backward ? "startCursor" : "endCursor");
            more = page.GetProperty("pageInfo").GetProperty(backward ? "hasPreviousPage" : "hasNextPage").GetBoolean();
            Assert.True(ids.Count <= 6, "A node came twice.");
        }

        return ids;
    }

    private static List<string> Ids(params int[] numbers) => [.. numbers.Select(WarehouseFixture.GlobalIdOf)];

    [Fact]
    public async Task A_page_is_one_statement_over_the_columns_asked_for()
    {
        var (data, statements) = await warehouse.DataAsync("{ wares { nodes { name } pageInfo { hasNextPage } } }");

        Assert.Equal("Apple Banana", Names(data.GetProperty("wares")));
        Assert.True(data.GetProperty("wares").GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean());
        Assert.Equal("""
            SELECT w."Id", w."Name"
            FROM wares AS w
            ORDER BY w."Id"
            LIMIT @p
            """, Assert.Single(statements));
    }

    [Fact]
    public async Task The_next_page_seeks_by_the_key_instead_of_skipping_rows()
    {
        var (first, _) = await warehouse.DataAsync(Page, new { first = 3, order = new { name = "ASC" } });
        var (second, statements) = await warehouse.DataAsync(Page, new { first = 3, after = Cursor(first.GetProperty("wares"), "endCursor"), order = new { name = "ASC" } });

        Assert.Equal("Apple Banana Cherry", Names(first.GetProperty("wares")));
        Assert.Equal("Cherry Date Elder", Names(second.GetProperty("wares")));
        Assert.Equal("""
            SELECT w."Id", w."Name"
            FROM wares AS w
            WHERE w."Name" > @Value OR (w."Name" = @Value0 AND w."Id" > @Value1)
            ORDER BY w."Name", w."Id"
            LIMIT @p
            """, Assert.Single(statements));
    }

    [Theory]
    [InlineData("name", "DESC", new[] { 6, 5, 3, 4, 2, 1 })]
    [InlineData("price", "ASC", new[] { 1, 2, 6, 5, 4, 3 })]
    [InlineData("added", "DESC", new[] { 6, 5, 4, 3, 2, 1 })]
    // PostgreSQL sorts null as the greatest of all values; pages must neither lose nor repeat it.
    [InlineData("shelf", "ASC", new[] { 3, 4, 1, 6, 2, 5 })]
    [InlineData("shelf", "DESC", new[] { 2, 5, 6, 1, 3, 4 })]
    [InlineData("note", "ASC", new[] { 1, 6, 4, 3, 2, 5 })]
    [InlineData("note", "DESC", new[] { 2, 5, 3, 4, 6, 1 })]
    public async Task Walking_forwards_and_backwards_gives_every_node_once_in_order(string field, string direction, int[] expected)
    {
        var order = new[] { new Dictionary<string, string> { [field] = direction } };

        Assert.Equal(Ids(expected), await WalkAsync(backward: false, order));
        Assert.Equal(Ids(expected), await WalkAsync(backward: true, order));
        Assert.Equal(Ids(expected), await WalkAsync(backward: false, order, size: 1));
    }

    [Fact]
    public async Task Inserts_before_the_cursor_move_no_page()
    {
        var order = new { name = "ASC" };
        var (first, _) = await warehouse.DataAsync(Page, new { first = 2, order });
        await warehouse.AddAsync(7, "Aardvark");
        await warehouse.AddAsync(8, "Blackberry");
        var (next, _) = await warehouse.DataAsync(Page, new { first = 2, after = Cursor(first.GetProperty("wares"), "endCursor"), order });
        var (back, _) = await warehouse.DataAsync(Page, new { last = 2, before = Cursor(next.GetProperty("wares"), "startCursor"), order });

        Assert.Equal("Apple Banana", Names(first.GetProperty("wares")));
        Assert.Equal("Blackberry Cherry", Names(next.GetProperty("wares")));
        Assert.Equal("Apple Banana", Names(back.GetProperty("wares")));
    }

    [Fact]
    public async Task The_total_is_counted_only_when_it_is_selected_and_counts_what_the_filter_keeps()
    {
        var (data, statements) = await warehouse.DataAsync("{ wares(first: 1, where: { stock: { gt: 2 } }) { totalCount nodes { name } } }");

        Assert.Equal(4, data.GetProperty("wares").GetProperty("totalCount").GetInt32());
        Assert.Equal(2, statements.Length);
        Assert.Equal("""
            SELECT count(*)::int
            FROM wares AS w
            WHERE w."Stock" > @Value
            """, statements[0]);
    }

    [Fact]
    public async Task A_list_that_does_not_count_answers_null_without_a_statement()
    {
        var (data, statements) = await warehouse.DataAsync("{ newestWares(first: 1) { totalCount nodes { name } } }");

        Assert.Equal(JsonValueKind.Null, data.GetProperty("newestWares").GetProperty("totalCount").ValueKind);
        Assert.Single(statements);
    }

    [Fact]
    public async Task The_querys_own_order_holds_where_the_client_gives_none()
    {
        var (data, statements) = await warehouse.DataAsync("{ newestWares(first: 2) { nodes { name } } }");

        Assert.Equal("Elder Date", Names(data.GetProperty("newestWares")));
        Assert.EndsWith("ORDER BY w.\"Added\" DESC, w.\"Id\"\nLIMIT @p", Assert.Single(statements), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resolver_pages_what_its_query_context_says()
    {
        var (data, statements) = await warehouse.DataAsync("""{ warePage(where: { state: { eq: ON_SALE } }, order: [{ shelf: DESC }]) { edges { node { price } } } }""");

        Assert.Equal([4m, 1.5m, 9.99m], data.GetProperty("warePage").GetProperty("edges").EnumerateArray().Select(e => e.GetProperty("node").GetProperty("price").GetDecimal()));
        Assert.Equal("""
            SELECT w."Id", w."Name", w."Price", w."Shelf"
            FROM wares AS w
            WHERE w."State" = @Value
            ORDER BY w."Shelf" DESC, w."Name", w."Id"
            LIMIT @p
            """, Assert.Single(statements));
    }

    [Theory]
    [InlineData("wares(first: 5)", "BAD_USER_INPUT: \"first\" must be at most 4, but is 5.")]
    [InlineData("wares(last: -1)", "BAD_USER_INPUT: \"last\" must not be negative, but is -1.")]
    [InlineData("wares(first: 1, last: 1)", "BAD_USER_INPUT: Give either \"first\" or \"last\", not both.")]
    [InlineData("wares(after: \"nonsense\")", "BAD_USER_INPUT: The cursor in \"after\" is malformed.")]
    [InlineData("warePage(first: 4)", "BAD_USER_INPUT: \"first\" must be at most 3, but is 4.")]
    public async Task Bad_arguments_are_errors_with_a_code(string field, string expected)
        => Assert.Equal(expected, await warehouse.ErrorAsync($"{{ {field} {{ nodes {{ name }} }} }}"));

    [Fact]
    public async Task A_cursor_of_another_order_is_refused()
    {
        var (first, _) = await warehouse.DataAsync(Page, new { first = 1, order = new { name = "ASC" } });

        Assert.Equal(
            "BAD_USER_INPUT: The cursor in \"after\" belongs to another list or sort order.",
            await warehouse.ErrorAsync(Page, new { after = Cursor(first.GetProperty("wares"), "endCursor"), order = new { name = "DESC" } }));
    }
}
