namespace LuckyGraph.Fusion.Tests.Planning;

public sealed class PlanTests
{
    [Fact]
    public void Zero() => Plans.Equal("", Plans.Of(ExampleSchemas.Shop, ExampleSchemas.ShopQuery));

    [Fact]
    public void One() => Plans.Equal("", Plans.Of(ExampleSchemas.Shop, "{ topProducts { name inStock } me { name username reviews { body } } }"));

    [Fact]
    public void Two() => Plans.Equal("", Plans.Of(ExampleSchemas.Shop, "mutation M($u: String!) { a: reviewAdd(upc: $u, body: \"x\") { body } b: reviewAdd(upc: $u, body: \"y\") { product { name } } c: reviewAdd(upc: $u, body: \"z\") { id } }"));

    [Fact]
    public void Three() => Plans.Equal("", Plans.Of(ExampleSchemas.Shop, "query Q($a: Boolean!, $b: Boolean = true) { topProducts { upc @include(if: $a) name @skip(if: $b) inStock @include(if: $a) @skip(if: $b) ... @include(if: $b) { reviews { id } } } me @include(if: $a) { name } me @skip(if: $b) { birthday } }"));

    [Fact]
    public void Four() => Plans.Equal("", Plans.Of(ExampleSchemas.Shop, "subscription { reviewAdded { body author { name } product { name shippingEstimate } } }"));

    [Fact]
    public void Five() => Plans.Equal("", Plans.Of(ExampleSchemas.Shop, "{ __typename __schema { queryType { name } } topProducts { __typename shippingEstimate } }"));
}
