using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using LuckyGraph.Fusion.Tests.Execution;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.Fusion.Tests.Gateway;

/// <summary>Which requests are traced, over the gateway's own program: listeners are a process's, and other tests have theirs.</summary>
public sealed class TraceSamplingTests : IDisposable
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Sampled = $"00-{Trace}-b7ad6b7169203331-01";
    private const string Unsampled = $"00-{Trace}-b7ad6b7169203331-00";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("traces");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    // Nothing of the caller's is changed but the flag: what subgraphs do is no part of a trace that has no spans here.
    [InlineData("always_off", "", Sampled, Unsampled)]
    [InlineData("traceidratio", "0", Sampled, Unsampled)]
    [InlineData("parentbased_always_on", "", Unsampled, Unsampled)]
    [InlineData("parentbased_traceidratio", "0", null, null)]
    public async Task A_request_that_is_not_sampled_has_no_span_and_passes_its_parent_on_unsampled(string sampler, string argument, string? given, string? passedOn)
    {
        var seen = await AskAsync(sampler, argument, given);

        Assert.Equal(passedOn, seen.TraceParent);
        Assert.Empty(seen.Exported);
    }

    [Theory]
    [InlineData("parentbased_traceidratio", "0", Sampled)]
    [InlineData("always_on", "", Unsampled)]
    [InlineData("parentbased_traceidratio", "1", null)]
    [InlineData("traceidratio", "1", null)]
    public async Task A_sampled_request_has_a_span_with_the_operation_and_its_fetches_below_it(string sampler, string argument, string? given)
    {
        var seen = await AskAsync(sampler, argument, given);

        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-01$", seen.TraceParent);
        Assert.Equal(given is not null, seen.TraceParent!.Contains(Trace, StringComparison.Ordinal));
        Assert.All((string[])["POST /graphql", "http.response.status_code", "graphql.operation.type", "graphql.subgraph.request"],
            part => Assert.Contains(part, seen.Exported, StringComparison.Ordinal));
        // The field fails, and the line about it names the trace.
        Assert.Contains(seen.TraceParent.Split('-')[1], Assert.Single(seen.Log, static line => line.Contains("errors", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    /// <summary>Asks one question, and tells what the subgraph and the collector got of it.</summary>
    private async Task<(string? TraceParent, string Exported, string[] Log)> AskAsync(string sampler, string argument, string? given)
    {
        var exported = new ConcurrentQueue<string>();
        await using var collector = WebApplication.CreateSlimBuilder().Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.Run(async context =>
        {
            using var body = new StreamReader(context.Request.Body, Encoding.Latin1);
            exported.Enqueue(await body.ReadToEndAsync());
        });
        await collector.StartAsync();
        await using var books = await SourceServer.StartAsync("books", "type Query { book: String }", new() { ["Query.book"] = static (_, _) => throw new InvalidOperationException() });
        var list = Path.Combine(_folder.FullName, "subgraphs.json");
        await File.WriteAllTextAsync(list, JsonSerializer.Serialize(new object[] { new { name = "books", url = books.Url, sdl = books.Sdl } }));
        await using var gateway = RunningGateway.Start(
            "--subgraphs", list, "--port", "0", $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Urls.First()}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
            "--OTEL_METRICS_EXPORTER=none", $"--OTEL_TRACES_SAMPLER={sampler}", $"--OTEL_TRACES_SAMPLER_ARG={argument}");
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        using var request = new HttpRequestMessage(HttpMethod.Post, await gateway.AddressAsync())
        {
            Content = new StringContent("""{"query":"{ book }"}""", Encoding.UTF8, "application/json"),
        };
        if (given is not null)
        {
            request.Headers.Add("traceparent", given);
        }

        using var response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        // What was collected is sent when the gateway ends, at the latest.
        Assert.Equal(0, await gateway.EndAsync());
        return (Assert.Single(books.Headers).GetValueOrDefault("traceparent"), string.Concat(exported), gateway.Output.Split('\n'));
    }
}
