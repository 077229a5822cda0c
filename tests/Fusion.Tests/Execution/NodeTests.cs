using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Tests.Planning;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary><c>node(id:)</c> and <c>nodes(ids:)</c> over several source schemas: ids name their type, the type names its schema.</summary>
public sealed class NodeTests
{
    private const string Catalog = """
        type Query { node(id: ID!): Node nodes(ids: [ID!]!): [Node]! productById(id: ID!): Product @lookup @internal }
        interface Node { id: ID! }
        type Product implements Node @key(fields: "id") { id: ID! title: String }
        """;

    private const string Orders = """
        type Query { node(id: ID!): Node nodes(ids: [ID!]!): [Node]! productById(id: ID!): Product @lookup @internal }
        interface Node { id: ID! }
        type Order implements Node @key(fields: "id") { id: ID! number: Int product: Product }
        type Product @key(fields: "id") { id: ID! sold: Int }
        """;

    private static readonly string s_product = GlobalId.Encode("Product", Guid.Parse("00000000-0000-0000-0000-000000000001"));
    private static readonly string s_order = GlobalId.Encode("Order", Guid.Parse("00000000-0000-0000-0000-000000000002"));
    private static readonly string s_gone = GlobalId.Encode("Order", Guid.Empty);
    private static readonly string s_alien = GlobalId.Encode("Alien", Guid.Empty);

    [Fact]
    public void Each_type_is_looked_up_in_its_schema() => Plans.Equal(
        """
        query
          1 node gateway
            query($id:ID!){node(id:$id)}
          2 lookup orders after 1 in batch 1
            at node<Order> with $k_id = id
            query($k_id:ID!){node(id:$k_id){__typename ... on Order{id number}}}
          3 lookup catalog after 1
            at node<Product> with $k_id = id
            query($k_id:ID!){productById(id:$k_id){id title}}
          4 lookup orders after 1 in batch 1
            at node<Product> with $k_id = id
            query($k_id:ID!){productById(id:$k_id){sold}}
        """,
        Plans.Of(Plans.Compose(("catalog", Catalog), ("orders", Orders)), "query($id: ID!) { node(id: $id) { __typename id ... on Product { title sold } ... on Order { number } } }"));

    [Fact]
    public async Task An_id_leads_to_its_object()
    {
        await using var gateway = await StartAsync();
        Assert.Equal(
            $$$$"""{"data":{"node":{"__typename":"Product","id":"{{{{s_product}}}}","title":"P","sold":7}}}""",
            await gateway.RunAsync("query($id: ID!) { node(id: $id) { __typename id ... on Product { title sold } ... on Order { number } } }", $$"""{"id":"{{s_product}}"}"""));
        Assert.Equal(2, gateway.Requests);
        Assert.Equal("""{"data":{"node":{"number":5,"product":{"title":"P"}}}}""", await gateway.RunAsync($"{{ node(id: \"{s_order}\") {{ ... on Order {{ number product {{ title }} }} }} }}"));
    }

    [Fact]
    public async Task An_object_that_is_not_there_is_null_whatever_else_is_known_of_it()
    {
        await using var gateway = await StartAsync();
        Assert.Equal("""{"data":{"node":null}}""", await gateway.RunAsync($"{{ node(id: \"{s_gone}\") {{ __typename }} }}"));
        var gone = GlobalId.Encode("Product", Guid.Empty);
        Assert.Equal("""{"data":{"node":null}}""", await gateway.RunAsync($"{{ node(id: \"{gone}\") {{ id ... on Product {{ title sold }} }} }}"));
    }

    [Fact]
    public async Task Unknown_ids_are_errors_at_their_place_and_the_others_keep_their_order()
    {
        await using var gateway = await StartAsync();
        var result = await gateway.RunAsync(
            "query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }", $$"""{"ids":["{{s_order}}","{{s_alien}}","{{s_product}}","{{s_gone}}","no id","{{s_order}}"]}""");
        Assert.StartsWith(
            $$"""{"data":{"nodes":[{"id":"{{s_order}}","__typename":"Order"},null,{"id":"{{s_product}}","__typename":"Product"},null,null,{"id":"{{s_order}}","__typename":"Order"}]},"errors":[""",
            result, StringComparison.Ordinal);
        Assert.Equal(["nodes/1", "nodes/4"], FailureTests.ErrorPaths(result));
        Assert.Equal(["BAD_USER_INPUT", "BAD_USER_INPUT"], FailureTests.Codes(result));
        Assert.Contains("which is no node of this schema", result, StringComparison.Ordinal);
    }

    private static async Task<TestGateway> StartAsync()
    {
        var catalog = await SourceServer.StartAsync("catalog", Catalog, new()
        {
            ["Query.productById"] = (_, a) => (string)a["id"]! == s_product ? ShopServers.Map(("id", a["id"]), ("title", "P")) : null,
        });
        var orders = await SourceServer.StartAsync("orders", Orders, new()
        {
            ["Query.node"] = (_, a) => (string)a["id"]! == s_order
                ? ShopServers.Map(("__typename", "Order"), ("id", a["id"]), ("number", 5), ("product", ShopServers.Map(("id", s_product)))) : null,
            ["Query.productById"] = (_, a) => ShopServers.Map(("id", a["id"]), ("sold", 7)),
        });
        return TestGateway.Over(catalog, orders);
    }
}
