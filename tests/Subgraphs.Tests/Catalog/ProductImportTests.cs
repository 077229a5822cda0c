using System.Text.Json;
using LuckyGraph.Cli.Platform;
using LuckyGraph.Subgraphs.Tests.Shop;

namespace LuckyGraph.Subgraphs.Tests.Catalog;

[Collection("Shop")]
public sealed class ProductImportTests(ShopFixture shop)
{
    [Fact]
    public async Task A_discount_that_leaves_next_to_nothing_is_a_bad_row_and_the_others_are_imported()
    {
        var import = await shop.Seller().ImportAsync(shop, [
            new { sku = "D-1", title = "Nearly free", price = 1_000_000_000m, discountPercentage = 99.99999999999999999999999999m },
            new { sku = "D-2", title = "Fine", price = 1m, discountPercentage = 99m },
        ], "USD");

        Assert.Equal(1, import.At("productImport", "created").GetInt32());
        Assert.Equal("D-1", import.Text("productImport", "rowErrors", "0", "sku"));
    }

    [Fact]
    public async Task The_highest_price_is_taken_and_a_cent_more_is_a_bad_row()
    {
        var import = await shop.Seller().ImportAsync(shop, [new { sku = "M-1", title = "Dear", price = 10_000_000_000m }], "USD");
        var tooDear = await shop.Seller().ImportAsync(shop, [new { sku = "M-2", title = "Too dear", price = 10_000_000_000.01m }], "USD");

        Assert.Equal(1, import.At("productImport", "created").GetInt32());
        Assert.Equal(1, tooDear.At("productImport", "failed").GetInt32());
    }

    [Fact]
    public async Task The_same_rows_again_change_nothing()
    {
        var seller = shop.Seller();
        object[] rows = [new { sku = "A-1", title = "Blue mug", price = 12.5m, category = "kitchen-accessories", tags = new[] { "mug" }, images = new[] { "https://cdn.example/mug.webp" } }];

        var first = await seller.ImportAsync(shop, rows, "USD");
        var second = await seller.ImportAsync(shop, rows, "USD");

        Assert.Equal(1, first.At("productImport", "created").GetInt32());
        Assert.Equal(1, second.At("productImport", "unchanged").GetInt32());
        Assert.Equal(0, second.At("productImport", "created").GetInt32() + second.At("productImport", "updated").GetInt32());
        Assert.Equal(first.Text("productImport", "variants", "0", "variantId"), second.Text("productImport", "variants", "0", "variantId"));
    }

    [Fact]
    public async Task A_changed_row_updates_its_product()
    {
        var seller = shop.Seller();
        await seller.ImportAsync(shop, [new { sku = "A-1", title = "Mug", price = 12.5m }], "USD");

        var import = await seller.ImportAsync(shop, [new { sku = "A-1", title = "Big mug", price = 15m, discountPercentage = 25m }], "USD");

        Assert.Equal("UPDATED", import.Text("productImport", "variants", "0", "outcome"));
        var product = (await seller.CatalogAsync("query($id: ID!) { product(id: $id) { title variants { price { minor } compareAtPrice { minor } } } }",
            new { id = import.Text("productImport", "variants", "0", "productId") })).Data.GetProperty("product");
        Assert.Equal("Big mug", product.Text("title"));
        Assert.Equal(1500, product.At("variants", "0", "price", "minor").GetInt64());
        Assert.Equal(2000, product.At("variants", "0", "compareAtPrice", "minor").GetInt64());
    }

    [Fact]
    public async Task Bad_rows_are_told_with_number_and_reason_and_the_others_are_imported()
    {
        var import = await shop.Seller().ImportAsync(shop, [
            new { row = 11, sku = "OK", title = "Fine", price = 1m },
            new { row = 12, sku = "", title = "No SKU", price = 1m },
            new { row = 13, sku = "P", title = "Negative", price = -1m },
            new { row = 14, sku = "D", title = "Half a cent", price = 1.005m },
            new { row = 15, sku = "OK", title = "Twice", price = 1m },
            new { row = 16, sku = "C", title = "Category", price = 1m, category = "No Slug!" },
            new { row = 17, sku = "U", title = "Picture", price = 1m, images = new[] { "javascript:alert(1)" } },
        ], "USD");

        var result = import.GetProperty("productImport");
        Assert.Equal(1, result.GetProperty("created").GetInt32());
        Assert.Equal([12, 13, 14, 15, 16, 17], result.GetProperty("rowErrors").EnumerateArray().Select(e => e.GetProperty("row").GetInt32()));
        Assert.Contains("more decimals than USD", result.Text("rowErrors", "2", "reason"));
        Assert.Contains("row 11", result.Text("rowErrors", "3", "reason"));
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_happen_and_writes_nothing()
    {
        var seller = shop.Seller();

        var dry = await seller.ImportAsync(shop, [new { sku = "A", title = "Dry thing", price = 5m }], dryRun: true);

        Assert.Equal("CREATED", dry.Text("productImport", "variants", "0", "outcome"));
        Assert.True(dry.At("productImport", "variants", "0", "variantId").IsNull());
        var count = await seller.CatalogAsync("query($s: ID) { products(filter: { sellerId: $s }) { totalCount } }", new { s = JsonReading.Id("Seller", seller.SellerId!.Value) });
        Assert.Equal(0, count.Data.At("products", "totalCount").GetInt32());
    }

    [Fact]
    public async Task More_than_a_hundred_rows_are_refused_whole()
    {
        var rows = Enumerable.Range(0, 101).Select(i => (object)new { sku = $"S{i}", title = "Thing", price = 1m }).ToArray();

        var import = await shop.Seller().ImportAsync(shop, rows);

        Assert.Equal("ValidationError", import.Error());
        Assert.True(import.GetProperty("productImport").IsNull());
    }

    [Fact]
    public async Task Skus_of_two_sellers_do_not_meet()
    {
        object[] rows = [new { sku = "SAME", title = "Same thing", price = 5m }];

        var one = await shop.Seller().ImportAsync(shop, rows);
        var other = await shop.Seller().ImportAsync(shop, rows);

        Assert.Equal("CREATED", other.Text("productImport", "variants", "0", "outcome"));
        Assert.NotEqual(one.Text("productImport", "variants", "0", "variantId"), other.Text("productImport", "variants", "0", "variantId"));
    }

    [Fact]
    public async Task Customers_cannot_import()
    {
        var answer = await shop.Customer().CatalogAsync(
            "mutation { productsImport(input: { rows: [{ sku: \"A\", title: \"T\", price: 1 }], currency: KRW }) { productImport { created } } }");

        Assert.Equal("AUTH_NOT_AUTHORIZED", answer.ErrorCode);
    }

    [Fact]
    public async Task The_real_feed_is_imported_once_whatever_how_often()
    {
        var file = ProjectFolder.Path("..", "shared", "data", "catalog", "products.json");
        if (!File.Exists(file))
        {
            Console.WriteLine("Skipped: there is no ../shared/data/catalog/products.json.");
            return;
        }

        var seller = shop.Seller();
        object[] rows = [.. JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement.EnumerateArray().Select(p => (object)new
        {
            sku = p.Text("sku"),
            title = p.Text("title"),
            description = p.Text("description"),
            category = p.Text("category"),
            price = p.GetProperty("price").GetDecimal(),
            discountPercentage = p.GetProperty("discountPercentage").GetDecimal(),
            brand = p.TryGetProperty("brand", out var brand) ? brand.GetString() : null,
            tags = p.GetProperty("tags"),
            rating = p.GetProperty("rating").GetDecimal(),
            barcode = p.Text("meta", "barcode"),
            images = p.GetProperty("images"),
            thumbnail = p.Text("thumbnail"),
        })];

        var created = 0;
        var unchanged = 0;
        foreach (var _ in new[] { 1, 2 })
        {
            foreach (var chunk in rows.Chunk(100))
            {
                var import = (await seller.ImportAsync(shop, chunk, "USD")).GetProperty("productImport");
                Assert.Equal(0, import.GetProperty("failed").GetInt32());
                created += import.GetProperty("created").GetInt32();
                unchanged += import.GetProperty("unchanged").GetInt32();
            }
        }

        Assert.Equal(194, created);
        Assert.Equal(194, unchanged);
        var categories = (await shop.Anonymous.CatalogAsync("{ categories { slug name } }")).Data.GetProperty("categories");
        Assert.Contains(categories.EnumerateArray(), c => c.Text("slug") == "mens-shirts" && c.Text("name") == "Mens shirts");
    }

    [Fact]
    public async Task Fifty_products_with_all_below_them_cost_one_statement_per_level()
    {
        var seller = shop.Seller();
        await seller.ImportAsync(shop, [.. Enumerable.Range(0, 60).Select(i => (object)new { sku = $"B{i}", title = $"Budget {i}", price = 10m, category = $"budget-{i % 7}" })]);
        var sellerId = JsonReading.Id("Seller", seller.SellerId!.Value);

        var answer = await shop.Anonymous.CatalogAsync(
            "query($s: ID) { products(first: 50, filter: { sellerId: $s }) { nodes { title category { name } variants { id price { amount } product { slug } } media { url } } } }",
            new { s = sellerId });

        Assert.Equal(50, answer.Data.At("products", "nodes").GetArrayLength());
        // Products; categories, variants and pictures; the variants' products.
        Assert.Equal(5, answer.SqlStatements);
        var ids = answer.Data.At("products", "nodes").EnumerateArray().Select(p => new { id = p.Text("variants", "0", "id") }).ToArray();
        using var request = shop.Anonymous.Request(shop.OrdersUrl, "query($id: ID!) { productVariantById(id: $id) { availability { available inStock } } }", ids);
        using var response = await shop.Http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        Assert.Equal("1", response.Headers.GetValues("X-Sql-Statements").Single());
    }
}
