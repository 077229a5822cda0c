using System.Text;
using LuckyGraph.Fusion.Composition;

namespace LuckyGraph.Fusion.Tests.Composition;

/// <summary>
/// Source schemas of the shape that platforms have: each owns some entities and a hundred plain types, extends entities of its
/// neighbours by lookups, requires fields of others, and shares money, paging and errors.
/// </summary>
internal static class RealisticSchemas
{
    private const int Entities = 6;
    private const int Values = 20;

    public static IEnumerable<SourceSchemaInput> Create(int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return new SourceSchemaInput($"schema{i:00}", Sdl(i, count)) { Url = $"http://127.0.0.1:{5000 + i}/graphql" };
        }
    }

    private static string Sdl(int schema, int count)
    {
        var sdl = new StringBuilder();
        sdl.AppendLine("scalar DateTime");
        sdl.AppendLine("interface Node { id: ID! }");
        sdl.AppendLine("interface UserError { message: String! path: [String!] }");
        sdl.AppendLine("enum CurrencyCode { KRW USD EUR }");
        sdl.AppendLine("type Money @shareable { amount: Float! currencyCode: CurrencyCode! }");
        sdl.AppendLine("type PageInfo @shareable { hasNextPage: Boolean! endCursor: String }");
        sdl.AppendLine($"type Query {{ version{schema}: String!");
        for (var e = 0; e < Entities; e++)
        {
            var name = $"E{schema}x{e}";
            sdl.AppendLine($"  {name}ById(id: ID!): {name} @lookup");
            sdl.AppendLine($"  {name}BySku(sku: String!): {name} @lookup");
            sdl.AppendLine($"  {name}s(first: Int = 10, after: String, where: {name}Filter): {name}Connection");
        }

        for (var n = 1; n <= 4 && n < count; n++)
        {
            var neighbour = (schema + n) % count;
            sdl.AppendLine($"  extend{neighbour}(id: ID!): E{neighbour}x{n % Entities} @lookup @internal");
        }

        sdl.AppendLine("}");
        sdl.AppendLine($"type Mutation {{ create{schema}(input: Create{schema}Input!): Create{schema}Payload! }}");
        sdl.AppendLine($"input Create{schema}Input {{ name: String! price: Float currencyCode: CurrencyCode }}");
        sdl.AppendLine($"type Create{schema}Payload {{ created: E{schema}x0 errors: [Create{schema}Error!] }}");
        sdl.AppendLine($"union Create{schema}Error = Taken{schema} | Refused{schema}");
        sdl.AppendLine($"type Taken{schema} implements UserError {{ message: String! path: [String!] name: String! }}");
        sdl.AppendLine($"type Refused{schema} implements UserError {{ message: String! path: [String!] until: DateTime }}");
        for (var e = 0; e < Entities; e++)
        {
            var name = $"E{schema}x{e}";
            sdl.AppendLine($"type {name} implements Node @key(fields: \"id\") @key(fields: \"sku\") {{ id: ID! sku: String! name: String! price: Money! createdAt: DateTime! weight: Float!");
            for (var v = 0; v < Values / Entities + 1; v++)
            {
                sdl.AppendLine($"  detail{v}(unit: String): V{schema}x{(e * (Values / Entities)) + v}");
            }

            sdl.AppendLine($"  related: E{schema}x{(e + 1) % Entities}! other: E{(schema + 1) % count}x{1 % Entities} }}");
            sdl.AppendLine($"type {name}Connection {{ nodes: [{name}!] edges: [{name}Edge!] pageInfo: PageInfo! }}");
            sdl.AppendLine($"type {name}Edge {{ cursor: String! node: {name} }}");
            sdl.AppendLine($"input {name}Filter {{ name: String minPrice: Float and: [{name}Filter!] }}");
        }

        for (var v = 0; v < Values + Entities; v++)
        {
            sdl.AppendLine($"type V{schema}x{v} {{ a: Int b: String c: [Float!] money: Money at: DateTime }}");
        }

        for (var n = 1; n <= 4 && n < count; n++)
        {
            var neighbour = (schema + n) % count;
            sdl.AppendLine($"type E{neighbour}x{n % Entities} @key(fields: \"id\") {{ id: ID! extra{schema}(days: Int, weight: Float! @require(field: \"weight\")): Money plain{schema}: String }}");
        }

        if (!sdl.ToString().Contains($"type E{(schema + 1) % count}x1 ", StringComparison.Ordinal))
        {
            sdl.AppendLine($"type E{(schema + 1) % count}x1 @key(fields: \"id\") {{ id: ID! }}");
        }

        return sdl.ToString();
    }
}
