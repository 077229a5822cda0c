using System.Text.Json;

namespace LuckyGraph.Bench.Server;

/// <summary>One operation that is measured, and what must come back.</summary>
/// <param name="Name">W1 to W5.</param>
/// <param name="Query">The document.</param>
/// <param name="HasCeiling">Whether the answer exists without GraphQL.</param>
internal sealed record Workload(string Name, string Query, bool HasCeiling)
{
    private const string Scalars = "id sku name price currency weight inStock createdAt rating description";
    private const string Tree = "id name brand { id name country } reviews(first: 5) { id rating body author { id name } }";

    private const string Introspection =
        """
        query IntrospectionQuery { __schema { queryType { name } mutationType { name } subscriptionType { name } types { ...FullType }
          directives { name description locations args { ...InputValue } } } }
        fragment FullType on __Type { kind name description fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef }
          isDeprecated deprecationReason } inputFields { ...InputValue } interfaces { ...TypeRef }
          enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
        fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
        fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
          ofType { kind name ofType { kind name } } } } } } } }
        """;

    public static IReadOnlyList<Workload> All { get; } =
    [
        new("W1", "{ hello }", true),
        new("W2", $"{{ products(first: 100) {{ {Scalars} }} }}", true),
        new("W3", $"{{ products(first: 50) {{ {Tree} }} }}", true),
        new("W4", Introspection, false),
        new("W5", "query Op@N($first: Int!, $reviews: Int!) { a@N: products(first: $first) { ...P } } fragment P on Product { id name brand { ...B } reviews(first: $reviews) { ...R } } fragment B on Brand { id name country } fragment R on Review { id rating body author { id name } }", false),
    ];

    /// <summary>The body of a request; <paramref name="number"/> makes W5's documents distinct.</summary>
    public string Body(string number) => Name == "W5"
        ? JsonSerializer.Serialize(new { query = Query.Replace("@N", number, StringComparison.Ordinal), variables = new { first = 50, reviews = 5 } })
        : JsonSerializer.Serialize(new { query = Query });

    /// <summary>Why an answer is wrong, or null.</summary>
    public async Task<string?> CheckAsync(string answer)
    {
        using var document = JsonDocument.Parse(answer);
        if (document.RootElement.TryGetProperty("errors", out var errors))
        {
            return errors.GetRawText();
        }

        var data = document.RootElement.GetProperty("data");
        if (Name == "W4")
        {
            var types = data.GetProperty("__schema").GetProperty("types").EnumerateArray().Select(t => t.GetProperty("name").GetString()).ToHashSet();
            return types.IsSupersetOf(["Query", "Product", "Brand", "Review", "User"]) ? null : "types are missing";
        }

        using var expected = JsonDocument.Parse(await CeilingEndpoint.ExpectedAsync(Name == "W5" ? "W3" : Name));
        var (wanted, found) = (expected.RootElement.GetProperty("data").EnumerateObject().First().Value, data.EnumerateObject().First().Value);
        return JsonElement.DeepEquals(wanted, found) ? null : $"not the expected data: {answer[..Math.Min(200, answer.Length)]}";
    }
}
