using System.Text.Json;

namespace LuckyGraph.Bench.Gateway;

/// <summary>An operation of the benchmark.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Query">Its document.</param>
/// <param name="Expected">The <c>data</c> of its answer.</param>
internal sealed record BenchmarkOperation(string Name, string Query, Func<string> Expected)
{
    /// <summary>The body of its request.</summary>
    public string Body { get; } = JsonSerializer.Serialize(new { query = Query.ReplaceLineEndings(" ") });

    /// <summary>What is wrong with an answer: null when it is the expected data, complete and without errors.</summary>
    public string? Check(string answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            if (json.RootElement.TryGetProperty("errors", out var errors))
            {
                return $"errors: {errors.GetRawText()[..Math.Min(300, errors.GetRawText().Length)]}";
            }

            using var expected = JsonDocument.Parse(Expected());
            return JsonElement.DeepEquals(expected.RootElement, json.RootElement.GetProperty("data"))
                ? null : $"not the expected data: {answer[..Math.Min(300, answer.Length)]}";
        }
        catch (JsonException exception)
        {
            return exception.Message;
        }
    }
}

/// <summary>The schema, data and operations: the public federation-gateway benchmarks' four subgraphs and heavy query, and two lighter ones.</summary>
internal static class Workload
{
    public static readonly string[] Services = ["accounts", "inventory", "products", "reviews"];

    public static readonly BenchmarkOperation[] Operations =
    [
        new("heavy",
            """
            fragment User on User { id username name }
            fragment Review on Review { id body }
            fragment Product on Product { inStock name price shippingEstimate upc weight }
            query TestQuery {
              users { ...User reviews { ...Review product { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } } } }
              topProducts(first: 5) { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } }
            }
            """,
            Data.Heavy),
        new("two", "query Two { topProducts(first: 5) { upc name price reviews { id body } } }", Data.Two),
        new("single", "query Single { users { id username name } }", Data.Single),
    ];

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
}
