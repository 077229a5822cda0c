using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Generator.Sample;
using LuckyGraph.Engine.Types;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LuckyGraph.Engine.Tests.Generator;

/// <summary>Nodes, state, middleware and root methods, through the executor.</summary>
public sealed class IdiomTests : IAsyncDisposable
{
    private static readonly Guid s_reader = new("01890000-0000-7000-8000-000000000001");

    private readonly SampleServer _server = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ExpectAsync(string document, string expected)
    {
        using var actual = JsonDocument.Parse(await _server.ExecuteAsync(document));
        using var wanted = JsonDocument.Parse(expected);
        Assert.Equal(JsonSerializer.Serialize(wanted.RootElement), JsonSerializer.Serialize(actual.RootElement));
    }

    private static string Id(string type, Guid id) => GlobalId.Encode(type, id);

    [Fact]
    public Task A_global_id_finds_its_object_whatever_its_type() => ExpectAsync(
        $$"""
        {
          reader: node(id: "{{Id("Reader", s_reader)}}") { __typename id ... on Reader { name } }
          branch: node(id: "{{Id("Branch", IdiomQueries.BranchId)}}") { ... on Branch { city motto } }
          ticket: node(id: "{{Id("Ticket", s_reader)}}") { __typename id }
          none: node(id: "{{Id("Branch", s_reader)}}") { id }
        }
        """,
        $$$"""
        {"data":{"reader":{"__typename":"Reader","id":"{{{Id("Reader", s_reader)}}}","name":"Reader 1"},"branch":{"city":"Busan","motto":"READREAD"},"ticket":{"__typename":"Ticket","id":"{{{Id("Ticket", s_reader)}}}"},"none":null}}
        """);

    [Fact]
    public Task Resolvers_may_yield_the_items_of_a_list() => ExpectAsync(
        "{ count(to: 3) shelves(any: true) { number } none: shelves(any: false) { number } }",
        """{"data":{"count":[1,2,3],"shelves":[{"number":7},{"number":8}],"none":null}}""");

    [Fact]
    public async Task Nodes_are_loaded_in_one_batch_and_answered_in_order()
    {
        var other = new Guid("01890000-0000-7000-8000-000000000002");
        await ExpectAsync(
            $$"""
            { nodes(ids: ["{{Id("Reader", other)}}", "{{Id("Branch", IdiomQueries.BranchId)}}", "{{Id("Reader", s_reader)}}", "{{Id("Reader", Guid.Empty)}}"]) { __typename ... on Reader { name } } }
            """,
            """{"data":{"nodes":[{"__typename":"Reader","name":"Reader 2"},{"__typename":"Branch"},{"__typename":"Reader","name":"Reader 1"},null]}}""");

        Assert.Single(_server.Journal.Lines, l => l.StartsWith("readers", StringComparison.Ordinal));
        Assert.Contains("readers 3", _server.Journal.Lines);
    }

    [Fact]
    public Task A_wrong_id_fails_at_its_place_alone() => ExpectAsync(
        $$"""{ nodes(ids: ["nonsense", "{{Id("Planet", s_reader)}}", "{{Id("Branch", Guid.Empty)}}", "{{Id("Ticket", s_reader)}}"]) { __typename } }""",
        $$$"""
        {"data":{"nodes":[null,null,null,{"__typename":"Ticket"}]},"errors":[
          {"message":"\"nonsense\" is not a global id.","locations":[{"line":1,"column":3}],"path":["nodes",0],"extensions":{"code":"BAD_USER_INPUT"}},
          {"message":"\"{{{Id("Planet", s_reader)}}}\" is the id of a Planet, which is no node of this server.","locations":[{"line":1,"column":3}],"path":["nodes",1],"extensions":{"code":"BAD_USER_INPUT"}},
          {"message":"No branch has that id.","locations":[{"line":1,"column":3}],"path":["nodes",2],"extensions":{"code":"NO_BRANCH"}}]}
        """);

    [Fact]
    public async Task Middleware_runs_in_the_order_of_its_attributes_around_the_resolver()
    {
        await ExpectAsync("""{ greet(name: "kim") }""", """{"data":{"greet":"KIM!?KIM!?"}}""");

        Assert.Equal(["note in", "shout in", "resolver", "shout out", "note out"], _server.Journal.Lines);
    }

    [Fact]
    public async Task Middleware_may_refuse_and_its_exception_is_masked()
    {
        var response = await _server.ExecuteAsync("{ refused }");

        Assert.Contains("\"refused\":null", response, StringComparison.Ordinal);
        Assert.Contains("INTERNAL_SERVER_ERROR", response, StringComparison.Ordinal);
        Assert.DoesNotContain("Refused by middleware", response, StringComparison.Ordinal);
    }

    [Fact]
    public Task A_declared_exception_of_middleware_is_an_error_of_the_payload() => ExpectAsync(
        "mutation { counterReset(input: { to: 5 }) { int errors { ... on UserError { code message } } } }",
        """{"data":{"counterReset":{"int":null,"errors":[{"code":"REFUSED","message":"Refused by middleware."}]}}}""");

    [Fact]
    public Task Scoped_state_is_seen_below_the_field_that_set_it() => ExpectAsync(
        "{ branch { opened shelves { place } } other: branch { shelves { place } } }",
        """{"data":{"branch":{"opened":"Busan 1999","shelves":[{"place":"Busan 1"},{"place":"Busan 2"}]},"other":{"shelves":[{"place":"Busan 1"},{"place":"Busan 2"}]}}}""");

    [Fact]
    public async Task Scoped_state_is_not_seen_beside_the_field_that_set_it()
    {
        var response = await _server.ExecuteAsync("{ branch { opened } unscopedBranch { city opened } }");

        Assert.Contains("\"opened\":\"Busan 1999\"", response, StringComparison.Ordinal);
        Assert.Contains("\"path\":[\"unscopedBranch\",\"opened\"]", response, StringComparison.Ordinal);
    }

    [Fact]
    public Task Services_may_have_keys_and_state_is_named_like_its_parameter() => ExpectAsync(
        "{ keyed states }",
        """{"data":{"keyed":"KEYED","states":"north  "}}""");

    [Fact]
    public async Task Methods_of_any_class_are_root_fields()
    {
        await ExpectAsync("mutation { counterAdd(input: { by: 0 }) { int } }", """{"data":{"counterAdd":{"int":0}}}""");
        await ExpectAsync("{ counter }", """{"data":{"counter":0}}""");

        await using var result = await _server.Executor.ExecuteAsync(SampleServer.Request("subscription { onCounter }"), CancellationToken.None);
        await using var events = ((StreamResult)result).ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        var next = events.MoveNextAsync();
        await _server.Sender.SendAsync("counter", 7);
        Assert.True(await next);
        Assert.Equal("""{"data":{"onCounter":7}}""", Encoding.UTF8.GetString(events.Current.Json.Span));
    }

    [Fact]
    public async Task A_DataLoader_may_use_the_request_s_own_services()
    {
        await using var scope = _server.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ScopeMark>().Name = "the host's scope";
        var request = SampleServer.Request($$"""{ node(id: "{{Id("Reader", s_reader)}}") { id } }""") with { Services = scope.ServiceProvider };

        await using var result = await _server.Executor.ExecuteAsync(request, CancellationToken.None);

        Assert.Equal(["readers 1", "the host's scope"], _server.Journal.Lines);
    }

    [Fact]
    public async Task A_DataLoader_knows_what_others_loaded_by_its_lookups()
    {
        await ExpectAsync(
            $$"""{ readers(id: "{{s_reader}}") { id name } }""",
            $$$"""{"data":{"readers":[{"id":"{{{Id("Reader", s_reader)}}}","name":"Reader 1"},{"id":"{{{Id("Reader", Guid.Empty)}}}","name":"Reader 2"}]}}""");

        Assert.Equal("names Reader 2", _server.Journal.Lines[^1]);
    }

    [Fact]
    public void Costs_and_sizes_are_in_the_schema_and_Configure_describes_fields()
    {
        var sdl = SchemaPrinter.Print(_server.Executor.Schema, SchemaPrintOptions.Source);

        Assert.Contains("priced(first: Int! = 3 @cost(weight: \"1\")): [Int!]! @cost(weight: \"2.5\") @listSize(assumedSize: 20, slicingArguments: [\"first\"], requireOneSlicingArgument: false)", sdl, StringComparison.Ordinal);
        Assert.Contains("type Ticket implements Node @cost(weight: \"4\")", sdl, StringComparison.Ordinal);
        Assert.Contains("\"Described by Configure.\"", sdl, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Warm_up_tasks_run_before_the_host_takes_requests_and_error_filters_rewrite_errors()
    {
        var services = new ServiceCollection();
        var warmed = new List<string>();
        services.AddSingleton(warmed);
        services.AddGraphQL().AddSdl("type Query { a: Int }", new FailingBinding()).AddErrorFilter<CodeFilter>()
            .AddWarmupTask(async (executor, ct) => warmed.Add(await RunAsync(executor, ct)))
            .AddWarmupTask<SecondWarmup>();
        await using var provider = services.BuildServiceProvider();

        foreach (var hosted in provider.GetServices<IHostedService>())
        {
            await hosted.StartAsync(CancellationToken.None);
        }

        Assert.Equal(["""{"data":{"a":null},"errors":[{"message":"filtered","locations":[{"line":1,"column":3}],"path":["a"],"extensions":{"code":"FILTERED"}}]}""", "second"], warmed);
    }

    private static async Task<string> RunAsync(IRequestExecutor executor, CancellationToken cancellationToken)
    {
        await using var result = await executor.ExecuteAsync(new OperationRequest { Document = "{ a }"u8.ToArray() }, cancellationToken);
        return Encoding.UTF8.GetString(((SingleResult)result).Json.Span);
    }

    private sealed class SecondWarmup(List<string> warmed) : IRequestExecutorWarmupTask
    {
        public Task WarmupAsync(IRequestExecutor executor, CancellationToken cancellationToken)
        {
            warmed.Add("second");
            return Task.CompletedTask;
        }
    }

    private sealed class CodeFilter : IErrorFilter
    {
        public GraphQLError OnError(GraphQLError error) => error with { Message = "filtered", Code = "FILTERED" };
    }

    private sealed class FailingBinding : FieldBinding
    {
        public override bool Write(int field, object parent, object? arguments, ResponseWriter writer) => throw new InvalidOperationException("no");
    }
}
