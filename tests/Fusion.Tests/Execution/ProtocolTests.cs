using System.Net;
using System.Text.Json;
using LuckyGraph.Fusion.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>Subgraphs are spoken to in HTTP/1.1, or in HTTP/2 without TLS when they are set to.</summary>
public sealed class ProtocolTests
{
    private const string Sdl = "type Query { a: String b: String }";

    [Fact]
    public async Task HTTP_1_1_is_the_default()
    {
        var server = await SourceServer.StartAsync("a", Sdl, Fields(), protocols: HttpProtocols.Http1);
        await using var gateway = TestGateway.Over(server);
        Assert.Equal("""{"data":{"a":"A"}}""", await gateway.RunAsync("{ a }"));
        Assert.Equal(["HTTP/1.1"], server.Protocols);
    }

    [Fact]
    public async Task HTTP_2_is_spoken_at_once_where_it_is_set()
    {
        var server = await SourceServer.StartAsync("a", Sdl, Fields(), protocols: HttpProtocols.Http2);
        await using var gateway = TestGateway.Over(o => o with { HttpVersion = HttpVersion.Version20 }, null, server);
        var running = Enumerable.Range(0, 150).Select(i => gateway.RunAsync($"{{ a{i}: a }}")).ToArray();
        Assert.All(await Task.WhenAll(running), r => Assert.Equal("A", JsonDocument.Parse(r).RootElement.GetProperty("data").EnumerateObject().Single().Value.GetString()));
        Assert.Equal(["HTTP/2"], server.Protocols.Distinct());
    }

    [Fact]
    public async Task A_server_that_speaks_another_version_is_unreachable()
    {
        var server = await SourceServer.StartAsync("a", Sdl, Fields(), protocols: HttpProtocols.Http1);
        await using var gateway = TestGateway.Over(o => o with { HttpVersion = HttpVersion.Version20 }, null, server);
        Assert.Equal(["SUBGRAPH_UNREACHABLE"], FailureTests.Codes(await gateway.RunAsync("{ a }")));
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, 1)]
    [InlineData(HttpProtocols.Http2, 2)]
    public async Task A_client_that_goes_away_aborts_the_request_at_the_subgraph(HttpProtocols protocols, int version)
    {
        var server = await SourceServer.StartAsync("a", Sdl, Fields(), protocols: protocols);
        await using var gateway = TestGateway.Over(o => o with { HttpVersion = new Version(version, version == 1 ? 1 : 0) }, null, server);
        var (reached, aborted) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Answer = async (context, _) =>
        {
            using var registration = context.RequestAborted.Register(() => aborted.TrySetResult());
            // Half of the answer is there already.
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("{\"data\":");
            await context.Response.Body.FlushAsync();
            reached.TrySetResult();
            await aborted.Task;
        };
        using var cancellation = new CancellationTokenSource();
        var running = gateway.Executor.ExecuteAsync(TestGateway.Request("{ a }"), cancellation.Token).AsTask();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static Dictionary<string, Resolve> Fields() => new() { ["Query.a"] = (_, _) => "A", ["Query.b"] = (_, _) => "B" };
}
