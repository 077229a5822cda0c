namespace LuckyGraph.Fusion.Tests.Execution;

public sealed class AbstractTypeTests
{
    private const string Media = """
        type Query { all: [Media] search: [Hit] bookById(id: ID!): Book @lookup filmById(id: ID!): Film @lookup }
        interface Media { id: ID! title: String }
        type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
        type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
        type Person { name: String }
        union Hit = Book | Film | Person
        """;

    private const string Prices = """
        type Query { bookById(id: ID!): Book @lookup @internal filmById(id: ID!): Film @lookup @internal }
        type Book @key(fields: "id") { id: ID! price: Int }
        type Film @key(fields: "id") { id: ID! price: Int rating: String }
        """;

    [Fact]
    public async Task Fields_of_the_interface_need_no_type_conditions()
    {
        await using var gateway = await StartAsync();
        Assert.Equal("""{"data":{"all":[{"title":"B1","id":"b1"},{"title":"F1","id":"f1"},{"title":"B2","id":"b2"}]}}""", await gateway.RunAsync("{ all { title id } }"));
        Assert.DoesNotContain("... on", gateway["media"].Bodies.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Type_names_come_from_the_schema_that_yields_the_object()
    {
        await using var gateway = await StartAsync();
        Assert.Equal("""{"data":{"all":[{"t":"Book","title":"B1"},{"t":"Film","title":"F1"},{"t":"Book","title":"B2"}]}}""", await gateway.RunAsync("{ all { t: __typename title } }"));
    }

    [Fact]
    public async Task Each_type_gets_its_own_selections_and_fetches()
    {
        await using var gateway = await StartAsync();
        Assert.Equal(
            """{"data":{"search":[{"__typename":"Book","pages":100,"price":10},{"__typename":"Person","name":"P"},{"__typename":"Film","title":"F1","price":20,"rating":"PG"}]}}""",
            await gateway.RunAsync("{ search { __typename ... on Book { pages price } ... on Film { title price rating } ... on Person { name } } }"));
        Assert.Equal(2, gateway.Requests);
    }

    [Fact]
    public async Task Types_without_selections_are_empty_objects()
    {
        await using var gateway = await StartAsync();
        Assert.Equal("""{"data":{"search":[{"pages":100},{},{}]}}""", await gateway.RunAsync("{ search { ... on Book { pages } } }"));
    }

    [Fact]
    public async Task Fragments_on_interfaces_apply_to_members_of_unions()
    {
        await using var gateway = await StartAsync();
        Assert.Equal(
            """{"data":{"search":[{"title":"B1","price":10},{"name":"P"},{"title":"F1","minutes":90}]}}""",
            await gateway.RunAsync("{ search { ... on Media { title } ... on Person { name } ... on Book { price } ... on Film { minutes } } }"));
    }

    [Fact]
    public async Task An_object_of_an_unexpected_type_is_an_error_at_its_place()
    {
        await using var gateway = await StartAsync();
        gateway["media"].Answer = (context, _) => FailureTests.Json(context, """{"data":{"search":[{"__typename":"Alien"},{"name":"P","__typename":"Person"}]}}""");
        var result = await gateway.RunAsync("{ search { ... on Person { name } } }");
        Assert.Contains("""{"search":[null,{"name":"P"}]}""", result, StringComparison.Ordinal);
        Assert.Equal(["search/0"], FailureTests.ErrorPaths(result));
        Assert.Equal(["SUBGRAPH_INVALID_RESPONSE"], FailureTests.Codes(result));
    }

    private static async Task<TestGateway> StartAsync()
    {
        var media = await SourceServer.StartAsync("media", Media, new()
        {
            ["Query.all"] = (_, _) => new[] { Book("b1"), Film("f1"), Book("b2") },
            ["Query.search"] = (_, _) => new[] { Book("b1"), ShopServers.Map(("__typename", "Person"), ("name", "P")), Film("f1") },
        });
        var prices = await SourceServer.StartAsync("prices", Prices, new()
        {
            ["Query.bookById"] = (_, a) => ShopServers.Map(("id", a["id"]), ("price", 10)),
            ["Query.filmById"] = (_, a) => ShopServers.Map(("id", a["id"]), ("price", 20), ("rating", "PG")),
        });
        return TestGateway.Over(media, prices);
    }

    private static Dictionary<string, object?> Book(string id) => ShopServers.Map(("__typename", "Book"), ("id", id), ("title", id.ToUpperInvariant()), ("pages", 100));

    private static Dictionary<string, object?> Film(string id) => ShopServers.Map(("__typename", "Film"), ("id", id), ("title", id.ToUpperInvariant()), ("minutes", 90));
}
