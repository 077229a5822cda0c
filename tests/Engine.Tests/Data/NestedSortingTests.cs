using System.Text.Json;

namespace LuckyGraph.Engine.Tests.Data;

/// <summary>Orders by columns of other entities, whose values are part of the cursor.</summary>
[Collection("Warehouse")]
public sealed class NestedSortingTests(WarehouseFixture warehouse) : IAsyncLifetime
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

    private async Task<(JsonElement Page, string Statement)> PageAsync(object variables)
    {
        var (data, statements) = await warehouse.DataAsync(Page, variables);
        return (data.GetProperty("wares"), Assert.Single(statements));
    }

    [Fact]
    public async Task The_other_entitys_value_is_loaded_with_the_row_and_sought_by()
    {
        var order = new { grower = new { name = "ASC" } };
        var (first, statement) = await PageAsync(new { first = 2, order });
        var (second, next) = await PageAsync(new { first = 2, after = Cursor(first, "endCursor"), order });
        var (third, last) = await PageAsync(new { first = 2, after = Cursor(second, "endCursor"), order });

        Assert.Equal(("Apple Cherry", "Cherry Date", "Banana Elder"), (Names(first), Names(second), Names(third)));
        Assert.Equal("""
            SELECT w."Id", w."Name", g."Name"
            FROM wares AS w
            LEFT JOIN growers AS g ON w."GrowerId" = g."Id"
            ORDER BY g."Name", w."Id"
            LIMIT @p
            """, statement);
        // Those without grower come last: they are beyond every name.
        Assert.Equal("""
            SELECT w."Id", w."Name", g."Name"
            FROM wares AS w
            LEFT JOIN growers AS g ON w."GrowerId" = g."Id"
            WHERE g."Name" > @Value OR g."Name" IS NULL OR (g."Name" = @Value0 AND w."Id" > @Value1)
            ORDER BY g."Name", w."Id"
            LIMIT @p
            """, next);
        Assert.Equal(next, last);
    }

    public static TheoryData<string, int[]> Orders => new()
    {
        { """[{"grower": {"name": "ASC"}}]""", [1, 3, 4, 5, 2, 6] },
        { """[{"grower": {"name": "DESC"}}]""", [2, 6, 5, 1, 3, 4] },
        // A struct that is not there where the other entity is not.
        { """[{"grower": {"id": "DESC"}}]""", [2, 6, 5, 1, 3, 4] },
        { """[{"grower": {"name": "ASC"}}, {"price": "DESC"}]""", [3, 4, 1, 5, 6, 2] },
        { """[{"name": "DESC"}, {"grower": {"id": "ASC"}}]""", [6, 5, 3, 4, 2, 1] },
        // Over two steps; whoever has no grower has no grower's mentor either.
        { """[{"grower": {"mentor": {"name": "ASC"}}}]""", [5, 1, 2, 3, 4, 6] },
        { """[{"grower": {"mentor": {"name": "DESC"}}}, {"grower": {"name": "ASC"}}]""", [1, 3, 4, 2, 6, 5] },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Walking_forwards_and_backwards_gives_every_node_once_in_order(string order, int[] expected)
    {
        var ids = expected.Select(WarehouseFixture.GlobalIdOf).ToList();

        Assert.Equal(ids, await WalkAsync(backward: false, order, size: 2));
        Assert.Equal(ids, await WalkAsync(backward: true, order, size: 2));
        Assert.Equal(ids, await WalkAsync(backward: false, order, size: 1));
        Assert.Equal(ids, await WalkAsync(backward: true, order, size: 1));
        var (list, _) = await warehouse.DataAsync(
            "query($order: [WareSortInput!]) { wareList(order: $order) { id } }",
            new { order = JsonSerializer.Deserialize<JsonElement>(order.Insert(order.Length - 1, """, {"id": "ASC"}""")) });
        Assert.Equal(ids, list.GetProperty("wareList").EnumerateArray().Select(w => w.GetProperty("id").GetString()!));
    }

    [Fact]
    public async Task Inserts_before_the_cursor_move_no_page()
    {
        var order = new { grower = new { name = "ASC" } };
        var (first, _) = await PageAsync(new { first = 2, order });
        await warehouse.AddAsync(0, "Aardvark", grower: 201);
        await warehouse.AddAsync(7, "Fig", grower: 201);
        await warehouse.AddAsync(8, "Grape");
        var (next, _) = await PageAsync(new { first = 2, after = Cursor(first, "endCursor"), order });
        var (back, _) = await PageAsync(new { last = 2, before = Cursor(next, "startCursor"), order });

        Assert.Equal(("Apple Cherry", "Cherry Fig", "Apple Cherry"), (Names(first), Names(next), Names(back)));
    }

    [Fact]
    public async Task Entities_that_are_loaded_whole_have_cursors_too()
    {
        var (data, statements) = await warehouse.DataAsync(
            "{ wares(first: 1, order: [{ grower: { name: DESC } }, { name: ASC }]) { edges { cursor node { label } } pageInfo { startCursor } } }");

        var page = data.GetProperty("wares");
        var edge = page.GetProperty("edges")[0];
        Assert.Equal(("Banana (0)", Cursor(page, "startCursor")), (edge.GetProperty("node").GetProperty("label").GetString(), edge.GetProperty("cursor").GetString()));
        Assert.Contains("g.\"Name\"", Assert.Single(statements), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_memory_what_is_not_there_has_no_value()
    {
        var (data, statements) = await warehouse.DataAsync("{ sampleWares(order: [{ grower: { name: DESC } }]) { nodes { name } } }");

        Assert.Equal("Kim's Al's None", Names(data.GetProperty("sampleWares")));
        Assert.Empty(statements);
    }

    [Fact]
    public async Task An_order_takes_so_many_steps_to_other_entities()
    {
        var entry = """{"grower": """ + string.Concat(Enumerable.Repeat("""{"mentor": """, 20)) + """{"name": "ASC"}""" + new string('}', 21);

        Assert.Equal(
            "LIMIT_EXCEEDED: \"order\" takes more than 20 steps to other entities.",
            await warehouse.ErrorAsync(Page, new { order = JsonSerializer.Deserialize<JsonElement>($"[{entry}]") }));
    }

    private async Task<List<string>> WalkAsync(bool backward, string order, int size)
    {
        var by = JsonSerializer.Deserialize<JsonElement>(order);
        var ids = new List<string>();
        string? cursor = null;
        for (var more = true; more;)
        {
            var (page, _) = await PageAsync(backward
                ? new { last = (int?)size, before = cursor, order = by }
                : new { first = (int?)size, after = cursor, order = by });
            var nodes = page.GetProperty("nodes").EnumerateArray().Select(n => n.GetProperty("id").GetString()!).ToList();
            ids.InsertRange(backward ? 0 : ids.Count, nodes);
            cursor = Cursor(page, backward ? "startCursor" : "endCursor");
            more = page.GetProperty("pageInfo").GetProperty(backward ? "hasPreviousPage" : "hasNextPage").GetBoolean();
            Assert.True(ids.Count <= 6, "A node came twice.");
        }

        return ids;
    }
}
