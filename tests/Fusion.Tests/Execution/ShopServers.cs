using System.Threading.Channels;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Tests.Planning;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>The four servers of <see cref="ExampleSchemas"/> with a little data.</summary>
internal static class ShopServers
{
    public static async Task<TestGateway> StartAsync(Func<Fusion.Transport.SubgraphOptions, Fusion.Transport.SubgraphOptions>? configure = null, Channel<object?>? reviewAdded = null,
        SourceCapabilities capabilities = SourceSchema.DefaultCapabilities, FusionOptions? options = null)
    {
        var accounts = await SourceServer.StartAsync("accounts", ExampleSchemas.Accounts, new()
        {
            ["Query.me"] = (_, _) => User("1"),
            ["Query.users"] = (_, _) => new[] { User("1"), User("2") },
            ["Query.userById"] = (_, a) => User((string)a["id"]!),
        });
        var inventory = await SourceServer.StartAsync("inventory", ExampleSchemas.Inventory, new()
        {
            ["Query.productByUpc"] = (_, a) => Map(("upc", a["upc"]), ("inStock", (string)a["upc"]! != "2")),
            ["Product.shippingEstimate"] = (_, a) => a["price"] is int price && price > 1000 ? 0 : a["weight"] is int weight ? weight / 2 : null,
        });
        var products = await SourceServer.StartAsync("products", ExampleSchemas.Products, new()
        {
            ["Query.topProducts"] = (_, a) => Enumerable.Range(1, a["first"] is int n ? n : 5).Select(i => Product($"{i}")).ToArray(),
            ["Query.productByUpc"] = (_, a) => Product((string)a["upc"]!),
        });
        var reviews = await SourceServer.StartAsync("reviews", ExampleSchemas.Reviews, new()
        {
            ["Query.reviewById"] = (_, a) => Review((string)a["id"]!),
            ["Query.userById"] = (_, a) => Map(("id", a["id"]), ("username", $"user{a["id"]}")),
            ["Query.productByUpc"] = (_, a) => Map(("upc", a["upc"])),
            ["User.reviews"] = (user, _) => new[] { Review($"{user["id"]}1"), Review($"{user["id"]}2") },
            ["Product.reviews"] = (product, _) => new[] { Review($"1{product["upc"]}"), Review($"2{product["upc"]}") },
            ["Mutation.reviewAdd"] = (_, a) => Map(("id", $"9{a["upc"]}"), ("body", a["body"]), ("product", Map(("upc", a["upc"]))), ("author", Map(("id", "1")))),
        }, reviewAdded is null ? null : new() { ["Subscription.reviewAdded"] = reviewAdded });
        SourceServer[] servers = [accounts, inventory, products, reviews];
        Array.ForEach(servers, s => s.Capabilities = capabilities);
        return TestGateway.Over(configure ?? (o => o), options, servers);
    }

    public static Dictionary<string, object?> Map(params ReadOnlySpan<(string Name, object? Value)> members)
    {
        var map = new Dictionary<string, object?>();
        foreach (var (name, value) in members)
        {
            map[name] = value;
        }

        return map;
    }

    /// <summary>Review "12" is user 1's about product 2.</summary>
    public static Dictionary<string, object?> Review(string id)
        => Map(("id", id), ("body", $"body {id}"), ("author", Map(("id", id[..1]), ("username", $"user{id[..1]}"))), ("product", Map(("upc", id[1..]))));

    private static Dictionary<string, object?>? User(string id)
        => id.Length > 1 ? null : Map(("id", id), ("name", $"Name {id}"), ("username", $"user{id}"), ("birthday", 1980));

    private static Dictionary<string, object?>? Product(string upc)
        => Map(("upc", upc), ("name", $"Product {upc}"), ("price", upc == "3" ? 2000 : 100), ("weight", upc == "4" ? null : 20));
}
