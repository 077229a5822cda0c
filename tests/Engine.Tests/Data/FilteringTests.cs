using System.Text.Json;

namespace LuckyGraph.Engine.Tests.Data;

[Collection("Warehouse")]
public sealed class FilteringTests(WarehouseFixture warehouse) : IAsyncLifetime
{
    private const string List = "query($where: WareFilterInput) { wareList(where: $where, order: [{ id: ASC }]) { id } }";

    public Task InitializeAsync() => warehouse.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("""{ "name": { "eq": "Cherry" } }""", "3 4", "w.\"Name\" = @Value")]
    [InlineData("""{ "name": { "neq": "Cherry" } }""", "1 2 5 6", "w.\"Name\" <> @Value")]
    [InlineData("""{ "name": { "in": ["Apple", "Date"] } }""", "1 5", "w.\"Name\" = ANY (@Values)")]
    [InlineData("""{ "name": { "nin": ["Apple", "Date"] } }""", "2 3 4 6", "NOT (w.\"Name\" = ANY (@Values) AND w.\"Name\" = ANY (@Values) IS NOT NULL)")]
    [InlineData("""{ "name": { "in": [] } }""", "", "w.\"Name\" = ANY (@Values)")]
    [InlineData("""{ "name": { "contains": "a" } }""", "2 5", "w.\"Name\" LIKE @Value_contains")]
    [InlineData("""{ "name": { "startsWith": "A" } }""", "1", "w.\"Name\" LIKE @Value_startswith")]
    [InlineData("""{ "name": { "endsWith": "e" } }""", "1 5", "w.\"Name\" LIKE @Value_endswith")]
    [InlineData("""{ "note": { "contains": "%" } }""", "1", "w.\"Note\" LIKE @Value_contains")]
    [InlineData("""{ "note": { "contains": "_" } }""", "3", "w.\"Note\" LIKE @Value_contains")]
    [InlineData("""{ "note": { "eq": null } }""", "2 5", "w.\"Note\" IS NULL")]
    [InlineData("""{ "note": { "neq": null } }""", "1 3 4 6", "w.\"Note\" IS NOT NULL")]
    [InlineData("""{ "note": { "neq": "dried" } }""", "1 2 3 5 6", "w.\"Note\" <> @Value OR w.\"Note\" IS NULL")]
    [InlineData("""{ "stock": { "gt": 5 } }""", "3 5", "w.\"Stock\" > @Value")]
    [InlineData("""{ "stock": { "gte": 5, "lt": 9 } }""", "1 3", "w.\"Stock\" >= @Value AND w.\"Stock\" < @Value0")]
    [InlineData("""{ "price": { "lte": 2 } }""", "1 2", "w.\"Price\" <= @Value")]
    [InlineData("""{ "shelf": { "in": [3, null] } }""", "2 5 6", null)]
    [InlineData("""{ "shelf": { "lt": 2 } }""", "3 4", "w.\"Shelf\" < @Value")]
    [InlineData("""{ "added": { "gte": "2026-01-01T14:00:00+09:00" } }""", "5 6", "w.\"Added\" >= @Value")]
    [InlineData("""{ "state": { "eq": "DRAFT" } }""", "2 4 6", "w.\"State\" = @Value")]
    [InlineData("""{ "state": { "nin": ["DRAFT"] } }""", "1 3 5", "NOT (w.\"State\" = ANY (@Values) AND w.\"State\" = ANY (@Values) IS NOT NULL)")]
    [InlineData("""{ "stock": { "gt": 2 }, "name": { "eq": "Cherry" } }""", "3 4", "w.\"Name\" = @Value AND w.\"Stock\" > @Value0")]
    [InlineData("""{ "or": [{ "stock": { "eq": 0 } }, { "and": [{ "name": { "eq": "Cherry" } }, { "price": { "gt": 9 } }] }] }""", "2 3", "w.\"Stock\" = @Value OR (w.\"Name\" = @Value0 AND w.\"Price\" > @Value1)")]
    [InlineData("""{ "name": { "or": [{ "startsWith": "A" }, { "endsWith": "r" }] } }""", "1 6", "w.\"Name\" LIKE @Value_startswith OR w.\"Name\" LIKE @Value0_endswith")]
    [InlineData("""{}""", "1 2 3 4 5 6", null)]
    public async Task Filters_run_in_the_database(string where, string expected, string? condition)
    {
        var (data, statements) = await warehouse.DataAsync(List, new { where = JsonDocument.Parse(where).RootElement });

        Assert.Equal(expected, Numbers(data));
        if (condition is not null)
        {
            Assert.Equal($"SELECT w.\"Id\"\nFROM wares AS w\nWHERE {condition}\nORDER BY w.\"Id\"", Assert.Single(statements));
        }
    }

    [Theory]
    [InlineData("""{ "grower": { "name": { "eq": "Ann" } } }""", "1 3 4")]
    [InlineData("""{ "grower": { "name": { "neq": "Ann" } } }""", "5")]
    [InlineData("""{ "grower": {} }""", "1 3 4 5")]
    [InlineData("""{ "grower": { "or": [{ "name": { "eq": "Ben" } }, { "wares": { "some": { "stock": { "gt": 6 } } } }] }, "stock": { "lt": 9 } }""", "1 3 4")]
    [InlineData("""{ "inspections": { "some": { "grade": { "eq": 3 } } } }""", "1 2")]
    [InlineData("""{ "inspections": { "all": { "grade": { "eq": 3 } } } }""", "2 3 4 5 6")]
    [InlineData("""{ "inspections": { "none": { "grade": { "eq": 1 } } } }""", "2 3 4 5 6")]
    [InlineData("""{ "inspections": { "any": true, "none": { "grade": { "eq": 1 } } } }""", "2")]
    [InlineData("""{ "inspections": { "any": false } }""", "3 4 5 6")]
    [InlineData("""{ "inspections": { "some": {} } }""", "1 2")]
    public async Task Filters_reach_other_entities(string where, string expected)
    {
        var (data, statements) = await warehouse.DataAsync(List, new { where = JsonDocument.Parse(where).RootElement });

        Assert.Equal(expected, Numbers(data));
        Assert.Single(statements);
    }

    [Fact]
    public async Task Other_entities_are_joined_and_looked_for_in_one_statement()
    {
        var (_, statements) = await warehouse.DataAsync(List, new { where = JsonDocument.Parse("""{ "grower": { "name": { "eq": "Ann" } }, "inspections": { "some": { "grade": { "gte": 2 } } } }""").RootElement });

        Assert.Equal("""
            SELECT w."Id"
            FROM wares AS w
            LEFT JOIN growers AS g ON w."GrowerId" = g."Id"
            WHERE g."Id" IS NOT NULL AND g."Name" = @Value AND EXISTS (
                SELECT 1
                FROM inspections AS i
                WHERE w."Id" = i."WareId" AND i."Grade" >= @Value0)
            ORDER BY w."Id"
            """, Assert.Single(statements));
    }

    [Fact]
    public async Task Steps_to_other_entities_are_limited()
    {
        var deep = string.Concat(Enumerable.Repeat("""{ "grower": { "wares": { "some": """, 12)) + "{}" + string.Concat(Enumerable.Repeat(" } } }", 12));

        Assert.Equal("LIMIT_EXCEEDED: \"where\" has more than 500 conditions.", await warehouse.ErrorAsync(List, new { where = JsonDocument.Parse(deep).RootElement }));
        Assert.Equal(
            "BAD_USER_INPUT: \"where.inspections.some\" must not be null; leave it out instead.",
            await warehouse.ErrorAsync(List, new { where = new { inspections = new { some = (object?)null } } }));
    }

    [Fact]
    public async Task Ids_are_global_ids()
    {
        var (data, _) = await warehouse.DataAsync(List, new { where = new { id = new { @in = new[] { WarehouseFixture.GlobalIdOf(2) } } } });

        Assert.Equal(WarehouseFixture.GlobalIdOf(2), Assert.Single(data.GetProperty("wareList").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(
            "BAD_USER_INPUT: \"2\" is not an id of a Ware.",
            await warehouse.ErrorAsync(List, new { where = new { id = new { eq = "2" } } }));
    }

    [Theory]
    [InlineData("""{ "stock": { "eq": null } }""", "BAD_USER_INPUT: \"where.stock.eq\" must not contain null: every Ware has a stock.")]
    [InlineData("""{ "name": { "contains": null } }""", "BAD_USER_INPUT: \"where.name.contains\" must not be null; leave it out instead.")]
    [InlineData("""{ "name": null }""", "BAD_USER_INPUT: \"where.name\" must not be null; leave it out instead.")]
    [InlineData("""{ "or": null }""", "BAD_USER_INPUT: \"where.or\" must not be null; leave it out instead.")]
    public async Task What_cannot_be_filtered_by_is_an_error_that_says_where(string where, string expected)
        => Assert.Equal(expected, await warehouse.ErrorAsync(List, new { where = JsonDocument.Parse(where).RootElement }));

    [Fact]
    public async Task A_filter_has_a_limit()
    {
        var values = Enumerable.Range(0, 501);

        Assert.Equal("LIMIT_EXCEEDED: \"where\" has more than 500 conditions.", await warehouse.ErrorAsync(List, new { where = new { stock = new { @in = values } } }));
    }

    [Theory]
    [InlineData("cost")]
    [InlineData("owner")]
    [InlineData("growerId")]
    [InlineData("secret")]
    [InlineData("label")]
    public async Task What_may_not_be_read_or_is_no_column_cannot_be_filtered_or_sorted_by(string field)
    {
        var (data, _) = await warehouse.DataAsync("""
            { filter: __type(name: "WareFilterInput") { inputFields { name } } sort: __type(name: "WareSortInput") { inputFields { name } } }
            """);

        foreach (var type in data.EnumerateObject())
        {
            var fields = type.Value.GetProperty("inputFields").EnumerateArray().Select(f => f.GetProperty("name").GetString()).ToList();
            Assert.Contains("name", fields);
            Assert.DoesNotContain(field, fields);
        }
    }

    private static string Numbers(JsonElement data) => string.Join(" ", data.GetProperty("wareList").EnumerateArray()
        .Select(w => Enumerable.Range(1, 6).Single(n => WarehouseFixture.GlobalIdOf(n) == w.GetProperty("id").GetString())));
}
