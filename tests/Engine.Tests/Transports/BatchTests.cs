using System.Net;
using System.Text.Json;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Engine.Tests.Transports;

public sealed class BatchTests
{
    private readonly ScriptedExecutor _executor = new();

    [Fact]
    public async Task A_variable_batch_is_answered_as_an_array_with_indices()
    {
        await using var host = await TestHost.StartAsync(_executor, static options => options.AllowBatching = true);

        using var response = await HttpTransportTests.PostAsync(host, """{"query":"{ a }","variables":[{"x":1},{"x":2},null]}""");
        var results = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement;

        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal([0, 1, 2], results.EnumerateArray().Select(static r => r.GetProperty("variableIndex").GetInt32()));
        Assert.Equal(2, results[1].GetProperty("data").GetProperty("variables").GetProperty("x").GetInt32());
        Assert.Equal(JsonValueKind.Null, results[2].GetProperty("data").GetProperty("variables").ValueKind);
    }

    [Fact]
    public async Task A_variable_batch_is_answered_line_by_line_where_that_is_accepted()
    {
        await using var host = await TestHost.StartAsync(_executor, static options => options.AllowBatching = true);

        using var response = await HttpTransportTests.PostAsync(host, """{"query":"{ a }","variables":[{"x":1},{"x":2}]}""", "application/jsonl");
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("application/jsonl", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("{\"variableIndex\":0,\"data\":{", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("{\"variableIndex\":1,\"data\":{", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_batch_is_answered_in_the_order_of_its_requests()
    {
        await using var host = await TestHost.StartAsync(_executor, static options => options.AllowBatching = true);

        using var response = await HttpTransportTests.PostAsync(host, """[{"query":"{ a }"},{"query":"{ unknown }"},{"query":"subscription { a }"}]""");
        var results = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, results.GetArrayLength());
        Assert.Equal("{ a }", results[0].GetProperty("data").GetProperty("document").GetString());
        Assert.True(results[1].TryGetProperty("errors", out _));
        Assert.True(results[2].TryGetProperty("errors", out _));
        Assert.False(results[0].TryGetProperty("requestIndex", out _));
    }

    [Fact]
    public async Task Lines_of_a_request_batch_carry_both_indices()
    {
        await using var host = await TestHost.StartAsync(_executor, static options => options.AllowBatching = true);

        using var response = await HttpTransportTests.PostAsync(host, """[{"query":"{ a }"},{"query":"{ b }","variables":[{},{}]}]""", "application/jsonl");
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonDocument.Parse(line).RootElement)
            .Select(static line => (line.GetProperty("requestIndex").GetInt32(), line.TryGetProperty("variableIndex", out var v) ? v.GetInt32() : -1))
            .Order();

        Assert.Equal([(0, -1), (1, 0), (1, 1)], lines);
    }

    [Theory]
    [InlineData("""{"query":"{ a }","variables":[{},{},{}]}""")]
    [InlineData("""[{"query":"{ a }"},{"query":"{ a }"},{"query":"{ a }"}]""")]
    [InlineData("""[{"query":"{ a }"},{"query":"{ a }","variables":[{},{}]}]""")]
    public async Task A_batch_over_the_limit_is_refused(string body)
    {
        await using var host = await TestHost.StartAsync(_executor, static options =>
        {
            options.AllowBatching = true;
            options.MaxBatchSize = 2;
        });

        using var response = await HttpTransportTests.PostAsync(host, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(ErrorCodes.Limit, await HttpTransportTests.CodeAsync(response));
        Assert.Empty(_executor.Requests);
    }

    [Fact]
    public async Task Batches_are_refused_unless_they_are_enabled()
    {
        await using var host = await TestHost.StartAsync(_executor);

        using var response = await HttpTransportTests.PostAsync(host, """{"query":"{ a }","variables":[{}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
