using System.Net;
using System.Text.Json;
using LuckyGraph.Cli.Infrastructure;

namespace LuckyGraph.Platform.Tests;

/// <summary>What clients get for what goes wrong: the documented code and path, within the time limit, and the rest of the data.</summary>
[Collection("platform")]
public sealed class FailureTests(PlatformFixture platform)
{
    private const string Products = "{ products(first: 3) { nodes { title variants { sku availability { available } } } } }";

    [Theory]
    [InlineData("{\"query\": ", HttpStatusCode.BadRequest, "BAD_REQUEST")]
    [InlineData("[1]", HttpStatusCode.BadRequest, "BAD_REQUEST")]
    [InlineData("{\"query\": 7}", HttpStatusCode.BadRequest, "BAD_REQUEST")]
    [InlineData("{\"query\": \"{ products( }\"}", HttpStatusCode.BadRequest, "GRAPHQL_PARSE_FAILED")]
    [InlineData("{\"query\": \"{ nothing }\"}", HttpStatusCode.BadRequest, "GRAPHQL_VALIDATION_FAILED")]
    [InlineData("{\"query\": \"query A { viewer { id } } query B { viewer { id } }\"}", HttpStatusCode.BadRequest, "OPERATION_RESOLUTION_FAILURE")]
    [InlineData("{\"query\": \"query($n: Int!) { products(first: $n) { nodes { id } } }\", \"variables\": {\"n\": \"three\"}}", HttpStatusCode.BadRequest, "BAD_USER_INPUT")]
    [InlineData("{\"query\": \"query($n: Int!) { products(first: $n) { nodes { id } } }\"}", HttpStatusCode.BadRequest, "BAD_USER_INPUT")]
    public async Task A_request_that_is_wrong_is_refused_with_a_code(string body, HttpStatusCode status, string code)
    {
        var answer = await platform.Anonymous.SendAsync(body);
        Assert.Equal(status, answer.Status);
        Assert.Equal(code, answer.Code);
        Assert.False(answer.Body.TryGetProperty("data", out _));
    }

    [Fact]
    public async Task Deep_nesting_is_refused_before_anything_is_fetched()
    {
        var deep = "{ categories " + string.Concat(Enumerable.Repeat("{ children ", 60)) + "{ name }" + new string('}', 61);
        var answer = await platform.Anonymous.AskAsync(deep);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.NotNull(answer.Code);

        var hostile = await platform.Anonymous.AskAsync(string.Concat(Enumerable.Repeat("{a", 50_000)));
        Assert.Equal(HttpStatusCode.BadRequest, hostile.Status);
        Assert.NotNull(hostile.Code);
    }

    [Fact]
    public async Task A_subgraph_that_is_down_costs_its_fields_only()
    {
        platform.Platform.Process("orders").Kill();
        try
        {
            await AssertRestOfTheDataAsync("SUBGRAPH_UNREACHABLE");
        }
        finally
        {
            await platform.Platform.StartHostAsync("orders");
            await platform.Platform.WaitUntilReadyAsync("orders");
        }

        Assert.Empty((await platform.Anonymous.AskAsync(Products)).Errors);
    }

    [Fact]
    public async Task A_subgraph_that_hangs_costs_its_fields_only_and_its_time_limit_at_most()
    {
        var pid = platform.Platform.Process("orders").Pid;
        await Shell.RequireAsync("kill", ["-STOP", $"{pid}"]);
        try
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            await AssertRestOfTheDataAsync("SUBGRAPH_TIMEOUT");
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), $"the limit is 10 s, it took {clock.Elapsed}");
        }
        finally
        {
            await Shell.RequireAsync("kill", ["-CONT", $"{pid}"]);
        }
    }

    private async Task AssertRestOfTheDataAsync(string code)
    {
        var answer = await platform.Anonymous.AskAsync(Products);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var nodes = answer.Data.GetProperty("products").GetProperty("nodes");
        Assert.Equal(3, nodes.GetArrayLength());
        Assert.All(nodes.EnumerateArray(), node =>
        {
            Assert.NotEmpty(node.GetProperty("title").GetString()!);
            Assert.NotEmpty(node.GetProperty("variants")[0].GetProperty("sku").GetString()!);
            Assert.Equal(JsonValueKind.Null, node.GetProperty("variants")[0].GetProperty("availability").ValueKind);
        });
        Assert.NotEmpty(answer.Errors);
        Assert.All(answer.Errors, error =>
        {
            Assert.Equal(code, error.GetProperty("extensions").GetProperty("code").GetString());
            Assert.Equal("availability", error.GetProperty("path").EnumerateArray().Last().GetString());
        });
    }
}
