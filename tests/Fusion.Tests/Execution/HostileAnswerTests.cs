using LuckyGraph.Fusion.Execution;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>Answers that are made to exhaust the gateway: what they cost is bounded, and what is not concerned is answered.</summary>
public sealed class HostileAnswerTests
{
    private const string Sdl = "type Query { list: [T] other: String } type T { a: String b: String c: [String!] must: String! }";

    [Fact]
    public async Task Errors_are_counted_not_multiplied()
    {
        await using var gateway = await StartAsync($"{{\"data\":{{\"list\":null}},\"errors\":[{string.Join(',', Enumerable.Repeat("{\"message\":\"m\",\"path\":[\"list\"]}", 50_000))}]}}");
        var errors = FailureTests.Codes(await gateway.RunAsync("{ list { a } }"));
        Assert.InRange(errors.Length, 1, ResultErrors);
    }

    [Fact]
    public async Task Values_beyond_the_limit_make_the_answer_invalid_and_leave_other_subgraphs_alone()
    {
        await using var gateway = await StartAsync($"{{\"data\":{{\"list\":[{string.Join(',', Enumerable.Repeat("{}", 20_000))}]}}}}", new FusionOptions { MaxResultValues = 10_000 });
        var result = await gateway.RunAsync("{ list { a b } beside }");
        Assert.Contains("\"data\":{\"list\":null,\"beside\":\"here\"}", result, StringComparison.Ordinal);
        Assert.Equal(["SUBGRAPH_INVALID_RESPONSE"], FailureTests.Codes(result));
        Assert.Equal(["list"], FailureTests.ErrorPaths(result));
    }

    [Fact]
    public async Task A_result_beyond_the_limit_is_refused_with_a_code()
    {
        await using var gateway = await StartAsync($"{{\"data\":{{\"list\":[{{\"a\":\"{new string('x', 50_000)}\"}}]}}}}", new FusionOptions { MaxResultBytes = 10_000 });
        var result = await gateway.RunAsync("{ list { a } beside }");
        Assert.StartsWith("{\"data\":null,", result, StringComparison.Ordinal);
        Assert.Equal(["LIMIT_EXCEEDED"], FailureTests.Codes(result));
    }

    [Fact]
    public async Task Missing_fields_by_the_hundred_thousand_cost_no_message_each()
    {
        await using var gateway = await StartAsync($"{{\"data\":{{\"list\":[{string.Join(',', Enumerable.Repeat("{}", 300_000))}]}}}}");
        await gateway.RunAsync("{ list { a b must } beside }");
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var result = await gateway.RunAsync("{ list { a b must } beside }");
        Assert.True(GC.GetTotalAllocatedBytes(precise: true) - before < 150_000_000);
        Assert.InRange(FailureTests.Codes(result).Length, 1, ResultErrors);
        Assert.EndsWith("\"beside\":\"here\"}", result[..result.IndexOf(",\"errors\"", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_nested_deeply_is_an_error_like_others()
    {
        var deep = new string('[', 150) + new string(']', 150);
        await using var gateway = await StartAsync($"{{\"data\":{{\"list\":null}},\"errors\":[{{\"message\":\"m\",\"path\":[\"list\"],\"extensions\":{{\"code\":\"OWN\",\"deep\":{deep}}}}}]}}");
        var result = await gateway.RunAsync("{ list { a } }");
        Assert.Contains("\"code\":\"OWN\"", result, StringComparison.Ordinal);
        Assert.DoesNotContain("INTERNAL", result, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"message\":\"\\ud800\",\"path\":[\"list\"]}")]
    [InlineData("{\"message\":\"m\",\"path\":[\"\\ud800\"]}")]
    [InlineData("{\"message\":\"m\",\"path\":[\"list\"],\"extensions\":{\"code\":\"\\ud800\"}}")]
    [InlineData("{\"message\":\"m\",\"path\":[\"list\"],\"extensions\":{\"\\ud800\":1}}")]
    public async Task Half_a_surrogate_pair_in_an_error_breaks_nothing(string error)
    {
        await using var gateway = await StartAsync($"{{\"data\":{{\"list\":null}},\"errors\":[{error}]}}");
        var result = await gateway.RunAsync("{ list { a } beside }");
        Assert.Contains("\"data\":{\"list\":null,\"beside\":\"here\"}", result, StringComparison.Ordinal);
        Assert.Equal(["SUBGRAPH_ERROR"], FailureTests.Codes(result));
    }

    private const int ResultErrors = 1000;

    private static async Task<TestGateway> StartAsync(string answer, FusionOptions? options = null)
    {
        var a = await SourceServer.StartAsync("a", Sdl);
        var b = await SourceServer.StartAsync("b", "type Query { beside: String }", new() { ["Query.beside"] = (_, _) => "here" });
        a.Answer = (context, _) => FailureTests.Json(context, answer);
        return TestGateway.Over(o => o, options, a, b);
    }
}
