using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Tests.Planning;

/// <summary>A shop of four source schemas: the shape that the public gateway benchmarks use.</summary>
internal static class ExampleSchemas
{
    public const string Accounts = """
        type Query {
          me: User
          users: [User]
          userById(id: ID!): User @lookup
        }
        type User @key(fields: "id") {
          id: ID!
          name: String
          username: String @shareable
          birthday: Int
        }
        """;

    public const string Inventory = """
        type Query {
          productByUpc(upc: String!): Product @lookup @internal
        }
        type Product @key(fields: "upc") {
          upc: String!
          inStock: Boolean
          shippingEstimate(price: Int @require(field: "price"), weight: Int @require(field: "weight")): Int
        }
        """;

    public const string Products = """
        type Query {
          topProducts(first: Int = 5): [Product]
          productByUpc(upc: String!): Product @lookup
        }
        type Product @key(fields: "upc") {
          upc: String!
          name: String
          price: Int
          weight: Int
        }
        """;

    public const string Reviews = """
        type Query {
          reviewById(id: ID!): Review @lookup @internal
          userById(id: ID!): User @lookup @internal
          productByUpc(upc: String!): Product @lookup @internal
        }
        type Mutation { reviewAdd(upc: String!, body: String!): Review }
        type Subscription { reviewAdded: Review }
        type Review @key(fields: "id") {
          id: ID!
          body: String
          author: User
          product: Product
        }
        type User @key(fields: "id") {
          id: ID!
          username: String @shareable
          reviews: [Review]
        }
        type Product @key(fields: "upc") {
          upc: String!
          reviews: [Review]
        }
        """;

    public static FusionSchema Shop { get; } = SchemaComposer.ComposeOrThrow(
        ("accounts", Accounts), ("inventory", Inventory), ("products", Products), ("reviews", Reviews));

    public const string ShopQuery = """
        fragment User on User { id username name }
        fragment Review on Review { id body }
        fragment Product on Product { inStock name price shippingEstimate upc weight }
        query TestQuery {
          users { ...User reviews { ...Review product { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } } } }
          topProducts(first: 5) { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } }
        }
        """;
}
