using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Execution;
using LuckyGraph.Engine.Types;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Transports;

/// <summary>Batches whose responses come one by one, from the engine through real sockets.</summary>
public sealed class BatchStreamTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly Dictionary<string, TaskCompletionSource<object?>> _slow = new()
    {
        ["slow"] = new(TaskCreationOptions.RunContinuationsAsynchronously),
        ["change"] = new(TaskCreationOptions.RunContinuationsAsynchronously),
    };
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task<TestHost> StartAsync() => TestHost.StartAsync(
        services => services.AddGraphQL().ConfigureSchema(schema =>
        {
            var binding = new ScriptedBinding();
            binding.Effect(schema.Object("Query"), "fast", "Int", _ => new ValueTask<object?>(1)).Argument("n", "Int");
            binding.Effect(schema.Object("Query"), "slow", "Int", context => WaitAsync("slow", context));
            binding.Effect(
                schema.Object("Mutation"), "change", "Int",
                async context => ((CoercedArguments)context.Arguments!)[0] is 2 ? await WaitAsync("change", context) : ((CoercedArguments)context.Arguments!)[0]).Argument("n", "Int!");
        }),
        options => (options.AllowBatching, options.KeepAliveInterval) = (true, TimeSpan.FromSeconds(60)));

    private async ValueTask<object?> WaitAsync(string name, ResolverContext context)
    {
        await using var registration = context.CancellationToken.Register(() =>
        {
            _cancelled.TrySetResult();
            _slow[name].TrySetCanceled();
        });
        return await _slow[name].Task;
    }

    [Fact]
    public async Task Lines_of_requests_come_as_they_are_done()
    {
        await using var host = await StartAsync();
        using var response = await SendAsync(host, """[{"query":"{ slow }"},{"query":"{ fast }"}]""", "application/jsonl");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("""{"requestIndex":1,"data":{"fast":1}}""", await LineAsync(reader));
        _slow["slow"].SetResult(2);

        Assert.Equal("""{"requestIndex":0,"data":{"slow":2}}""", await LineAsync(reader));
        Assert.Null(await reader.ReadLineAsync().WaitAsync(s_patience));
    }

    [Fact]
    public async Task Events_of_requests_come_as_they_are_done()
    {
        await using var host = await StartAsync();
        using var response = await SendAsync(host, """[{"query":"{ slow }"},{"query":"query($n: Int) { fast(n: $n) }","variables":[{},{"n":1}]}]""", "text/event-stream");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["event: next", """data: {"requestIndex":1,"variableIndex":0,"data":{"fast":1}}""", ""], await LinesAsync(reader, 3));
        Assert.Equal(["event: next", """data: {"requestIndex":1,"variableIndex":1,"data":{"fast":1}}""", ""], await LinesAsync(reader, 3));
        _slow["slow"].SetResult(2);
        Assert.Equal(["event: next", """data: {"requestIndex":0,"data":{"slow":2}}""", "", "event: complete", "data:", ""], await LinesAsync(reader, 6));
        Assert.Null(await reader.ReadLineAsync().WaitAsync(s_patience));
    }

    [Fact]
    public async Task Parts_of_requests_come_as_they_are_done()
    {
        await using var host = await StartAsync();
        using var response = await SendAsync(host, """[{"query":"{ slow }"},{"query":"{ fast }"}]""", "multipart/mixed, application/json;q=0.9");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("multipart/mixed", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["---", "Content-Type: application/json; charset=utf-8", "", """{"requestIndex":1,"data":{"fast":1}}"""], await LinesAsync(reader, 4));
        _slow["slow"].SetResult(2);
        Assert.Equal(["---", "Content-Type: application/json; charset=utf-8", "", """{"requestIndex":0,"data":{"slow":2}}""", "-----"], await LinesAsync(reader, 5));
    }

    [Fact]
    public async Task Mutations_of_a_variable_batch_run_in_order_and_are_answered_one_by_one()
    {
        await using var host = await StartAsync();
        using var response = await SendAsync(
            host, """{"query":"mutation($n: Int!) { change(n: $n) }","variables":[{"n":1},{"n":"x"},{"n":2},{"n":3}]}""", "application/jsonl");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.StartsWith("""{"variableIndex":1,"errors":[""", await LineAsync(reader), StringComparison.Ordinal);
        Assert.Equal("""{"variableIndex":0,"data":{"change":1}}""", await LineAsync(reader));
        _slow["change"].SetResult(2);

        Assert.Equal("""{"variableIndex":2,"data":{"change":2}}""", await LineAsync(reader));
        Assert.Equal("""{"variableIndex":3,"data":{"change":3}}""", await LineAsync(reader));
    }

    [Theory]
    [InlineData("application/json, application/jsonl;q=0.5", "application/json")]
    [InlineData("application/json, multipart/mixed;q=0.5", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/json;q=0.9, application/jsonl", "application/jsonl")]
    [InlineData("text/event-stream, application/json", "text/event-stream")]
    [InlineData("multipart/mixed;incrementalSpec=v0.2, application/json", "multipart/mixed")]
    [InlineData("multipart/mixed;deferSpec=20220824, application/json", "application/json")]
    [InlineData("text/event-stream;q=0.5, application/jsonl;q=0.5", "application/jsonl")]
    public async Task The_form_is_what_the_client_prefers_and_a_stream_where_it_does_not_care(string accept, string expected)
    {
        await using var host = await StartAsync();

        using var response = await SendAsync(host, """[{"query":"{ fast }"}]""", accept);

        Assert.Equal(expected, response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("\"data\":{\"fast\":1}", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"query":"{ slow }"},{"query":"{ fast }"}]""")]
    [InlineData("""{"query":"mutation($n: Int!) { change(n: $n) }","variables":[{"n":1},{"n":2}]}""")]
    public async Task A_client_that_leaves_cancels_the_rest(string body)
    {
        await using var host = await StartAsync();
        var response = await SendAsync(host, body, "application/jsonl");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await LineAsync(reader);

        response.Dispose();

        await _cancelled.Task.WaitAsync(s_patience);
    }

    [Fact]
    public async Task A_thousand_sets_are_answered_once_each()
    {
        await using var host = await StartAsync();
        var sets = string.Join(',', Enumerable.Range(0, 1_000).Select(static i => $$"""{"n":{{i}}}"""));

        using var response = await SendAsync(host, $$"""{"query":"query($n: Int) { fast(n: $n) }","variables":[{{sets}}]}""", "application/jsonl");
        var indices = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("variableIndex").GetInt32());

        Assert.Equal(Enumerable.Range(0, 1_000), indices.Order());
    }

    private static async Task<HttpResponseMessage> SendAsync(TestHost host, string body, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static Task<string?> LineAsync(StreamReader reader) => reader.ReadLineAsync().WaitAsync(s_patience);

    private static async Task<List<string?>> LinesAsync(StreamReader reader, int count)
    {
        var lines = new List<string?>();
        while (lines.Count < count)
        {
            lines.Add(await LineAsync(reader));
        }

        return lines;
    }
}
