using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Transports;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Tests.Execution;

/// <summary>Cost analysis by the IBM specification: <c>@cost</c>, <c>@listSize</c>, limits and reports.</summary>
public sealed class CostTests
{
    private const string Sdl = """
        type Query {
          book: Book @cost(weight: "10")
          books(first: Int, last: Int, filter: Filter @cost(weight: "2")): Books
            @listSize(assumedSize: 50, slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false) @cost(weight: "10")
          top(first: Int = 3): [Book] @listSize(slicingArguments: ["first"])
          strict(first: Int, last: Int): [Book] @listSize(slicingArguments: ["first", "last"])
          assumed: [Book] @listSize(assumedSize: 7)
          list: [Book]
          any: Any
          named: Named
          version: String
        }
        type Books { edges: [Edge] nodes: [Book] pageInfo: PageInfo }
        type Edge { node: Book cursor: String }
        type PageInfo { hasNextPage: Boolean }
        type Book implements Named { title: String author: Author name: String isbn: Isbn price: Int @cost(weight: "0.5") }
        type Author implements Named { name: String heavy: String @cost(weight: "20") books(first: Int!): [Book] @listSize(slicingArguments: ["first"]) }
        type Tome @cost(weight: "5") { name: String heavy: Book }
        interface Named { name: String }
        union Any = Book | Author | Tome
        input Filter { title: String @cost(weight: "3") and: [Filter!] }
        scalar Isbn @cost(weight: "4")
        """;

    [Theory]
    // A field of an object costs 1 or what it says; scalars cost nothing; the type cost counts objects, the root among them.
    [InlineData("{ version }", 0, 1)]
    [InlineData("{ book { title author { name } } }", 11, 3)]
    [InlineData("{ book { price } }", 10.5, 2)]
    [InlineData("{ book { isbn } }", 14, 6)]
    // Lists: sliced, assumed, by a default, and without any directive.
    [InlineData("{ books(first: 50) { edges { node { title author { name } } } } }", 111, 152)]
    [InlineData("{ books { nodes { title } pageInfo { hasNextPage } } }", 12, 53)]
    [InlineData("{ books(first: 2, last: 5) { nodes { title } } }", 11, 7)]
    [InlineData("{ top { author { name } } }", 4, 7)]
    [InlineData("{ top(first: 10) { author { name } } }", 11, 21)]
    [InlineData("{ assumed { author { books(first: 4) { title } } } }", 15, 43)]
    [InlineData("{ list { title } }", 1, 2)]
    [InlineData("{ top(first: -4) { author { name } } }", 1, 1)]
    // Arguments and their fields.
    [InlineData("""{ books(first: 1, filter: {title: "a", and: [{title: "b"}]}) { nodes { title } } }""", 19, 3)]
    // What is selected twice costs once, what never applies nothing, and of several types the dearest counts.
    [InlineData("{ book { author { name } } book { author { name } ...B } } fragment B on Book { author { name } }", 11, 3)]
    [InlineData("{ book @skip(if: true) { title } list @include(if: false) { title } version }", 0, 1)]
    [InlineData("{ any { ... on Book { author { name } } ... on Author { heavy name } ... on Tome { name } } }", 21, 6)]
    [InlineData("{ named { name ... on Author { heavy } } }", 21, 2)]
    [InlineData("{ __schema { types { fields { name } } } __typename }", 0, 1)]
    public async Task Costs_are_what_the_specification_says(string document, double field, double type)
        => Assert.Equal((field, type), await CostAsync(document));

    [Theory]
    [InlineData("query($n: Int!) { top(first: $n) { author { name } } }", """{"n":10}""", 11, 21)]
    [InlineData("query($n: Int) { top(first: $n) { author { name } } }", "{}", 4, 7)]
    [InlineData("query($n: Int = 6) { top(first: $n) { author { name } } }", "{}", 7, 13)]
    [InlineData("query($n: Int!, $m: Int!) { books(first: $n) { nodes { author { books(first: $m) { title } } } } }", """{"n":3,"m":4}""", 17, 20)]
    [InlineData("query($n: Int!) { any { ... on Author { books(first: $n) { title } } ... on Tome { name } } }", """{"n":9}""", 2, 11)]
    [InlineData("query($f: Filter) { books(first: 1, filter: $f) { nodes { title } } }", """{"f":{"title":"a","and":[{"title":"b"}]}}""", 19, 3)]
    public async Task Variables_decide_the_size_of_lists_and_the_weight_of_inputs(string document, string variables, double field, double type)
        => Assert.Equal((field, type), await CostAsync(document, JsonSerializer.Deserialize<JsonElement>(variables)));

    [Fact]
    public async Task A_resolver_costs_ten_and_options_change_every_default()
    {
        var binding = new ScriptedBinding();
        void Schema(SchemaBuilder schema)
        {
            var query = schema.Object("Query");
            var item = schema.Object("Item");
            binding.Effect(query, "items", "[Item!]", _ => new((object?)new[] { new object() }));
            binding.Leaf<object>(item, "name", "String", _ => "n");
            binding.Effect(item, "slow", "String", _ => new((object?)"s"));
        }

        await using var defaults = new TestServer(g => g.ConfigureSchema(Schema));
        Assert.Equal((20d, 2d), Figures(await defaults.ExecuteAsync(Ask("{ items { name slow } }", CostMode.Report))));

        await using var changed = new TestServer(g => g.ConfigureSchema(Schema).ModifyRequestOptions(
            o => o.Cost = new CostOptions { ResolverWeight = 2, CompositeWeight = 3, ScalarWeight = 0.25, DefaultListSize = 4 }));
        // Fields: items 2, then four times name 0.25 and slow 2. Types: the root 3, then four times an item 3 and two strings 0.25.
        Assert.Equal((11d, 17d), Figures(await changed.ExecuteAsync(Ask("{ items { name slow } }", CostMode.Report))));
    }

    [Fact]
    public async Task An_operation_beyond_a_limit_is_refused_with_code_and_figures()
    {
        await using var server = TestServer.OfData(Sdl);
        var error = Assert.Single((await server.ExecuteAsync("{ books(first: 600) { nodes { author { name } } } }")).GetProperty("errors").EnumerateArray());
        Assert.Equal("The operation has a type cost of 1202; at most 1000 are allowed. Select less, or shorter lists.", error.GetProperty("message").GetString());
        Assert.Equal("""{"code":"COST_EXCEEDED","fieldCost":611,"maxFieldCost":1000,"maxTypeCost":1000,"typeCost":1202}""", Sorted(error.GetProperty("extensions")));
    }

    [Fact]
    public async Task The_variables_of_each_request_decide_anew()
    {
        await using var server = TestServer.OfData(Sdl);
        const string document = "query($n: Int!) { top(first: $n) { title } }";
        Assert.False((await server.ExecuteAsync(document, new { n = 999 })).TryGetProperty("errors", out _));
        Assert.Equal("COST_EXCEEDED", CodeOf(await server.ExecuteAsync(document, new { n = 1_000 })));
        Assert.False((await server.ExecuteAsync(document, new { n = 2 })).TryGetProperty("errors", out _));
    }

    [Fact]
    public async Task Each_variable_set_of_a_batch_is_checked()
    {
        await using var server = TestServer.OfData(Sdl);
        var sets = new[] { """{"n":1}""", """{"n":5000}""", """{"n":2}""" }.Select(s => JsonSerializer.Deserialize<JsonElement>(s)).ToList();
        var results = await server.Executor.ExecuteBatchAsync(Ask("query($n: Int!) { top(first: $n) { title } }", CostMode.None), sets, default);
        Assert.Equal([RequestErrorKind.None, RequestErrorKind.Validation, RequestErrorKind.None], results.Select(r => r.RequestError));
    }

    [Fact]
    public async Task Limits_can_be_changed_and_turned_off()
    {
        const string document = "{ top(first: 20) { title } }";
        await using var strict = new TestServer(g => g.AddSdl(Sdl).ModifyRequestOptions(o => o.Cost = o.Cost with { MaxTypeCost = 20 }));
        Assert.Equal("COST_EXCEEDED", CodeOf(await strict.ExecuteAsync(document)));
        await using var field = new TestServer(g => g.AddSdl(Sdl).ModifyRequestOptions(o => o.Cost = o.Cost with { MaxFieldCost = 0.5 }));
        Assert.Equal("COST_EXCEEDED", CodeOf(await field.ExecuteAsync(document)));
        await using var off = new TestServer(g => g.AddSdl(Sdl).ModifyRequestOptions(o => o.Cost = new CostOptions { Enforce = false, MaxTypeCost = 1 }));
        Assert.False((await off.ExecuteAsync(document)).TryGetProperty("errors", out _));
    }

    [Theory]
    [InlineData("{ strict { title } }", "{}", 0)]
    [InlineData("{ strict(first: 1, last: 2) { title } }", "{}", 2)]
    [InlineData("query($n: Int, $m: Int) { strict(first: $n, last: $m) { title } }", """{"n":1,"m":1}""", 2)]
    [InlineData("query($n: Int, $m: Int) { strict(first: $n, last: $m) { title } }", """{"n":null}""", 0)]
    public async Task A_list_that_requires_one_slicing_argument_is_refused_without(string document, string variables, int given)
    {
        await using var server = TestServer.OfData(Sdl);
        var error = Assert.Single((await server.ExecuteAsync(document, JsonSerializer.Deserialize<JsonElement>(variables))).GetProperty("errors").EnumerateArray());
        Assert.Equal($"The field \"Query.strict\" needs exactly one of the arguments \"first\", \"last\"; {given} are given.", error.GetProperty("message").GetString());
        Assert.Equal("GRAPHQL_VALIDATION_FAILED", error.GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal(1, error.GetProperty("locations")[0].GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task A_report_comes_with_the_data_and_validation_without_running()
    {
        var calls = 0;
        var binding = new ScriptedBinding();
        await using var server = new TestServer(g => g.ConfigureSchema(schema =>
            binding.Effect(schema.Object("Query"), "hello", "String", _ => { calls++; return new((object?)"world"); })));

        Assert.Equal("""{"data":{"hello":"world"},"extensions":{"operationCost":{"fieldCost":10,"typeCost":1}}}""",
            (await server.ExecuteAsync(Ask("{ hello }", CostMode.Report))).GetRawText());
        Assert.Equal("""{"extensions":{"operationCost":{"fieldCost":10,"typeCost":1}}}""", (await server.ExecuteAsync(Ask("{ hello }", CostMode.Validate))).GetRawText());
        Assert.Equal(1, calls);
        Assert.Equal("""{"data":{"hello":"world"}}""", await server.ExecuteTextAsync("{ hello }"));
    }

    [Fact]
    public async Task Reports_can_be_forbidden()
    {
        await using var server = new TestServer(g => g.AddSdl(Sdl).ModifyRequestOptions(o => o.Cost = o.Cost with { AllowReports = false }));
        Assert.Equal("BAD_REQUEST", CodeOf(await server.ExecuteAsync(Ask("{ version }", CostMode.Report))));
    }

    [Theory]
    [InlineData("report", null, """{"data":{"version":null},"extensions":{"operationCost":{"fieldCost":0,"typeCost":1}}}""")]
    [InlineData("validate", null, """{"extensions":{"operationCost":{"fieldCost":0,"typeCost":1}}}""")]
    [InlineData(null, "report", """{"data":{"version":null},"extensions":{"operationCost":{"fieldCost":0,"typeCost":1}}}""")]
    [InlineData("maybe", null, """{"errors":[{"message":"GraphQL-Cost is \"report\" or \"validate\".","extensions":{"code":"BAD_REQUEST"}}]}""")]
    [InlineData(null, null, """{"data":{"version":null}}""")]
    public async Task Clients_ask_by_header_or_by_extension(string? header, string? extension, string expected)
    {
        await using var server = TestServer.OfData(Sdl);
        await using var host = await TestHost.StartAsync(server.Executor);
        var body = extension is null ? """{"query":"{ version }"}""" : $$$"""{"query":"{ version }","extensions":{"GraphQL-Cost":"{{{extension}}}"}}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(body, null, "application/json") };
        if (header is not null)
        {
            request.Headers.Add("GraphQL-Cost", header);
        }

        using var response = await host.Http.SendAsync(request);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public void The_directives_are_part_of_schemas_that_apply_them()
    {
        Assert.NotNull(new SchemaBuilder().AddSdl(Sdl).Build().Directives.GetValueOrDefault("listSize"));
        Assert.Null(new SchemaBuilder().AddSdl("type Query { a: Int }").Build().Directives.GetValueOrDefault("cost"));
    }

    [Theory]
    [InlineData("""type Query { a: Int @cost(weight: "dear") }""", "@cost of \"Query.a\" has the weight \"dear\", which is no number.")]
    [InlineData("""type Query { a: [Int] @listSize(slicingArguments: ["n"]) }""", "@listSize of \"Query.a\" slices by \"n\", which is no argument of the field.")]
    [InlineData("""type Query { a: Query @listSize(sizedFields: ["n"]) }""", "@listSize of \"Query.a\" sizes \"n\", which is no field of \"Query\".")]
    [InlineData("""type Query { a: [Int] @listSize(assumedSize: -1) }""", "@listSize of \"Query.a\" assumes -1 items: a size is not negative.")]
    public void Weights_and_sizes_that_mean_nothing_fail_the_start(string sdl, string message)
    {
        var schema = new SchemaBuilder().AddSdl(sdl).Build();
        Assert.StartsWith(message, Assert.Throws<SchemaException>(() => SchemaExecutor.Create(schema)).Errors.Single().Message, StringComparison.Ordinal);
    }

    private static async Task<(double Field, double Type)> CostAsync(string document, object? variables = null)
    {
        await using var server = new TestServer(g => g.AddSdl(Sdl).ModifyRequestOptions(o => o.Validation = o.Validation with { MaxIntrospectionDepth = 20 }));
        return Figures(await server.ExecuteAsync(Ask(document, CostMode.Validate, variables)));
    }

    private static OperationRequest Ask(string document, CostMode mode, object? variables = null) => TestServer.Request(document, variables) with { Cost = mode };

    private static (double Field, double Type) Figures(JsonElement answer)
    {
        Assert.True(answer.TryGetProperty("extensions", out var extensions), answer.GetRawText());
        var cost = extensions.GetProperty("operationCost");
        return (cost.GetProperty("fieldCost").GetDouble(), cost.GetProperty("typeCost").GetDouble());
    }

    private static string? CodeOf(JsonElement answer) => answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString();

    private static string Sorted(JsonElement element)
        => "{" + string.Join(',', element.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"\"{p.Name}\":{p.Value.GetRawText()}")) + "}";
}
