using System.Text.Json;
using Xunit.Abstractions;

namespace LuckyGraph.Platform.Tests;

[Collection("platform")]
public sealed class StoryTests(PlatformFixture platform, ITestOutputHelper output)
{
    [Fact]
    public async Task A_customer_registers_browses_buys_watches_and_sees_an_unpaid_order_end()
        => output.WriteLine(await NodeClient.RunAsync("story.mjs", platform.ScriptEnvironment()));

    [Fact]
    public async Task The_explorer_loads_in_a_browser_without_network_and_runs_its_first_query()
        => output.WriteLine(await NodeClient.RunAsync("explorer.mjs", platform.ScriptEnvironment()));

    [Fact]
    public async Task The_feed_is_imported_whole_and_again_changes_nothing()
    {
        if (PlatformFixture.ProductFile is not { } file)
        {
            output.WriteLine("skipped: ../shared/data/catalog/products.json is absent; the other tests use a small feed of their own");
            return;
        }

        Assert.Equal(194, platform.Imported.Created + platform.Imported.Unchanged);
        Assert.Empty(platform.Imported.BadRows);
        var again = await platform.ImportAsync(file);
        Assert.Equal((0, 0, 194, 0), (again.Created, again.Updated, again.Unchanged, again.StockChanged));
        var categories = await platform.Anonymous.AskAsync("{ categories { name } }");
        Assert.Equal(24, categories.Data.GetProperty("categories").GetArrayLength());
    }

    [Fact]
    public async Task A_bad_row_is_named_by_line_and_the_others_are_imported()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("lucky-feed-").FullName, "feed.csv");
        await File.WriteAllTextAsync(file, "sku,title,category,price,stock\nCSV-1,\"Mug, blue\",mugs,9.50,5\nCSV-2,Broken,mugs,cheap,5\nCSV-3,,mugs,1,1\nCSV-1,Twice,mugs,2,2\nCSV-4,Shirt,shirts,20,7\n");
        var report = await platform.ImportAsync(file);
        Assert.Equal(2, report.Created);
        Assert.Equal([3, 4, 5], report.BadRows.Select(r => r.Line));
        Assert.Contains("price is \"cheap\"", report.BadRows[0].Reason);
    }

    [Fact]
    public async Task Fifty_products_with_category_variants_and_availability_cost_two_subgraph_requests_and_a_statement_per_level()
    {
        const string query = "{ products(first: 50) { nodes { title category { name } variants { sku price { amount } availability { available inStock } } } } }";
        await platform.Anonymous.AskAsync(query);
        await ResetAsync("catalog");
        await ResetAsync("orders");
        var answer = await platform.Anonymous.AskAsync(query);
        Assert.Equal(50, answer.Data.GetProperty("products").GetProperty("nodes").GetArrayLength());
        Assert.Empty(answer.Errors);

        var catalog = await CountAsync("catalog");
        var orders = await CountAsync("orders");
        Assert.True(catalog.Requests + orders.Requests <= 3, $"{catalog.Requests} requests to catalog, {orders.Requests} to orders");
        // Catalog has three levels here (products; categories and variants below), orders one.
        Assert.True(catalog.Statements <= 3, $"{catalog.Statements} statements in catalog");
        Assert.True(orders.Statements <= 1, $"{orders.Statements} statements in orders");
    }

    private async Task ResetAsync(string subgraph)
    {
        using var http = new HttpClient();
        using var response = await http.PostAsync($"{platform.Platform.Layout[subgraph].Url}/dev/sql/reset", null);
        response.EnsureSuccessStatusCode();
    }

    private async Task<(int Requests, int Statements)> CountAsync(string subgraph)
    {
        using var http = new HttpClient();
        var counts = JsonDocument.Parse(await http.GetStringAsync($"{platform.Platform.Layout[subgraph].Url}/dev/sql")).RootElement;
        return (counts.GetProperty("requests").GetInt32(), counts.GetProperty("statements").GetInt32());
    }
}
