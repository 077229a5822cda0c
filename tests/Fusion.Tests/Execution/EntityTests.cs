using LuckyGraph.Fusion.Tests.Planning;

namespace LuckyGraph.Fusion.Tests.Execution;

public sealed class EntityTests
{
    [Fact]
    public async Task Fields_of_an_entity_come_from_every_schema_that_has_them()
    {
        await using var gateway = await ShopServers.StartAsync();
        Assert.Equal(
            """{"data":{"topProducts":[{"name":"Product 1","inStock":true,"reviews":[{"body":"body 11","author":{"name":"Name 1"}},{"body":"body 21","author":{"name":"Name 2"}}]},{"name":"Product 2","inStock":false,"reviews":[{"body":"body 12","author":{"name":"Name 1"}},{"body":"body 22","author":{"name":"Name 2"}}]}]}}""",
            await gateway.RunAsync("{ topProducts(first: 2) { name inStock reviews { body author { name } } } }"));
        Assert.Equal(4, gateway.Requests);
    }

    [Fact]
    public async Task Requirements_are_sent_as_arguments()
    {
        await using var gateway = await ShopServers.StartAsync();
        Assert.Equal(
            """{"data":{"topProducts":[{"shippingEstimate":10},{"shippingEstimate":10},{"shippingEstimate":0},{"shippingEstimate":null}]}}""",
            await gateway.RunAsync("{ topProducts(first: 4) { shippingEstimate } }"));
        Assert.Equal(2, gateway.Requests);
    }

    [Fact]
    public async Task The_benchmark_query_costs_six_requests()
    {
        await using var gateway = await ShopServers.StartAsync();
        var result = await gateway.RunAsync(ExampleSchemas.ShopQuery);
        Assert.DoesNotContain("errors", result, StringComparison.Ordinal);
        Assert.Equal(6, gateway.Requests);
    }
}
