using System.Text;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>Equal queries to a subgraph that are under way at the same time are one request.</summary>
public sealed class InFlightTests
{
    private const string Query = "{ slow }";

    [Fact]
    public async Task Equal_queries_under_way_are_one_request()
    {
        await using var gate = await Gate.StartAsync();
        var running = Enumerable.Range(0, 8).Select(_ => gate.Gateway.RunAsync(Query)).ToArray();
        await gate.ReachedAsync(1);
        gate.Open();
        Assert.All(await Task.WhenAll(running), r => Assert.Equal("""{"data":{"slow":"answer 1"}}""", r));
        Assert.Single(gate.Server.Bodies);
        Assert.Equal("""{"data":{"slow":"answer 2"}}""", await gate.Gateway.RunAsync(Query));
    }

    [Fact]
    public async Task It_can_be_turned_off()
    {
        await using var gate = await Gate.StartAsync(o => o with { DeduplicateRequests = false });
        var running = Enumerable.Range(0, 3).Select(_ => gate.Gateway.RunAsync(Query)).ToArray();
        await gate.ReachedAsync(3);
        gate.Open();
        Assert.Equal(3, (await Task.WhenAll(running)).Distinct().Count());
    }

    [Fact]
    public async Task Different_callers_never_share()
    {
        await using var gate = await Gate.StartAsync();
        var running = new[] { gate.Gateway.RunAsync(Query, authorization: "Bearer a"), gate.Gateway.RunAsync(Query, authorization: "Bearer b"), gate.Gateway.RunAsync(Query) };
        await gate.ReachedAsync(3);
        gate.Open();
        Assert.Equal(3, (await Task.WhenAll(running)).Distinct().Count());
    }

    [Fact]
    public async Task Other_variables_are_another_request()
    {
        await using var gate = await Gate.StartAsync();
        var running = new[]
        {
            gate.Gateway.RunAsync("query($a: Int) { with(a: $a) }", """{"a":1}"""), gate.Gateway.RunAsync("query($a: Int) { with(a: $a) }", """{"a":2}"""),
        };
        await gate.ReachedAsync(2);
        gate.Open();
        Assert.Equal(2, (await Task.WhenAll(running)).Distinct().Count());
    }

    [Fact]
    public async Task Mutations_are_all_sent()
    {
        await using var gate = await Gate.StartAsync();
        var running = Enumerable.Range(0, 3).Select(_ => gate.Gateway.RunAsync("mutation { change }")).ToArray();
        await gate.ReachedAsync(3);
        gate.Open();
        await Task.WhenAll(running);
        Assert.Equal(3, gate.Server.Bodies.Count);
    }

    [Fact]
    public async Task A_query_after_a_mutation_does_not_join_one_from_before()
    {
        await using var gate = await Gate.StartAsync();
        var before = gate.Gateway.RunAsync(Query);
        await gate.ReachedAsync(1);
        gate.Passes = body => body.Contains("change", StringComparison.Ordinal);
        await gate.Gateway.RunAsync("mutation { change }");
        var after = gate.Gateway.RunAsync(Query);
        await gate.ReachedAsync(3);
        gate.Open();
        Assert.NotEqual(await before, await after);
    }

    [Fact]
    public async Task Whoever_goes_away_leaves_the_request_to_the_others()
    {
        await using var gate = await Gate.StartAsync();
        using var cancellation = new CancellationTokenSource();
        var first = gate.Gateway.Executor.ExecuteAsync(TestGateway.Request(Query), cancellation.Token).AsTask();
        await gate.ReachedAsync(1);
        var second = gate.Gateway.RunAsync(Query);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.Open();
        Assert.Equal("""{"data":{"slow":"answer 1"}}""", await second);
        Assert.Equal(0, gate.Aborted);
    }

    [Fact]
    public async Task A_request_that_nobody_waits_for_is_aborted_and_not_joined()
    {
        await using var gate = await Gate.StartAsync();
        using var cancellation = new CancellationTokenSource();
        var running = Enumerable.Range(0, 3).Select(_ => gate.Gateway.Executor.ExecuteAsync(TestGateway.Request(Query), cancellation.Token).AsTask()).ToArray();
        await gate.ReachedAsync(1);
        await cancellation.CancelAsync();
        foreach (var request in running)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }

        await gate.AbortedAsync();
        gate.Open();
        Assert.Equal("""{"data":{"slow":"answer 2"}}""", await gate.Gateway.RunAsync(Query));
    }

    [Fact]
    public async Task A_failure_is_everyones()
    {
        await using var gate = await Gate.StartAsync();
        var running = Enumerable.Range(0, 3).Select(_ => gate.Gateway.RunAsync(Query)).ToArray();
        await gate.ReachedAsync(1);
        gate.Status = 503;
        gate.Open();
        Assert.All(await Task.WhenAll(running), r => Assert.Equal(["SUBGRAPH_UNREACHABLE"], FailureTests.Codes(r)));
    }

    [Fact]
    public async Task Many_that_come_and_go_leave_nothing_behind()
    {
        var server = await SourceServer.StartAsync("a", "type Query { slow: String }", new() { ["Query.slow"] = (_, _) => "now" });
        using var client = new SubgraphClient("a", new SubgraphOptions { Url = server.Url });
        var requests = new InFlightRequests(client);
        var random = new Random(7);
        for (var round = 0; round < 20; round++)
        {
            var sources = Enumerable.Range(0, 40).Select(_ => new CancellationTokenSource()).ToArray();
            var running = sources.Select(s => SendAsync(requests, s.Token)).ToArray();
            foreach (var source in sources.Where(_ => random.Next(2) == 0))
            {
                await source.CancelAsync();
            }

            foreach (var answer in await Task.WhenAll(running))
            {
                Assert.True(answer is null or """{"data":{"slow":"now"}}""");
            }
        }

        // A request that was cancelled ends a little later than those who waited for it.
        for (var i = 0; i < 1000 && requests.Count > 0; i++)
        {
            await Task.Delay(10);
        }

        Assert.Equal(0, requests.Count);
        await server.DisposeAsync();
    }

    private static async Task<string?> SendAsync(InFlightRequests requests, CancellationToken cancellationToken)
    {
        var body = new PooledBuffer();
        body.Write("""{"query":"{slow}"}"""u8);
        try
        {
            using var answer = await requests.SendAsync(body, false, RequestHeaders.None, cancellationToken);
            return Encoding.UTF8.GetString(answer.Span);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>A gateway over a server whose answers wait until they are let through; each is numbered.</summary>
    private sealed class Gate : IAsyncDisposable
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim _reached = new(0);
        private int _seen;
        private int _abortedCount;
        private int _number;

        private Gate(SourceServer server, TestGateway gateway)
        {
            (Server, Gateway) = (server, gateway);
            server.Answer = async (context, body) =>
            {
                var number = Interlocked.Increment(ref _number);
                _reached.Release();
                try
                {
                    await (Passes(body) ? Task.CompletedTask : _open.Task.WaitAsync(context.RequestAborted));
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref _abortedCount);
                    _aborted.TrySetResult();
                    throw;
                }

                context.Response.StatusCode = Status;
                if (Status == 200)
                {
                    var name = body.Contains("change", StringComparison.Ordinal) ? "change" : body.Contains("with", StringComparison.Ordinal) ? "with" : "slow";
                    await FailureTests.Json(context, $$$"""{"data":{"{{{name}}}":"answer {{{number}}}"}}""");
                }
            };
        }

        public SourceServer Server { get; }

        public TestGateway Gateway { get; }

        public int Status { get; set; } = 200;

        public int Aborted => Volatile.Read(ref _abortedCount);

        public Func<string, bool> Passes { get; set; } = _ => false;

        public static async Task<Gate> StartAsync(Func<SubgraphOptions, SubgraphOptions>? configure = null)
        {
            var server = await SourceServer.StartAsync("a", "type Query { slow: String with(a: Int): String } type Mutation { change: String }");
            return new Gate(server, TestGateway.Over(configure ?? (o => o), null, server));
        }

        /// <summary>Waits until the server has seen that many requests in all.</summary>
        public async Task ReachedAsync(int count)
        {
            for (; _seen < count; _seen++)
            {
                Assert.True(await _reached.WaitAsync(TimeSpan.FromSeconds(30)));
            }
        }

        public Task AbortedAsync() => _aborted.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public void Open() => _open.TrySetResult();

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
