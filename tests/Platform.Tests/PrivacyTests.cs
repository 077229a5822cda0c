using System.Net;
using System.Text.Json;

namespace LuckyGraph.Platform.Tests;

/// <summary>What is private stays private, asked from outside as nobody, as another customer and as another seller.</summary>
[Collection("platform")]
public sealed class PrivacyTests(PlatformFixture platform)
{
    [Fact]
    public async Task Nobody_sees_a_viewer_or_changes_anything()
    {
        var viewer = await platform.Anonymous.AskAsync("{ viewer { id email phone addresses { phone } orders { nodes { number } } } }");
        Assert.Equal(JsonValueKind.Null, viewer.Data.GetProperty("viewer").ValueKind);
        foreach (var mutation in new[]
        {
            "mutation { cartLinesAdd(input: { lines: [] }) { cart { id } } }",
            "mutation { addressCreate(input: { recipient: \"a\", phone: \"b\", postalCode: \"c\", roadAddress: \"d\" }) { address { id } } }",
            "mutation { profileUpdate(input: { nickname: \"x\" }) { viewer { id } } }",
            "mutation { productCreate(input: { title: \"x\" }) { product { id } } }",
            "mutation { sessionRevokeAll { revokedCount } }",
        })
        {
            var answer = await platform.Anonymous.AskAsync(mutation);
            Assert.True(answer.Errors.Count > 0, $"{mutation}: {answer}");
            Assert.Contains(answer.Code, new[] { "AUTH_NOT_AUTHENTICATED", "GRAPHQL_VALIDATION_FAILED" });
        }
    }

    [Fact]
    public async Task Another_customer_and_another_seller_see_nothing_of_an_order()
    {
        var orderId = await NewOrderAsync();
        var customer = new GraphCaller(platform.GatewayUrl, await platform.StrangerAsync("CUSTOMER"));
        var seller = new GraphCaller(platform.GatewayUrl, await platform.StrangerAsync("SELLER"));
        foreach (var stranger in new[] { platform.Anonymous, customer, seller })
        {
            var order = await stranger.AskAsync("query($id: ID!) { order(id: $id) { number status shippingAddress { phone } } }", new { id = orderId });
            Assert.True(!order.Body.TryGetProperty("data", out var data) || data.ValueKind == JsonValueKind.Null || data.GetProperty("order").ValueKind == JsonValueKind.Null, order.ToString());
            var cancel = await stranger.AskAsync(
                "mutation($input: OrderCancelInput!) { orderCancel(input: $input) { order { status } errors { __typename } } }",
                new { input = new { orderId, reason = "mine now", idempotencyKey = Guid.NewGuid() } });
            Assert.False(cancel.Errors.Count == 0 && cancel.Data.GetProperty("orderCancel").GetProperty("order").ValueKind == JsonValueKind.Object, cancel.ToString());
        }

        var own = await seller.AskAsync("{ orders(first: 10) { nodes { number } } }");
        Assert.Equal(0, own.Data.GetProperty("orders").GetProperty("nodes").GetArrayLength());
    }

    [Fact]
    public async Task Another_seller_neither_sees_a_draft_nor_changes_a_product()
    {
        var created = await platform.Seller.AskAsync(
            "mutation { productCreate(input: { title: \"Secret plan\" }) { product { id version } errors { ... on UserError { message } } } }");
        var product = created.Data.GetProperty("productCreate").GetProperty("product");
        var id = product.GetProperty("id").GetString();
        var stranger = new GraphCaller(platform.GatewayUrl, await platform.StrangerAsync("SELLER"));
        foreach (var caller in new[] { stranger, platform.Anonymous })
        {
            var seen = await caller.AskAsync("query($id: ID!) { product(id: $id) { title } }", new { id });
            Assert.Equal(JsonValueKind.Null, seen.Data.GetProperty("product").ValueKind);
        }

        var changed = await stranger.AskAsync(
            "mutation($input: ProductUpdateInput!) { productUpdate(input: $input) { product { id } errors { __typename } } }",
            new { input = new { productId = id, expectedVersion = product.GetProperty("version").GetInt32(), title = "Mine" } });
        Assert.Equal(JsonValueKind.Null, changed.Data.GetProperty("productUpdate").GetProperty("product").ValueKind);
        var mine = await platform.Seller.AskAsync("query($id: ID!) { product(id: $id) { title } }", new { id });
        Assert.Equal("Secret plan", mine.Data.GetProperty("product").GetProperty("title").GetString());
    }

    [Fact]
    public async Task Fields_that_only_the_gateway_may_ask_are_not_in_its_schema()
    {
        foreach (var query in new[] { "{ viewerById(id: \"x\") { id } }", "{ productVariantById(id: \"x\") { id } }" })
        {
            Assert.Equal("GRAPHQL_VALIDATION_FAILED", (await platform.Anonymous.AskAsync(query)).Code);
        }
    }

    [Fact]
    public async Task A_forged_or_expired_token_is_refused()
    {
        var good = await platform.StrangerAsync("ADMIN");
        var expired = await platform.StrangerAsync("ADMIN", TimeSpan.FromMinutes(-30));
        var unsigned = $"{good[..good.LastIndexOf('.')]}.{new string('A', 86)}";
        foreach (var token in new[] { expired, unsigned, "nonsense" })
        {
            var answer = await new GraphCaller(platform.GatewayUrl, token).AskAsync("{ categories { name } }");
            Assert.Equal("AUTH_NOT_AUTHENTICATED", answer.Code);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        }
    }

    private async Task<string> NewOrderAsync()
    {
        var output = await NodeClient.RunAsync("order.mjs", platform.ScriptEnvironment());
        return output.Trim().Split('\n')[^1];
    }
}
