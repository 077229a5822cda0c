using System.Text.Json;
using LuckyGraph.Fusion.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>Subgraphs that break in every way: clients get all that does not depend on them, the documented code, and the path.</summary>
public sealed class FaultTests
{
    private const string Query = "{ topProducts(first: 2) { name inStock reviews { id } } }";

    private static readonly SourceCapabilities[] s_capabilities
        = [SourceSchema.DefaultCapabilities, SourceCapabilities.VariableBatching, SourceCapabilities.RequestBatching, SourceCapabilities.None];

    public static TheoryData<string> Faults => [.. s_faults.Keys];

    private static readonly Dictionary<string, (Func<HttpContext, Task> Answer, string Code)> s_faults = new()
    {
        ["connection reset before the answer"] = (c => { c.Abort(); return Task.CompletedTask; }, "SUBGRAPH_UNREACHABLE"),
        ["connection reset in the middle"] = (async c =>
        {
            c.Response.ContentType = "application/json";
            await c.Response.WriteAsync("{\"data\":{");
            await c.Response.Body.FlushAsync();
            c.Abort();
        }, "SUBGRAPH_UNREACHABLE"),
        ["half of the announced length"] = (async c =>
        {
            c.Response.ContentType = "application/json";
            c.Response.ContentLength = 1000;
            await c.Response.WriteAsync("{\"data\":{");
            await c.Response.Body.FlushAsync();
            c.Abort();
        }, "SUBGRAPH_UNREACHABLE"),
        ["half of the JSON"] = (c => FailureTests.Json(c, "{\"data\":{\"productByUpc\""), "SUBGRAPH_INVALID_RESPONSE"),
        ["HTML with status 200"] = (c => FailureTests.Json(c, "<html><body>Welcome</body></html>"), "SUBGRAPH_INVALID_RESPONSE"),
        ["status 500 without JSON"] = (c => { c.Response.StatusCode = 500; return c.Response.WriteAsync("oops"); }, "SUBGRAPH_UNREACHABLE"),
        ["a redirect"] = (c => { c.Response.Redirect("http://127.0.0.1:1/"); return Task.CompletedTask; }, "SUBGRAPH_UNREACHABLE"),
        ["no body"] = (_ => Task.CompletedTask, "SUBGRAPH_INVALID_RESPONSE"),
        ["bytes that are no text"] = (c => BytesAsync(c, [.. "{\"data\":{\"x\":\""u8, 0xC3, 0x28, .. "\"}}"u8]), "SUBGRAPH_INVALID_RESPONSE"),
        ["a null byte"] = (c => BytesAsync(c, [.. "{\"data\":"u8, 0, .. "}"u8]), "SUBGRAPH_INVALID_RESPONSE"),
        ["nesting without end"] = (c => FailureTests.Json(c, "{\"data\":{\"productByUpc\":" + new string('[', 200_000)), "SUBGRAPH_INVALID_RESPONSE"),
        ["data that is a list"] = (c => FailureTests.Json(c, "{\"data\":[1,2,3]}"), "SUBGRAPH_INVALID_RESPONSE"),
        ["a number as a response"] = (c => FailureTests.Json(c, "42"), "SUBGRAPH_INVALID_RESPONSE"),
        ["an error object as a list of errors"] = (c => FailureTests.Json(c, "{\"errors\":{\"message\":\"m\"}}"), "SUBGRAPH_INVALID_RESPONSE"),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Everything_else_is_answered_whatever_the_subgraph_understands(string fault)
    {
        var (answer, code) = s_faults[fault];
        foreach (var capabilities in s_capabilities)
        {
            await using var gateway = await ShopServers.StartAsync(capabilities: capabilities);
            gateway["inventory"].Answer = (context, _) => answer(context);
            var result = await gateway.RunAsync(Query).WaitAsync(TimeSpan.FromSeconds(60));
            Assert.StartsWith(
                """{"data":{"topProducts":[{"name":"Product 1","inStock":null,"reviews":[{"id":"11"},{"id":"21"}]},{"name":"Product 2","inStock":null,"reviews":[{"id":"12"},{"id":"22"}]}]},"errors":""",
                result, StringComparison.Ordinal);
            Assert.All(FailureTests.Codes(result), c => Assert.Equal(code, c));
            Assert.Equal(["topProducts/0/inStock", "topProducts/1/inStock"], FailureTests.ErrorPaths(result).Order(StringComparer.Ordinal));
            using var json = JsonDocument.Parse(result);
            Assert.All(json.RootElement.GetProperty("errors").EnumerateArray(), e => Assert.Equal("inventory", e.GetProperty("extensions").GetProperty("service").GetString()));
        }
    }

    [Theory]
    [InlineData("""{"data":{"list":[{"a":"1","a":"2","b":"x"}]}}""", """[{"a":"2","b":"x"}]""", 0)]
    [InlineData("""{"data":{"list":[{"a":"1","a":"2"}]}}""", """[{"a":"2","b":null}]""", 1)]
    [InlineData("""{"data":{"list":[{"a":"1","b":"x"}]},"data":{"list":[{"a":"2","b":"y"}]}}""", """[{"a":"2","b":"y"}]""", 0)]
    public async Task Of_duplicate_keys_the_last_counts_and_what_is_missing_is_missed(string answer, string list, int errors)
    {
        var a = await SourceServer.StartAsync("a", "type Query { list: [T] } type T { a: String b: String }");
        a.Answer = (context, _) => FailureTests.Json(context, answer);
        await using var gateway = TestGateway.Over(a);
        var result = await gateway.RunAsync("{ list { a b } }");
        Assert.StartsWith($"{{\"data\":{{\"list\":{list}}}", result, StringComparison.Ordinal);
        Assert.Equal(errors, FailureTests.Codes(result).Length);
    }

    [Fact]
    public async Task A_huge_string_within_the_limit_is_passed_on_unread()
    {
        var a = await SourceServer.StartAsync("a", "type Query { text: String }");
        var text = new string('x', 8_000_000);
        a.Answer = (context, _) => FailureTests.Json(context, $"{{\"data\":{{\"text\":\"{text}\"}}}}");
        await using var gateway = TestGateway.Over(a);
        Assert.Equal($"{{\"data\":{{\"text\":\"{text}\"}}}}", await gateway.RunAsync("{ text }"));
    }

    [Fact]
    public async Task An_answer_byte_by_byte_is_an_answer()
    {
        await using var gateway = await ShopServers.StartAsync();
        gateway["inventory"].Answer = async (context, _) =>
        {
            context.Response.ContentType = "application/jsonl";
            context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
            foreach (var b in "{\"variableIndex\":1,\"data\":{\"productByUpc\":{\"inStock\":true}}}\n{\"variableIndex\":0,\"data\":{\"productByUpc\":{\"inStock\":false}}}\n"u8.ToArray())
            {
                await context.Response.Body.WriteAsync(new[] { b });
                await context.Response.Body.FlushAsync();
            }
        };
        Assert.Equal(
            """{"data":{"topProducts":[{"inStock":false},{"inStock":true}]}}""", await gateway.RunAsync("{ topProducts(first: 2) { inStock } }"));
    }

    private static Task BytesAsync(HttpContext context, byte[] bytes)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(bytes).AsTask();
    }
}
