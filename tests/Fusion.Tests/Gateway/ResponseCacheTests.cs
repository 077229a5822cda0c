using System.Net;
using System.Net.Http.Json;
using LuckyGraph.Engine.Tests.Subscriptions;
using LuckyGraph.Fusion.Tests.Execution;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.Fusion.Tests.Gateway;

public sealed class ResponseCacheTests(PrivateRedis redis) : IClassFixture<PrivateRedis>
{
    private const string CacheControl = """
        directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
        enum CacheControlScope { PUBLIC PRIVATE }
        """;

    private const string Products = CacheControl + """
        type Query {
          top: [Product] @cacheControl(maxAge: 60)
          fresh: [Brand]
          mine: [Product] @cacheControl(maxAge: 60, scope: PRIVATE)
          plain: String
          found(id: ID!): Found @cacheControl(maxAge: 60)
        }
        union Found = Product | Shop
        type Product @key(fields: "id") @cacheControl(maxAge: 240) { id: ID! name: String shop: Shop @cacheControl(inheritMaxAge: true) brand: Brand }
        type Shop { name: String }
        type Brand { name: String }
        """;

    private const string Stock = CacheControl + """
        type Query { productById(id: ID!): Product @lookup @internal }
        type Product @key(fields: "id") { id: ID! inStock: Boolean @cacheControl(maxAge: 10) }
        """;

    private static async Task<SourceServer[]> ServersAsync()
    {
        static object? List(IReadOnlyDictionary<string, object?> parent, IReadOnlyDictionary<string, object?> arguments)
            => new[] { ShopServers.Map(("id", "1"), ("name", "One"), ("shop", ShopServers.Map(("name", "S"))), ("brand", ShopServers.Map(("name", "B")))) };
        return
        [
            await SourceServer.StartAsync("products", Products, new()
            {
                ["Query.found"] = static (_, a) => a["id"] is "1" ? ShopServers.Map(("__typename", "Product"), ("id", "1"), ("name", "One")) : null,
                ["Query.top"] = List, ["Query.fresh"] = List, ["Query.mine"] = List, ["Query.plain"] = static (_, _) => "p",
            }),
            await SourceServer.StartAsync("stock", Stock, new() { ["Query.productById"] = static (_, a) => ShopServers.Map(("id", a["id"]), ("inStock", true)) }),
        ];
    }

    private static Task<GatewayOver> StartAsync(SourceServer[] servers, params (string, string)[] more)
        => GatewayOver.StartAsync(servers, [("LUCKY_GATEWAY_CACHE", "memory"), ("LUCKY_GATEWAY_ADMIN_SECRET", "open sesame"), .. more]);

    [Theory]
    [InlineData("{ top { name } }", 60)]
    [InlineData("{ top { name shop { name } } }", 60)]
    [InlineData("{ top { name inStock } }", 10)]
    [InlineData("query($no: Boolean = false) { top { name inStock @include(if: $no) } }", 10)]
    public async Task A_public_query_is_answered_once_for_all(string query, int maxAge)
    {
        await using var gateway = await StartAsync(await ServersAsync());

        var first = await gateway.PostAsync(query);
        var asked = gateway["products"].Bodies.Count;
        var second = await gateway.PostAsync(query);

        Assert.Equal(first.Text, second.Text);
        Assert.Equal(asked, gateway["products"].Bodies.Count);
        Assert.Equal(["max-age=" + maxAge, "public"], string.Join(", ", first.Header("Cache-Control")).Split(", ").Order());
        Assert.Equal(["0"], first.Header("Age"));
        Assert.NotEmpty(second.Header("Age"));
        Assert.Contains("Authorization", string.Join(",", second.Header("Vary")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ fresh { name } }")]
    [InlineData("{ top { brand { name } } }")]
    [InlineData("{ mine { name } }")]
    [InlineData("{ top { name } plain }")]
    public async Task What_may_not_be_stored_is_not(string query)
    {
        await using var gateway = await StartAsync(await ServersAsync());

        var first = await gateway.PostAsync(query);
        var asked = gateway["products"].Bodies.Count;
        await gateway.PostAsync(query);

        Assert.Empty(first.Errors);
        Assert.Equal(["no-store"], first.Header("Cache-Control"));
        Assert.Equal(asked * 2, gateway["products"].Bodies.Count);
    }

    [Fact]
    public async Task Callers_that_signed_in_are_neither_answered_from_the_store_nor_stored()
    {
        await using var gateway = await StartAsync(await ServersAsync());
        var signedIn = ("Authorization", gateway.Token());

        await gateway.PostAsync("{ top { name } }", signedIn);
        await gateway.PostAsync("{ top { name } }");
        await gateway.PostAsync("{ top { name } }", signedIn);

        Assert.Equal(3, gateway["products"].Bodies.Count);
    }

    [Fact]
    public async Task Variables_operation_names_and_forwarded_headers_keep_answers_apart()
    {
        await using var gateway = await StartAsync(await ServersAsync(), ("LUCKY_GATEWAY_HEADERS", "propagate Accept-Language"));
        const string Query = "query A($s: Boolean = true) { top { name @include(if: $s) id } } query B($s: Boolean = true) { top { id @include(if: $s) } }";
        foreach (var (body, language) in new (object, string)[]
        {
            (new { query = Query, operationName = "A" }, "de"),
            (new { query = Query, operationName = "B" }, "de"),
            (new { query = Query, operationName = "A", variables = new { s = false } }, "de"),
            (new { query = Query, operationName = "A" }, "fr"),
        })
        {
            var before = gateway["products"].Bodies.Count;
            await gateway.PostAsync(body, ("Accept-Language", language));
            Assert.Equal(before + 1, gateway["products"].Bodies.Count);
            await gateway.PostAsync(body, ("Accept-Language", language));
            Assert.Equal(before + 1, gateway["products"].Bodies.Count);
        }
    }

    [Theory]
    [InlineData("{ top { name } }", "public, max-age=5", "max-age=5, public")]
    [InlineData("{ top { name } }", "no-store", "no-store")]
    [InlineData("{ top { name } }", "private, max-age=100", "no-store")]
    [InlineData("{ plain }", "public, max-age=7", "max-age=7, public")]
    public async Task What_a_subgraph_says_counts_too(string query, string field, string expected)
    {
        await using var gateway = await StartAsync(await ServersAsync());
        gateway["products"].Answer = (context, _) =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.CacheControl = field;
            return context.Response.WriteAsync("""{"data":{"top":[{"name":"One"}],"plain":"p"}}""");
        };

        var answer = await gateway.PostAsync(query);

        Assert.Equal(expected, string.Join(", ", string.Join(", ", answer.Header("Cache-Control")).Split(", ").Order()));
    }

    [Fact]
    public async Task Answers_with_errors_are_not_stored()
    {
        await using var gateway = await StartAsync(await ServersAsync());
        gateway["products"].Answer = static (context, _) =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"data":{"top":null},"errors":[{"message":"no","path":["top"]}]}""");
        };

        var answer = await gateway.PostAsync("{ top { name } }");
        gateway["products"].Answer = null;

        Assert.Equal(["no-store"], answer.Header("Cache-Control"));
        Assert.Empty((await gateway.PostAsync("{ top { name } }")).Errors);
    }

    [Theory]
    [InlineData("Product", true)]
    [InlineData("Query.top", true)]
    [InlineData("Shop", false)]
    public async Task A_tag_lets_go_what_is_made_of_it(string tag, bool goes)
    {
        await using var gateway = await StartAsync(await ServersAsync());
        await gateway.PostAsync("{ top { name } }");

        Assert.Equal(HttpStatusCode.Forbidden, await InvalidateAsync(gateway, "wrong", tag));
        Assert.Equal(HttpStatusCode.NoContent, await InvalidateAsync(gateway, "open sesame", tag));
        await gateway.PostAsync("{ top { name } }");

        Assert.Equal(goes ? 2 : 1, gateway["products"].Bodies.Count);
    }

    [Theory]
    [InlineData("{ top { id name } }", "Product:1", true)]
    [InlineData("{ top { id name } }", "Product:2", false)]
    [InlineData("{ top { key: id name } }", "Product:1", true)]
    [InlineData("{ top { key: id name inStock } }", "Product:2", false)]
    [InlineData("query($i: Boolean = true) { top { name id @skip(if: $i) } }", "Product:2", true)]
    [InlineData("{ top { name } }", "Product:2", true)]
    [InlineData("{ top { id shop { name } } }", "Shop:1", false)]
    [InlineData("{ found(id: 1) { ... on Product { id name } } }", "Product:1", true)]
    [InlineData("{ found(id: 1) { ... on Product { id name } } }", "Product:2", false)]
    [InlineData("{ found(id: 2) { __typename ... on Product { id name } } }", "Product:2", true)]
    public async Task An_entity_lets_go_the_answers_that_hold_it_or_do_not_say_which_they_hold(string query, string tag, bool goes)
    {
        await using var gateway = await StartAsync(await ServersAsync());
        await gateway.PostAsync(query);
        var asked = gateway["products"].Bodies.Count;

        Assert.Equal(HttpStatusCode.NoContent, await InvalidateAsync(gateway, "open sesame", tag));
        Assert.Empty((await gateway.PostAsync(query)).Errors);

        Assert.Equal(goes ? asked + 1 : asked, gateway["products"].Bodies.Count);
    }

    [Theory]
    [InlineData("Product")]
    [InlineData("Product:1")]
    public async Task What_is_fetched_while_a_tag_is_invalidated_is_not_stored(string tag)
    {
        await using var gateway = await StartAsync(await ServersAsync());
        var (asked, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway["products"].Answer = async (context, _) =>
        {
            asked.TrySetResult();
            await release.Task;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"data":{"top":[{"id":"1","name":"Old"}]}}""");
        };
        var running = gateway.PostAsync("{ top { id name } }");
        await asked.Task;
        await InvalidateAsync(gateway, "open sesame", tag);
        release.SetResult();
        await running;
        gateway["products"].Answer = null;

        Assert.Contains("One", (await gateway.PostAsync("{ top { id name } }")).Text, StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task Gateways_share_answers_and_invalidations_in_Redis_and_do_without_it()
    {
        (string, string)[] settings =
        [
            ("LUCKY_GATEWAY_CACHE", "redis"), ("LUCKY_GATEWAY_REDIS", redis.Configuration), ("LUCKY_GATEWAY_REDIS_PREFIX", $"{Guid.NewGuid()}:"),
            ("LUCKY_GATEWAY_REDIS_TIMEOUT_MS", "5000"),
        ];
        await using var one = await StartAsync(await ServersAsync(), settings);
        await using var two = await StartAsync(await ServersAsync(), settings);

        const string Query = "{ top { id name } }";
        var first = await one.PostAsync(Query);
        var second = await two.PostAsync(Query);
        Assert.Equal(first.Text, second.Text);
        Assert.Empty(two["products"].Bodies);

        Assert.Equal(HttpStatusCode.NoContent, await InvalidateAsync(one, "open sesame", "Product:2"));
        await two.PostAsync(Query);
        Assert.Empty(two["products"].Bodies);

        Assert.Equal(HttpStatusCode.NoContent, await InvalidateAsync(one, "open sesame", "Product:1"));
        await two.PostAsync(Query);
        Assert.Single(two["products"].Bodies);
        await one.PostAsync(Query);
        Assert.Single(one["products"].Bodies);

        Assert.Equal(HttpStatusCode.NoContent, await InvalidateAsync(two, "open sesame", "Product"));
        await one.PostAsync(Query);
        Assert.Equal(2, one["products"].Bodies.Count);

        await redis.StopAsync();
        Assert.Empty((await two.PostAsync(Query)).Errors);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await InvalidateAsync(one, "open sesame", "Product"));
    }

    [Fact]
    public async Task Nothing_is_stored_and_nobody_may_invalidate_by_default()
    {
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync());

        await gateway.PostAsync("{ top { name } }");
        await gateway.PostAsync("{ top { name } }");

        Assert.Equal(2, gateway["products"].Bodies.Count);
        Assert.Equal(HttpStatusCode.NotFound, await InvalidateAsync(gateway, "", "Product"));
    }

    private static async Task<HttpStatusCode> InvalidateAsync(GatewayOver gateway, string secret, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/cache/invalidate") { Content = JsonContent.Create(new { tags = new[] { tag } }) };
        request.Headers.Add("X-Admin-Secret", secret);
        using var response = await gateway.Http.SendAsync(request);
        return response.StatusCode;
    }
}
