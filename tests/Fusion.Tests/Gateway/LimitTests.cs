using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Tests.Execution;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.Fusion.Tests.Gateway;

public sealed class LimitTests
{
    private const string A = """
        type Query { a: String @cost(weight: "7") items(first: Int = 3): [Item] @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false) }
        type Item @key(fields: "id") { id: ID! name: String }
        """;

    private const string B = """
        type Query { itemById(id: ID!): Item @lookup @internal }
        type Item @key(fields: "id") { id: ID! price: Int @cost(weight: "2.5") }
        """;

    private static async Task<SourceServer[]> ServersAsync() =>
    [
        await SourceServer.StartAsync("a", A, new() { ["Query.a"] = static (_, _) => "A", ["Query.items"] = static (_, _) => Array.Empty<object>() }),
        await SourceServer.StartAsync("b", B),
    ];

    [Fact]
    public async Task Costs_are_composed_and_reported()
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync());

        var report = await gateway.PostAsync("{ a items(first: 10) { price } }", ("GraphQL-Cost", "report"));
        var validation = await gateway.PostAsync("{ a items { price } }", ("GraphQL-Cost", "validate"));

        // 7 of a, 1 of items, 10 prices of 2.5; 10 items and the query itself.
        Assert.Equal("""{"fieldCost":33,"typeCost":11}""", report.Json.GetProperty("extensions").GetProperty("operationCost").GetRawText());
        Assert.Equal("""{"fieldCost":15.5,"typeCost":4}""", validation.Json.GetProperty("extensions").GetProperty("operationCost").GetRawText());
        Assert.False(validation.Json.TryGetProperty("data", out _));
    }

    [Fact]
    public async Task An_operation_that_costs_too_much_is_refused_with_its_variables()
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync(), ("LUCKY_GATEWAY_MAX_TYPE_COST", "50"));
        Task<GatewayAnswer> Items(int n) => gateway.PostAsync(new { query = "query($n: Int) { items(first: $n) { name } }", variables = new { n } });

        Assert.Empty((await Items(20)).Errors);
        var asked = gateway["a"].Bodies.Count;
        Assert.Equal([ErrorCodes.Cost], (await Items(1000)).Codes);
        Assert.Equal([ErrorCodes.Cost], (await gateway.PostAsync("{ items(first: 1000) { name } }")).Codes);
        Assert.Equal(asked, gateway["a"].Bodies.Count);
    }

    [Theory]
    [InlineData("LUCKY_GATEWAY_MAX_ALIASES", "2", "{ x: a y: a ...F } fragment F on Query { z: a }")]
    [InlineData("LUCKY_GATEWAY_MAX_FIELDS", "2", "{ x: a y: a z: a }")]
    [InlineData("LUCKY_GATEWAY_MAX_DIRECTIVES", "1", "{ a @skip(if: false) @include(if: true) }")]
    [InlineData("LUCKY_GATEWAY_MAX_TOKENS", "3", "{ a items { id } }")]
    [InlineData("LUCKY_GATEWAY_MAX_DEPTH", "1", "{ ...F } fragment F on Query { items { id } }")]
    public async Task What_exceeds_a_limit_is_refused(string setting, string value, string document)
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync(), (setting, value));

        Assert.Equal([ErrorCodes.Limit], (await gateway.PostAsync(document)).Codes);
        Assert.Empty(gateway["a"].Bodies);
    }

    [Fact]
    public async Task In_production_only_callers_that_signed_in_may_introspect()
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync());

        Assert.Equal([GatewayErrorCodes.IntrospectionDisabled], (await gateway.PostAsync("{ __schema { queryType { name } } }")).Codes);
        Assert.Empty((await gateway.PostAsync("{ __typename a }")).Errors);
        Assert.Empty((await gateway.PostAsync("{ __schema { queryType { name } } }", ("Authorization", gateway.Token()))).Errors);
    }

    [Theory]
    [InlineData("everyone", false, true)]
    [InlineData("nobody", true, false)]
    public async Task Introspection_may_be_for_everyone_or_nobody(string setting, bool signedIn, bool allowed)
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync(), ("LUCKY_GATEWAY_INTROSPECTION", setting));

        var answer = await gateway.PostAsync("{ __type(name: \"Item\") { name } }", signedIn ? [("Authorization", gateway.Token())] : []);

        Assert.Equal(allowed, answer.Errors.Length == 0);
    }

    [Fact]
    public async Task Only_trusted_documents_are_executed_where_nothing_else_is_wanted()
    {
        var manifest = Path.GetTempFileName();
        await File.WriteAllTextAsync(manifest, """{"one":"{ a }"}""");
        await using var gateway = await GatewayOver.StartAsync(
            await ServersAsync(), ("LUCKY_GATEWAY_TRUSTED_DOCUMENTS", manifest), ("LUCKY_GATEWAY_ONLY_TRUSTED_DOCUMENTS", "true"));

        Assert.Equal("""{"a":"A"}""", (await gateway.PostAsync(new { documentId = "one" })).Data);
        Assert.Equal(["PERSISTED_QUERY_REQUIRED"], (await gateway.PostAsync("{ a }")).Codes);
        File.Delete(manifest);
    }

    [Fact]
    public async Task Clients_may_register_documents_by_hash_where_that_is_allowed()
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync(), ("LUCKY_GATEWAY_PERSISTED_QUERIES", "true"));
        var persistedQuery = new { version = 1, sha256Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("{ a }"))) };

        Assert.Equal([ErrorCodes.PersistedNotFound], (await gateway.PostAsync(new { extensions = new { persistedQuery } })).Codes);
        Assert.Empty((await gateway.PostAsync(new { query = "{ a }", extensions = new { persistedQuery } })).Errors);
        Assert.Equal("""{"a":"A"}""", (await gateway.PostAsync(new { extensions = new { persistedQuery } })).Data);
    }

    [Fact]
    public async Task Masked_errors_keep_their_code_path_and_service_and_the_extensions_on_the_list()
    {
        await using var gateway = await GatewayOver.StartAsync(
            await ServersAsync(), ("LUCKY_GATEWAY_MASK_ERRORS", "true"), ("LUCKY_GATEWAY_ERROR_EXTENSIONS", "retryable"));
        gateway["a"].Answer = Failing;

        var error = Assert.Single((await gateway.PostAsync("{ a }")).Errors);

        Assert.Equal("The request could not be completed.", error.GetProperty("message").GetString());
        Assert.Equal("""{"code":"OUT_OF_STOCK","service":"a","retryable":true}""", error.GetProperty("extensions").GetRawText());
        Assert.Equal("""["a"]""", error.GetProperty("path").GetRawText());
    }

    [Fact]
    public async Task Errors_pass_unchanged_by_default_and_from_subgraphs_that_are_exempt()
    {
        await using var plain = await GatewayOver.StartAsync(await ServersAsync());
        await using var exempt = await GatewayOver.StartAsync(await ServersAsync(), ("LUCKY_GATEWAY_MASK_ERRORS", "true"), ("LUCKY_GATEWAY_UNMASKED_SUBGRAPHS", "a"));
        foreach (var gateway in new[] { plain, exempt })
        {
            gateway["a"].Answer = Failing;
            var error = Assert.Single((await gateway.PostAsync("{ a }")).Errors);
            Assert.Equal("row 5 of table stock", error.GetProperty("message").GetString());
            Assert.Equal(JsonValueKind.String, error.GetProperty("extensions").GetProperty("sql").ValueKind);
        }
    }

    private static Task Failing(HttpContext context, string body)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            """{"data":{"a":null},"errors":[{"message":"row 5 of table stock","path":["a"],"extensions":{"code":"OUT_OF_STOCK","sql":"select","retryable":true}}]}""");
    }
}
