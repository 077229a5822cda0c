using LuckyGraph.Fusion.Tests.Execution;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.Fusion.Tests.Gateway;

public sealed class ResilienceTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static Task<SourceServer> ServerAsync() => SourceServer.StartAsync(
        "a", "type Query { a: String } type Mutation { touch: Int }",
        new() { ["Query.a"] = static (_, _) => "A", ["Mutation.touch"] = static (_, _) => 1 });

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(0)]
    public async Task A_query_is_repeated_after_a_failure_that_may_pass(int status)
    {
        await using var gateway = await GatewayOver.StartAsync([await ServerAsync()], ("LUCKY_A_RETRIES", "2"), ("LUCKY_A_RETRY_DELAY_MS", "1"));
        Fail(gateway["a"], times: 2, status);

        var answer = await gateway.PostAsync("{ a }");

        Assert.Equal("""{"a":"A"}""", answer.Data);
        Assert.Equal(3, gateway["a"].Bodies.Count);
    }

    [Fact]
    public async Task An_answer_that_is_GraphQL_is_kept_when_no_attempt_is_left()
    {
        await using var gateway = await GatewayOver.StartAsync([await ServerAsync()], ("LUCKY_A_RETRIES", "1"), ("LUCKY_A_RETRY_DELAY_MS", "1"));
        gateway["a"].Answer = (context, _) =>
        {
            context.Response.StatusCode = 503;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"errors":[{"message":"later","extensions":{"code":"OVERLOADED"}}]}""");
        };

        var answer = await gateway.PostAsync("{ a }");

        Assert.Equal(["OVERLOADED"], answer.Codes);
        Assert.Equal(2, gateway["a"].Bodies.Count);
    }

    [Theory]
    [InlineData("{ a }", 500)]
    [InlineData("mutation { touch }", 503)]
    [InlineData("mutation { touch }", 0)]
    public async Task Mutations_and_lasting_failures_are_not_repeated(string query, int status)
    {
        await using var gateway = await GatewayOver.StartAsync([await ServerAsync()], ("LUCKY_GATEWAY_SUBGRAPH_RETRIES", "3"), ("LUCKY_GATEWAY_SUBGRAPH_RETRY_DELAY_MS", "1"));
        Fail(gateway["a"], times: 1, status);

        var answer = await gateway.PostAsync(query);

        Assert.Equal([GatewayErrorCodes.Unreachable], answer.Codes);
        Assert.Single(gateway["a"].Bodies);
    }

    [Fact]
    public async Task A_subgraph_that_keeps_failing_is_left_alone_for_a_while_and_asked_again()
    {
        await using var gateway = await GatewayOver.StartAsync(
            [await ServerAsync()],
            ("LUCKY_A_BREAKER_PERCENT", "50"), ("LUCKY_A_BREAKER_MIN_REQUESTS", "4"), ("LUCKY_A_BREAKER_PAUSE_MS", "500"));
        Fail(gateway["a"], times: 4, 503);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal([GatewayErrorCodes.Unreachable], (await gateway.PostAsync("{ a }")).Codes);
        }

        var refused = await gateway.PostAsync("{ a }");

        Assert.Equal([GatewayErrorCodes.CircuitOpen], refused.Codes);
        Assert.Equal(["a"], refused.Paths);
        Assert.Equal(4, gateway["a"].Bodies.Count);
        using var patience = new CancellationTokenSource(s_patience);
        while ((await gateway.PostAsync("{ a }")).Errors.Length > 0)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    [Fact]
    public async Task A_full_bulkhead_refuses_at_once_what_does_not_fit()
    {
        await using var gateway = await GatewayOver.StartAsync([await ServerAsync()], ("LUCKY_A_MAX_CONCURRENT", "1"), ("LUCKY_A_MAX_QUEUED", "1"));
        var release = new TaskCompletionSource();
        gateway["a"].Answer = async (context, _) =>
        {
            await release.Task;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"data":{"a":"A"}}""");
        };

        // Different documents, so that no request is joined to another.
        Task<GatewayAnswer>[] asked = [gateway.PostAsync("{ a }"), gateway.PostAsync("{ a x: a }"), gateway.PostAsync("{ a x: a y: a }")];
        var refused = await (await Task.WhenAny(asked)).WaitAsync(s_patience);

        Assert.Contains(GatewayErrorCodes.Busy, refused.Codes);
        release.SetResult();
        var all = await Task.WhenAll(asked).WaitAsync(s_patience);
        Assert.Equal(1, all.Count(static a => a.Codes.Contains(GatewayErrorCodes.Busy)));
    }

    /// <summary>Fails a number of requests with a status, or by breaking the connection, and answers the others.</summary>
    private static void Fail(SourceServer server, int times, int status)
    {
        var left = times;
        server.Answer = (context, _) =>
        {
            if (Interlocked.Decrement(ref left) < 0)
            {
                context.Response.ContentType = "application/json";
                return context.Response.WriteAsync("""{"data":{"a":"A","touch":1}}""");
            }

            if (status == 0)
            {
                context.Abort();
            }

            context.Response.StatusCode = status == 0 ? 200 : status;
            return Task.CompletedTask;
        };
    }
}
