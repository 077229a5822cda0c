using System.Text.Json;

namespace LuckyGraph.Bench.Gateway;

/// <summary>The schema, data and query of the public federation-gateway benchmarks: four subgraphs, one heavy query.</summary>
internal static class Workload
{
    public static readonly string[] Services = ["accounts", "inventory", "products", "reviews"];

    public const string Query =
        """
        fragment User on User { id username name }
        fragment Review on Review { id body }
        fragment Product on Product { inStock name price shippingEstimate upc weight }
        query TestQuery {
          users { ...User reviews { ...Review product { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } } } }
          topProducts(first: 5) { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } }
        }
        """;

    public static readonly string Body = JsonSerializer.Serialize(new { query = Query.ReplaceLineEndings(" "), operationName = "TestQuery" });

    public static string Sdl(string service) => service switch
    {
        "accounts" => """
            type Query { me: User users: [User] userById(id: ID!): User @lookup @internal }
            type User @key(fields: "id") { id: ID! name: String username: String @shareable birthday: Int }
            """,
        "inventory" => """
            type Query { productByUpc(upc: String!): Product @lookup @internal }
            type Product @key(fields: "upc") {
              upc: String!
              inStock: Boolean
              shippingEstimate(price: Int @require(field: "price"), weight: Int @require(field: "weight")): Int
            }
            """,
        "products" => """
            type Query { topProducts(first: Int = 5): [Product] productByUpc(upc: String!): Product @lookup @internal }
            type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }
            """,
        _ => """
            type Query { userById(id: ID!): User @lookup @internal productByUpc(upc: String!): Product @lookup @internal }
            type Review { id: ID! body: String author: User product: Product }
            type User @key(fields: "id") { id: ID! username: String @shareable reviews: [Review] }
            type Product @key(fields: "upc") { upc: String! reviews: [Review] }
            """,
    };

    /// <summary>Whether an answer is the expected data: complete, without errors, of the known size and content.</summary>
    public static string? Check(string answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            if (json.RootElement.TryGetProperty("errors", out var errors))
            {
                return $"errors: {errors.GetRawText()[..Math.Min(300, errors.GetRawText().Length)]}";
            }

            var data = json.RootElement.GetProperty("data");
            using var expected = JsonDocument.Parse(Data.Expected());
            return JsonElement.DeepEquals(expected.RootElement, data) ? null : $"not the expected data: {answer[..Math.Min(300, answer.Length)]}";
        }
        catch (JsonException exception)
        {
            return exception.Message;
        }
    }
}
