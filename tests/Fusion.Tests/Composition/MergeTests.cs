using LuckyGraph.Fusion.Composition;

namespace LuckyGraph.Fusion.Tests.Composition;

/// <summary>What the composed schema looks like to clients.</summary>
public sealed class MergeTests
{
    private static string Type(string name, params string[] sdls)
    {
        var result = Compose.With(sdls);
        Assert.True(result.Success, string.Join(Environment.NewLine, result.Findings));
        return Compose.ClientType(result, name);
    }

    [Fact]
    public void Object_types_are_united_and_internal_definitions_left_out()
    {
        Assert.Equal("type Product { id: ID! name: String price: Int }", Type("Product", "type Product @key(fields: \"id\") { id: ID! name: String }", "type Product @key(fields: \"id\") { id: ID! price: Int }"));
        Assert.Equal("type Product { id: ID! name: String }", Type("Product", "type Product @key(fields: \"id\") { id: ID! name: String }", "type Product @key(fields: \"id\") @internal { id: ID! price: Int }"));
    }

    [Fact]
    public void The_first_description_wins_in_the_order_of_schema_names()
    {
        var result = Compose.With("type Order @key(fields: \"id\") { id: ID! }", "\"Second\" type Order @key(fields: \"id\") { id: ID! }", "\"Third\" type Order @key(fields: \"id\") { \"The key\" id: ID! }");
        Assert.Contains("\"Second\"\ntype Order {\n  \"The key\"\n  id: ID!\n}", result.ClientSdl!, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_types_take_the_least_restrictive_type()
    {
        Assert.Equal("type Product { ratings: [Int] }", Type("Product", "type Product { ratings: [Int]! @shareable }", "type Product { ratings: [Int!] @shareable }"));
        Assert.Equal("type Product { price: Float! }", Type("Product", "type Product { price: Float! @shareable }", "type Product { price: Float! @shareable }"));
    }

    [Fact]
    public void An_abstract_type_is_taken_where_it_covers_the_others_whatever_the_order()
    {
        const string union = "type Query @shareable { featured: FeaturedItem! } union FeaturedItem = Product type Product @shareable { id: ID }";
        const string product = "type Query @shareable { featured: Product! } type Product @shareable { id: ID }";
        Assert.Equal("type Query { featured: FeaturedItem! health: Boolean }", Type("Query", union, product));
        Assert.Equal("type Query { featured: FeaturedItem! health: Boolean }", Type("Query", product, union));
    }

    [Fact]
    public void Input_types_take_the_most_restrictive_type_and_the_intersection()
        => Assert.Equal(
            "input Filter { ratings: [Int!]! min: Int! = 0 }",
            Type("Filter",
                "input Filter { ratings: [Int!] min: Int = 0 only: Int } type Query { a(f: Filter): Int }",
                "input Filter { ratings: [Int]! min: Int! } type Query { b(f: Filter): Int }"));

    [Fact]
    public void Arguments_survive_where_every_schema_takes_them_from_the_client()
    {
        Assert.Equal(
            "type Query { health: Boolean search(filter: String!): Int }",
            Type("Query", "type Query { search(filter: String!): Int @shareable }", "type Query { search(filter: String, more: Int): Int @shareable }"));
        Assert.Equal("type Query { health: Boolean search: Int }", Type("Query", "type Query { search(filter: String @inaccessible): Int }"));
    }

    [Fact]
    public void Required_arguments_are_hidden_and_inputs_used_only_by_them_too()
    {
        var result = Compose.With(
            "type Query { shipped(id: ID!): Product @lookup @internal } type Product { id: ID! delivery(zip: String!, size: SizeInput @require(field: \"dimension.{ size }\")): Int } input SizeInput { size: Unit } enum Unit { S L }",
            "type Query { productById(id: ID!): Product @lookup } type Product { id: ID! dimension: Dimension } type Dimension { size: Unit } enum Unit { S L }");
        Assert.True(result.Success, string.Join(Environment.NewLine, result.Findings));
        Assert.Equal("type Product { delivery(zip: String!): Int dimension: Dimension id: ID! }", Compose.ClientType(result, "Product"));
        Assert.DoesNotContain("SizeInput", result.ClientSdl!, StringComparison.Ordinal);
        Assert.Equal("enum Unit { S L }", Compose.ClientType(result, "Unit"));
    }

    [Fact]
    public void Inaccessible_members_are_hidden_whoever_hides_them()
    {
        var result = Compose.With(
            "type Product @key(fields: \"id\") @key(fields: \"sku\") { id: ID! sku: String! @inaccessible note: String } type Query { productById(id: ID!): Product productBySku(sku: String!): Product @lookup @inaccessible }",
            "type Product @key(fields: \"sku\") { sku: String! price: Float! } type Query { priceBySku(sku: String!): Product @lookup @internal }");
        Assert.True(result.Success, string.Join(Environment.NewLine, result.Findings));
        Assert.Equal("type Product { id: ID! note: String price: Float! }", Compose.ClientType(result, "Product"));
        Assert.Equal("type Query { health: Boolean productById(id: ID!): Product }", Compose.ClientType(result, "Query"));
        var schema = result.Schema!;
        Assert.Null(((Engine.Types.ObjectType)schema.Client.Type("Product")!).Field("sku"));
        Assert.False(schema.Type("Product")!.Field("sku")!.IsAccessible);
        Assert.Equal(2, schema.Type("Product")!.Field("sku")!.Sources.Count);
    }

    [Fact]
    public void Inaccessible_types_vanish_from_interfaces_and_unions()
    {
        var result = Compose.With(
            "union SearchResult = Product | Order type Product @inaccessible { id: ID! } type Order @shareable { id: ID! } interface Secret @inaccessible { id: ID! } type User implements Secret { id: ID! } type Query { search: SearchResult user: User }",
            "union SearchResult = User2 | Order type User2 { id: ID! } type Order @shareable { id: ID! }");
        Assert.True(result.Success, string.Join(Environment.NewLine, result.Findings));
        Assert.Equal("union SearchResult = Order | User2", Compose.ClientType(result, "SearchResult"));
        Assert.DoesNotContain("Secret", result.ClientSdl!, StringComparison.Ordinal);
        Assert.Equal(3, result.Schema!.Type("SearchResult")!.PossibleTypes.Length);
    }

    [Fact]
    public void Enums_keep_their_order_and_lose_hidden_values()
        => Assert.Equal(
            "enum Status { ACTIVE INACTIVE }",
            Type("Status", "enum Status { OLD @inaccessible ACTIVE INACTIVE } type Query { a: Status }", "enum Status { ACTIVE INACTIVE NEW @inaccessible } type Query { b: Status }"));

    [Fact]
    public void Deprecations_and_specifications_stay()
    {
        var result = Compose.With("scalar Stamp @specifiedBy(url: \"https://example.com/stamp\") type Query { old: Stamp @deprecated(reason: \"gone\") by(a: By): Int } input By @oneOf { a: Int b: Int @deprecated(reason: \"no\") }");
        Assert.True(result.Success, string.Join(Environment.NewLine, result.Findings));
        Assert.Contains("scalar Stamp @specifiedBy(url: \"https://example.com/stamp\")", result.ClientSdl!, StringComparison.Ordinal);
        Assert.Contains("old: Stamp @deprecated(reason: \"gone\")", result.ClientSdl!, StringComparison.Ordinal);
        Assert.Contains("input By @oneOf", result.ClientSdl!, StringComparison.Ordinal);
        Assert.Equal("gone", ((Engine.Types.ObjectType)result.Schema!.Client.Type("Query")!).Field("old")!.DeprecationReason);
    }

    [Fact]
    public void An_overridden_field_belongs_to_its_new_schema_alone()
    {
        var schema = Compose.Passes(
            "type Query { a(id: ID!): Bill @lookup } type Bill { id: ID! amount: Int! }",
            "type Query { b(id: ID!): Bill @lookup @internal } type Bill { id: ID! amount: Int @override(from: \"A\") }");
        var amount = schema.Type("Bill")!.Field("amount")!;
        Assert.Equal(["B"], amount.SourceFields.Select(f => f.Source.Name));
        Assert.Equal("Int", amount.Type.ToString());
    }

    [Fact]
    public void The_output_does_not_depend_on_the_order_of_the_schemas()
    {
        var sources = RealisticSchemas.Create(9).ToList();
        var first = SchemaComposer.Compose(sources);
        sources.Reverse();
        var second = SchemaComposer.Compose(sources);
        Assert.True(first.Success, string.Join(Environment.NewLine, first.Findings));
        Assert.Equal(first.ExecutionSdl, second.ExecutionSdl);
        Assert.Equal(first.ClientSdl, second.ClientSdl);
    }

    [Fact]
    public void The_execution_schema_reads_back_to_the_same_text()
    {
        var result = SchemaComposer.Compose([.. RealisticSchemas.Create(6)]);
        var read = Metadata.FusionSchemaReader.Read(result.ExecutionSdl!);
        Assert.Equal(result.Schema!.Sources.ToArray(), read.Sources.ToArray());
        Assert.Equal(result.Schema.Lookups.Select(l => l.ToString()), read.Lookups.Select(l => l.ToString()));
        Assert.Equal(
            result.Schema.Types.SelectMany(t => t.Fields).Select(f => $"{f} {f.Type} {f.Sources} {f.UnconditionalSources}"),
            read.Types.SelectMany(t => t.Fields).Select(f => $"{f} {f.Type} {f.Sources} {f.UnconditionalSources}"));
    }

    [Fact]
    public void Forty_two_realistic_schemas_compose()
    {
        var result = SchemaComposer.Compose([.. RealisticSchemas.Create(42)]);
        Assert.True(result.Success, string.Join(Environment.NewLine, result.Findings.Take(5)));
        Assert.True(result.Schema!.Types.Length > 1_000, $"only {result.Schema.Types.Length} types");
    }
}
