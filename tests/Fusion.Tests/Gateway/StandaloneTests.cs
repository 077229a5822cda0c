using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using LuckyGraph.Fusion.Tests.Execution;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.Fusion.Tests.Gateway;

/// <summary>The gateway as a program of its own: no platform around it, started with a schema or not at all.</summary>
public sealed class StandaloneTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("standalone");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task It_composes_a_list_of_subgraphs_takes_over_changes_and_ends_on_SIGTERM()
    {
        await using var books = await SourceServer.StartAsync("books", "type Query { book: String again: String }", new()
        {
            ["Query.book"] = (_, _) => "Ulysses",
            ["Query.again"] = (_, _) => "Dubliners",
        });
        await using var films = await SourceServer.StartAsync("films", "type Query { film: String }", new() { ["Query.film"] = (_, _) => "Rope" });
        Write("books.graphql", "type Query { book: String }");
        var list = Write("subgraphs.json", JsonSerializer.Serialize(new object[]
        {
            new { name = "books", url = books.Url, file = "books.graphql" },
            // Without SDL: asked from the subgraph.
            new { name = "films", url = films.Url },
        }));
        await using var gateway = RunningGateway.Start("--subgraphs", list, "--port", "0");
        var address = await gateway.AddressAsync();
        using var http = new HttpClient();

        Assert.Equal("""{"data":{"book":"Ulysses","film":"Rope"}}""", await AskAsync(http, address, "{ book film }"));
        Write("books.graphql", "type Query { book: String again: String }");
        await UntilAsync(async () => await AskAsync(http, address, "{ again }") == """{"data":{"again":"Dubliners"}}""");
        Write("books.graphql", "type Query { book: Strin }");
        await UntilAsync(() => Task.FromResult(gateway.Output.Contains("The schema in use stays", StringComparison.Ordinal)));
        Assert.Equal("""{"data":{"again":"Dubliners"}}""", await AskAsync(http, address, "{ again }"));

        var clock = Stopwatch.StartNew();
        Assert.Equal(0, await gateway.EndAsync());
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task It_runs_an_execution_schema()
    {
        await using var accounts = await AccountsServer.StartAsync();
        var file = Write("lucky.fusion.graphql", AccountsServer.ExecutionSchema());
        await using var gateway = RunningGateway.Start("--schema", file, "--port=0", "--LUCKY_ACCOUNTS_URL=" + accounts.Url);
        using var http = new HttpClient();

        Assert.Equal("""{"data":{"hello":"Hello world"}}""", await AskAsync(http, await gateway.AddressAsync(), "{ hello }"));
    }

    [Fact]
    public async Task It_runs_a_supergraph()
    {
        await using var books = await SourceServer.StartAsync("books", "type Query { book: String }", new() { ["Query.book"] = (_, _) => "Ulysses" });
        var file = Write("supergraph.graphql", """
            schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
            directive @join__graph(name: String!, url: String!) on ENUM_VALUE
            directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
            directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
            directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
            scalar join__FieldSet
            scalar link__Import
            enum link__Purpose { SECURITY EXECUTION }
            enum join__Graph { BOOKS @join__graph(name: "books", url: "#") }
            type Query @join__type(graph: BOOKS) { book: String }
            """.Replace("#", books.Url.ToString(), StringComparison.Ordinal));
        await using var gateway = RunningGateway.Start("--supergraph", file, "--port", "0");
        using var http = new HttpClient();

        Assert.Equal("""{"data":{"book":"Ulysses"}}""", await AskAsync(http, await gateway.AddressAsync(), "{ book }"));
    }

    [Theory]
    [InlineData("[\n  { \"name\": \"a\",\n    \"url\" \"http://127.0.0.1:1\" } ]", "line 3")]
    [InlineData("[{ \"name\": \"a\", \"url\": \"http://127.0.0.1:1/graphql\" }]", "The subgraph \"a\" at http://127.0.0.1:1/graphql cannot be reached")]
    [InlineData("[{ \"name\": \"a\", \"uri\": \"http://127.0.0.1:1\" }]", "\"uri\" means nothing here")]
    [InlineData("[{ \"name\": \"a\", \"url\": \"http://127.0.0.1:1\", \"sdl\": \"type Query { a: Int }\" }, { \"name\": \"b\", \"url\": \"http://127.0.0.1:1\", \"sdl\": \"type Query { a: Int }\" }]",
        "INVALID_FIELD_SHARING")]
    public async Task It_says_in_one_message_why_it_cannot_start(string list, string reason)
    {
        await using var gateway = RunningGateway.Start("--subgraphs", Write("subgraphs.json", list), "--port", "0");

        Assert.Equal(1, await gateway.EndedAsync());

        Assert.StartsWith("lucky gateway: ", gateway.Output, StringComparison.Ordinal);
        Assert.Contains(reason, gateway.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_that_its_port_is_taken()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var list = Write("subgraphs.json", """[{ "name": "a", "url": "http://127.0.0.1:1", "sdl": "type Query { a: Int }" }]""");
        await using var gateway = RunningGateway.Start("--subgraphs", list, "--port", $"{port}");

        Assert.Equal(1, await gateway.EndedAsync());

        Assert.Equal($"lucky gateway: http://127.0.0.1:{port} is taken by another program. End it, or choose another port: --port N", gateway.Output.Trim());
    }

    [Theory]
    [InlineData("The gateway needs a schema", "--port", "4000")]
    [InlineData("exclude each other", "--schema", "a", "--subgraphs", "b")]
    [InlineData("cannot be read", "--schema", "/nowhere/lucky.fusion.graphql", "--port", "0")]
    [InlineData("--port is a number", "--schema", "a", "--port", "http")]
    public async Task It_says_what_is_wrong_with_its_arguments(string reason, params string[] arguments)
    {
        await using var gateway = RunningGateway.Start(arguments);

        Assert.Equal(1, await gateway.EndedAsync());

        Assert.Contains(reason, gateway.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OTEL_METRICS_EXPORTER", "/v1/traces")]
    [InlineData("OTEL_TRACES_EXPORTER", "/v1/metrics")]
    public async Task One_of_traces_and_metrics_can_be_left_out(string leftOut, string expected)
    {
        var sent = new ConcurrentQueue<string>();
        await using var collector = WebApplication.CreateSlimBuilder().Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.Run(context =>
        {
            sent.Enqueue(context.Request.Path);
            return Task.CompletedTask;
        });
        await collector.StartAsync();
        await using var books = await SourceServer.StartAsync("books", "type Query { book: String }", new() { ["Query.book"] = (_, _) => "Ulysses" });
        var list = Write("subgraphs.json", JsonSerializer.Serialize(new object[] { new { name = "books", url = books.Url } }));
        await using var gateway = RunningGateway.Start(
            "--subgraphs", list, "--port", "0", $"--{leftOut}=none", $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Urls.First()}",
            "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
        using var http = new HttpClient();

        await AskAsync(http, await gateway.AddressAsync(), "{ book }");
        // What was collected is sent when the gateway ends, at the latest.
        Assert.Equal(0, await gateway.EndAsync());

        Assert.Equal([expected], sent.Distinct());
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    private static async Task<string> AskAsync(HttpClient http, Uri address, string query)
    {
        using var response = await http.PostAsJsonAsync(address, new { query });
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timeout = new CancellationTokenSource(s_patience);
        while (!await condition())
        {
            await Task.Delay(50, timeout.Token);
        }
    }
}
