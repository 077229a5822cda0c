using System.Text.Json;
using LuckyGraph.Subgraphs.Tests.Shop;

namespace LuckyGraph.Subgraphs.Tests.Catalog;

[Collection("Shop")]
public sealed class ProductTests(ShopFixture shop)
{
    private const string ById = "query($id: ID!) { product(id: $id) { title status version } }";

    [Fact]
    public async Task A_price_range_may_reach_beyond_all_prices()
    {
        var seller = shop.Seller();
        await seller.ImportAsync(shop, [new { sku = "R-1", title = "In range", price = 10m }], "USD");

        async Task<int> CountAsync(string range) => (await seller.CatalogAsync(
            $"query($seller: ID!) {{ products(filter: {{ sellerId: $seller, price: {{ {range}, currency: USD }} }}) {{ nodes {{ id }} }} }}",
            new { seller = JsonReading.Id("Seller", seller.SellerId!.Value) })).Data.At("products", "nodes").GetArrayLength();

        Assert.Equal(1, await CountAsync("min: -79228162514264337593543950335, max: 79228162514264337593543950335"));
        Assert.Equal(0, await CountAsync("min: 79228162514264337593543950335"));
        Assert.Equal(0, await CountAsync("max: -79228162514264337593543950335"));
    }

    [Fact]
    public async Task Searching_for_text_that_no_database_can_hold_is_the_callers_mistake()
    {
        foreach (var query in new[] { "query($q: String!) { products(filter: { query: $q }) { nodes { id } } }", "query($q: String!) { product(slug: $q) { id } }" })
        {
            var answer = await shop.Anonymous.CatalogAsync(query, new { q = "a\0b" });

            Assert.Equal("BAD_USER_INPUT", answer.ErrorCode);
            Assert.DoesNotContain("Exception", answer.Text);
        }
    }

    [Fact]
    public async Task A_draft_is_seen_by_its_seller_and_administrators_only()
    {
        var seller = shop.Seller();
        var id = (await CreateAsync(seller, "Secret thing")).Text("id");

        Assert.Equal("Secret thing", (await seller.CatalogAsync(ById, new { id })).Data.Text("product", "title"));
        Assert.Equal("DRAFT", (await shop.Admin().CatalogAsync(ById, new { id })).Data.Text("product", "status"));
        foreach (var other in new[] { shop.Anonymous, shop.Customer(), shop.Seller() })
        {
            Assert.True((await other.CatalogAsync(ById, new { id })).Data.GetProperty("product").IsNull());
            var listed = await other.CatalogAsync("{ products(first: 100, filter: { query: \"Secret\" }) { nodes { id } } }");
            Assert.DoesNotContain(listed.Data.At("products", "nodes").EnumerateArray(), p => p.Text("id") == id);
        }
    }

    [Fact]
    public async Task A_drafts_variant_is_hidden_with_it()
    {
        var seller = shop.Seller();
        var product = await CreateAsync(seller, "Hidden");
        var variant = await UpsertAsync(seller, product.Text("id"), "H-1", 100m);

        const string query = "query($id: ID!) { productVariant(id: $id) { sku product { title } } }";
        var id = variant.Text("productVariant", "id");

        Assert.Equal("H-1", (await seller.CatalogAsync(query, new { id })).Data.Text("productVariant", "sku"));
        Assert.True((await shop.Anonymous.CatalogAsync(query, new { id })).Data.GetProperty("productVariant").IsNull());
    }

    [Fact]
    public async Task A_product_needs_a_variant_to_be_published_and_is_seen_by_all_then()
    {
        var seller = shop.Seller();
        var product = await CreateAsync(seller, "Soon public");
        var early = await MoveAsync(seller, "productPublish", product.Text("id"), 1);
        await UpsertAsync(seller, product.Text("id"), "P-1", 100m);
        var published = await MoveAsync(seller, "productPublish", product.Text("id"), 2);

        Assert.Equal("ValidationError", early.Error());
        Assert.Equal("PUBLISHED", published.Text("product", "status"));
        Assert.Equal("Soon public", (await shop.Anonymous.CatalogAsync(ById, new { id = product.Text("id") })).Data.Text("product", "title"));
    }

    [Fact]
    public async Task An_edit_on_an_old_version_is_refused_with_the_current_one()
    {
        var seller = shop.Seller();
        var product = await CreateAsync(seller, "First");
        await UpdateAsync(seller, product.Text("id"), 1, "Second");

        var answer = await seller.CatalogAsync(
            "mutation($id: ID!) { productUpdate(input: { productId: $id, expectedVersion: 1, title: \"Third\" }) { errors { ... on ConflictError { code currentVersion } } } }",
            new { id = product.Text("id") });

        Assert.Equal(2, answer.Data.At("productUpdate", "errors", "0", "currentVersion").GetInt32());
        Assert.Equal("Second", (await seller.CatalogAsync(ById, new { id = product.Text("id") })).Data.Text("product", "title"));
    }

    [Fact]
    public async Task Markup_in_a_description_is_shown_and_not_run()
    {
        var payload = await shop.Seller().MutateAsync(shop.CatalogUrl, "productCreate", "ProductCreateInput",
            new { title = "Sly", description = "<script>alert(1)</script>\nSecond line" }, "product { descriptionHtml }");

        Assert.Equal("&lt;script&gt;alert(1)&lt;/script&gt;<br>Second line", payload.Text("product", "descriptionHtml"));
    }

    [Fact]
    public async Task Another_seller_cannot_touch_a_product()
    {
        var product = await CreateAsync(shop.Seller(), "Mine");
        var other = shop.Seller();

        Assert.Equal("NotFoundError", (await UpdateAsync(other, product.Text("id"), 1, "Stolen")).Error());
        Assert.Equal("NotFoundError", (await MoveAsync(other, "productArchive", product.Text("id"), 1)).Error());
        Assert.Equal("NotFoundError", (await UpsertAsync(other, product.Text("id"), "X", 1m)).Error());
    }

    [Fact]
    public async Task An_archived_product_is_final()
    {
        var seller = shop.Seller();
        var product = await CreateAsync(seller, "Old");
        await MoveAsync(seller, "productArchive", product.Text("id"), 1);

        Assert.Equal("InvalidTransitionError", (await UpdateAsync(seller, product.Text("id"), 2, "New")).Error());
        Assert.Equal("InvalidTransitionError", (await UpsertAsync(seller, product.Text("id"), "O-1", 1m)).Error());
        Assert.Equal("InvalidTransitionError", (await MoveAsync(seller, "productUnpublish", product.Text("id"), 2)).Error());
    }

    [Fact]
    public async Task A_list_is_paged_both_ways_without_gap_or_repetition()
    {
        var seller = shop.Seller();
        await seller.ImportAsync(shop, [.. Enumerable.Range(0, 25).Select(i => (object)new { sku = $"P{i}", title = $"Paged {i % 5}", price = 10m + (i % 3) })]);
        var sellerId = JsonReading.Id("Seller", seller.SellerId!.Value);
        foreach (var field in new[] { "NEWEST", "PRICE", "TITLE", "RATING" })
        {
            foreach (var direction in new[] { "ASC", "DESC" })
            {
                var whole = await PageAsync(sellerId, field, direction, "first: 100");
                var forward = await WalkAsync(sellerId, field, direction, c => $"first: 7, after: {Quote(c)}", "hasNextPage", "endCursor");
                var backward = await WalkAsync(sellerId, field, direction, c => $"last: 7, before: {Quote(c)}", "hasPreviousPage", "startCursor");

                Assert.Equal(25, whole.Ids.Count);
                Assert.Equal(whole.Ids, forward.SelectMany(p => p));
                Assert.Equal(whole.Ids, Enumerable.Reverse(backward).SelectMany(p => p));
            }
        }
    }

    [Theory]
    [InlineData("first: 101", "at most 100")]
    [InlineData("first: -1", "negative")]
    [InlineData("first: 1, last: 1", "not both")]
    [InlineData("after: \"nonsense\"", "malformed")]
    public async Task Wrong_paging_arguments_are_refused_clearly(string arguments, string message)
    {
        var answer = await shop.Anonymous.CatalogAsync($"{{ products({arguments}) {{ nodes {{ id }} }} }}");

        Assert.Equal("BAD_USER_INPUT", answer.ErrorCode);
        Assert.Contains(message, answer.ErrorMessage);
    }

    [Fact]
    public async Task A_cursor_of_another_sort_order_is_refused()
    {
        var seller = shop.Seller();
        await seller.ImportAsync(shop, [new { sku = "C", title = "Cursor", price = 1m }]);
        var page = await shop.Anonymous.CatalogAsync("{ products(first: 1) { pageInfo { endCursor } } }");

        var answer = await shop.Anonymous.CatalogAsync(
            "query($c: String) { products(after: $c, sort: { field: PRICE }) { nodes { id } } }", new { c = page.Data.Text("products", "pageInfo", "endCursor") });

        Assert.Contains("another list or sort order", answer.ErrorMessage);
    }

    [Fact]
    public async Task Filters_narrow_down()
    {
        var seller = shop.Seller();
        await seller.ImportAsync(shop, [
            new { sku = "F1", title = "Cheap red 100% lamp", price = 10m, tags = new[] { "red", "lamp" }, category = "lamps-of-filter" },
            new { sku = "F2", title = "Dear red chair", price = 90m, tags = new[] { "red" } },
            new { sku = "F3", title = "Blue chair", price = 50m, tags = new[] { "blue" } },
        ]);
        var own = $"sellerId: \"{JsonReading.Id("Seller", seller.SellerId!.Value)}\"";
        var categories = (await shop.Anonymous.CatalogAsync("{ categories { id slug } }")).Data.GetProperty("categories");
        var category = categories.EnumerateArray().Single(c => c.Text("slug") == "lamps-of-filter").Text("id");

        Assert.Equal("F1 F2", await SkusAsync($"{own}, tags: [\"red\"]"));
        Assert.Equal("", await SkusAsync($"{own}, tags: []"));
        Assert.Equal("F3", await SkusAsync($"{own}, price: {{ min: 20, max: 60, currency: KRW }}"));
        Assert.Equal("", await SkusAsync($"{own}, price: {{ min: 20, currency: USD }}"));
        Assert.Equal("F2 F3", await SkusAsync($"{own}, query: \"CHAIR\""));
        Assert.Equal("F1", await SkusAsync($"{own}, query: \"100%\""));
        Assert.Equal("F1", await SkusAsync($"{own}, categoryId: \"{category}\""));
        Assert.Equal("", await SkusAsync($"{own}, status: [DRAFT]"));
    }

    private async Task<string> SkusAsync(string filter)
        => string.Join(' ', (await shop.Anonymous.CatalogAsync($"{{ products(filter: {{ {filter} }}, sort: {{ field: NEWEST, direction: ASC }}) {{ nodes {{ variants {{ sku }} }} }} }}"))
            .Data.At("products", "nodes").EnumerateArray().Select(p => p.Text("variants", "0", "sku")).Order(StringComparer.Ordinal));

    private static string Quote(string? cursor) => cursor is null ? "null" : $"\"{cursor}\"";

    private async Task<(List<string> Ids, JsonElement PageInfo)> PageAsync(string sellerId, string field, string direction, string paging)
    {
        var page = (await shop.Anonymous.CatalogAsync(
            $"{{ products(filter: {{ sellerId: \"{sellerId}\" }}, sort: {{ field: {field}, direction: {direction} }}, {paging}) {{ edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"))
            .Data.GetProperty("products");
        return ([.. page.GetProperty("edges").EnumerateArray().Select(e => e.Text("node", "id"))], page.GetProperty("pageInfo"));
    }

    private async Task<List<List<string>>> WalkAsync(string sellerId, string field, string direction, Func<string?, string> paging, string more, string cursor)
    {
        var pages = new List<List<string>>();
        string? at = null;
        while (true)
        {
            var (ids, info) = await PageAsync(sellerId, field, direction, paging(at));
            pages.Add(ids);
            if (!info.GetProperty(more).GetBoolean())
            {
                return pages;
            }

            at = info.Text(cursor);
        }
    }

    private async Task<JsonElement> CreateAsync(Caller seller, string title)
    {
        var payload = await seller.MutateAsync(shop.CatalogUrl, "productCreate", "ProductCreateInput", new { title }, "product { id version status }");
        Assert.Null(payload.Error());
        return payload.GetProperty("product");
    }

    private Task<JsonElement> UpdateAsync(Caller seller, string productId, int expectedVersion, string title)
        => seller.MutateAsync(shop.CatalogUrl, "productUpdate", "ProductUpdateInput", new { productId, expectedVersion, title }, "product { id version }");

    private Task<JsonElement> MoveAsync(Caller seller, string mutation, string productId, int expectedVersion)
        => seller.MutateAsync(shop.CatalogUrl, mutation, $"{char.ToUpperInvariant(mutation[0])}{mutation[1..]}Input", new { productId, expectedVersion }, "product { status }");

    private Task<JsonElement> UpsertAsync(Caller seller, string productId, string sku, decimal price)
        => seller.MutateAsync(shop.CatalogUrl, "variantUpsert", "VariantUpsertInput", new { productId, sku, price, currency = "KRW" }, "productVariant { id sku }");
}
