using LuckyGraph.Fusion.Tests.Execution;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.Fusion.Tests.Gateway;

public sealed class HeaderTests
{
    private static async Task<SourceServer[]> ServersAsync() =>
    [
        await SourceServer.StartAsync("a", "type Query { a: String }", new() { ["Query.a"] = static (_, _) => "A" }),
        await SourceServer.StartAsync("b", "type Query { b: String }", new() { ["Query.b"] = static (_, _) => "B" }),
    ];

    [Fact]
    public async Task Without_rules_subgraphs_get_credentials_and_trace_parent_alone()
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync());
        var token = gateway.Token();

        await gateway.PostAsync("{ a }", ("Authorization", token), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("X-Tenant", "t1"), ("Cookie", "s=1"));

        var headers = Assert.Single(gateway["a"].Headers);
        Assert.Equal(token, headers["Authorization"]);
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", headers["traceparent"], StringComparison.Ordinal);
        Assert.False(headers.ContainsKey("X-Tenant"));
        Assert.False(headers.ContainsKey("Cookie"));
    }

    [Fact]
    public async Task Rules_propagate_rename_insert_and_remove_for_all_subgraphs_and_for_one()
    {
        await using var gateway = await GatewayOver.StartAsync(
            await ServersAsync(),
            ("LUCKY_GATEWAY_HEADERS", "propagate X-Tenant; propagate X-User as X-Forwarded-User; insert X-Gateway: lucky: 1"),
            ("LUCKY_B_HEADERS", "remove Authorization\nremove X-Tenant; propagate Authorization as X-Caller; propagate Accept-Language"));
        var token = gateway.Token();

        await gateway.PostAsync("{ a b }", ("Authorization", token), ("X-Tenant", "t1"), ("X-User", "u1"), ("Accept-Language", "de"), ("X-Other", "no"));

        var a = Assert.Single(gateway["a"].Headers);
        Assert.Equal(("t1", "u1", "lucky: 1", token), (a["X-Tenant"], a["X-Forwarded-User"], a["X-Gateway"], a["Authorization"]));
        Assert.False(a.ContainsKey("Accept-Language") || a.ContainsKey("X-Other") || a.ContainsKey("X-User"));
        var b = Assert.Single(gateway["b"].Headers);
        Assert.Equal(("u1", token, "de"), (b["X-Forwarded-User"], b["X-Caller"], b["Accept-Language"]));
        Assert.False(b.ContainsKey("Authorization") || b.ContainsKey("X-Tenant"));
    }

    [Fact]
    public async Task Named_response_headers_reach_the_client_and_every_cookie_does()
    {
        await using var gateway = await GatewayOver.StartAsync(
            await ServersAsync(), ("LUCKY_GATEWAY_RESPONSE_HEADERS", "append Set-Cookie; first X-First; last X-Last"), ("LUCKY_B_RESPONSE_HEADERS", "append X-Only-B"));
        foreach (var name in new[] { "a", "b" })
        {
            gateway[name].Answer = async (context, _) =>
            {
                context.Response.ContentType = "application/json";
                context.Response.Headers.Append("Set-Cookie", $"{name}1=1; Path=/");
                context.Response.Headers.Append("Set-Cookie", $"{name}2=2; Path=/");
                context.Response.Headers["X-First"] = name;
                context.Response.Headers["X-Last"] = name;
                context.Response.Headers["X-Only-B"] = name;
                context.Response.Headers["X-Secret"] = name;
                await context.Response.WriteAsync($$$"""{"data":{"{{{name}}}":"x"}}""");
            };
        }

        var answer = await gateway.PostAsync("{ a b }");

        Assert.Equal(["a1=1; Path=/", "a2=2; Path=/", "b1=1; Path=/", "b2=2; Path=/"], answer.Header("Set-Cookie").Order(StringComparer.Ordinal));
        Assert.Single(answer.Header("X-First"));
        Assert.Single(answer.Header("X-Last"));
        Assert.Equal(["b"], answer.Header("X-Only-B"));
        Assert.Empty(answer.Header("X-Secret"));
    }

    [Theory]
    [InlineData("public, max-age=60", "public, max-age=10, must-revalidate", "public, max-age=10, must-revalidate")]
    [InlineData("public, max-age=60", "private, max-age=90", "private, max-age=60")]
    [InlineData("public, max-age=60", "no-store", "no-store")]
    [InlineData("public, max-age=60", null, "no-store")]
    public async Task Cache_control_becomes_the_most_restrictive(string a, string? b, string expected)
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync(), ("LUCKY_GATEWAY_RESPONSE_HEADERS", "merge Cache-Control"));
        foreach (var (name, field) in new[] { ("a", a), ("b", b) })
        {
            gateway[name].Answer = async (context, _) =>
            {
                context.Response.ContentType = "application/json";
                context.Response.Headers.CacheControl = field;
                await context.Response.WriteAsync($$$"""{"data":{"{{{name}}}":"x"}}""");
            };
        }

        var answer = await gateway.PostAsync("{ a b }");

        Assert.Equal(expected.Split(", ").Order(), string.Join(", ", answer.Header("Cache-Control")).Split(", ").Order());
    }

    [Theory]
    [InlineData("LUCKY_GATEWAY_HEADERS", "forward X-A", "is no rule")]
    [InlineData("LUCKY_GATEWAY_HEADERS", "propagate Host", "cannot pass")]
    [InlineData("LUCKY_GATEWAY_RESPONSE_HEADERS", "merge Set-Cookie", "is no rule")]
    [InlineData("LUCKY_GATEWAY_HEADERS", "remove X A", "no name of a header")]
    public async Task A_malformed_rule_is_refused_by_name_at_start(string setting, string rules, string expected)
    {
        var servers = await ServersAsync();

        var error = await Record.ExceptionAsync(() => GatewayOver.StartAsync(servers, (setting, rules)));

        Assert.Contains(expected, error?.ToString() ?? "", StringComparison.Ordinal);
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public void What_a_rule_forwards_separates_callers()
    {
        var rules = new Transport.SubgraphOptions { Url = new Uri("http://a"), RequestHeaders = [new(Transport.HeaderRuleKind.Propagate, "X-Tenant")] };
        static Transport.RequestHeaders Of(string tenant, string trace) => new("Bearer x", trace, [new("X-Tenant", tenant)]);

        Assert.Equal(Of("1", "t1").IdentityFor(rules), Of("1", "t2").IdentityFor(rules));
        Assert.NotEqual(Of("1", "t1").IdentityFor(rules), Of("2", "t1").IdentityFor(rules));
        Assert.NotEqual(Of("1", "t1").Identity, Of("2", "t1").Identity);
        Assert.Equal("Bearer x", Of("1", "t1").IdentityFor(new Transport.SubgraphOptions { Url = new Uri("http://a") }));
    }
}
