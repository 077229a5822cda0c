using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Tests.Composition;

namespace LuckyGraph.Fusion.Tests.Federation;

/// <summary>Apollo Federation schemas lower into the one model that planning and execution know.</summary>
public sealed class FederationCompositionTests
{
    private const string Link = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@provides", "@shareable", "@override", "@interfaceObject", "@inaccessible"])""";

    [Fact]
    public void A_resolvable_key_becomes_a_lookup_of_entities()
    {
        var schema = Compose.Passes(
            $$"""{{Link}} type Query { products: [Product] } type Product @key(fields: "id") { id: ID! name: String }""",
            $$"""{{Link}} type Product @key(fields: "id") { id: ID! stock: Int }""",
            $$"""{{Link}} type Product @key(fields: "id", resolvable: false) { id: ID! } type Query { bestSeller: Product }""");
        var lookups = schema.Type("Product")!.Lookups;
        Assert.Equal(["A", "B"], lookups.Select(l => l.Source.Name));
        Assert.All(lookups, l => Assert.True(l.IsEntities));
        Assert.Equal(SourceCapabilities.None, schema.Source("A")!.Capabilities);
    }

    [Fact]
    public void A_requirement_keeps_its_selection_with_arguments_and_fragments()
    {
        var schema = Compose.Passes(
            $$"""{{Link}} type Query { products: [Product] } type Product @key(fields: "id") { id: ID! price(currency: String!): Int media: Media } interface Media { url: String } type Photo implements Media { url: String width: Int }""",
            $$"""{{Link}} type Product @key(fields: "id") { id: ID! price(currency: String!): Int @external media: Media @external shipping: Int @requires(fields: "price(currency: \"EUR\") media { ... on Photo { width } }") } interface Media { url: String } type Photo implements Media { url: String @external width: Int @external }""");
        var requirement = Assert.Single(schema.Type("Product")!.Field("shipping")!.SourceFields[0].Requirements);
        Assert.Null(requirement.Argument);
        Assert.Equal("price(currency: \"EUR\") media { ... on Photo { width } }", requirement.Text);
    }

    [Fact]
    public void Federation_1_schemas_share_what_several_of_them_define()
    {
        var schema = Compose.Passes(
            """type Query { me: User } type User @key(fields: "id") { id: ID! name: String } type Money { amount: Int } extend type Money { currency: String }""",
            """extend type Query { top: [Product] } type Product @key(fields: "upc") { upc: String! price: Money } type Money { amount: Int currency: String } extend type User @key(fields: "id") { id: ID! @external name: String @external reviewed: [Product] }""");
        Assert.Equal(["A", "B"], schema.Type("User")!.Lookups.Select(l => l.Source.Name));
        Assert.Equal(2, schema.Type("Money")!.Field("amount")!.Sources.Count);
        Assert.Single(schema.Type("User")!.Field("name")!.SourceFields);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Link)]
    public void The_keys_of_an_extended_type_are_its_schema_s_own(string link)
    {
        var schema = Compose.Passes(
            """type Query { top: Product } type Product @key(fields: "id") { id: ID! name: String }""",
            $$"""{{link}} extend type Product @key(fields: "id name") @key(fields: "upc") { id: ID @external name: String {{(link.Length > 0 ? "@shareable" : "@external")}} upc: String @external price: Float }""");
        var product = schema.Type("Product")!;
        Assert.Equal("ID", product.Field("id")!.Type.ToString());
        Assert.Equal(["B"], product.Field("upc")!.SourceFields.Select(f => f.Source.Name));
        Assert.Equal(["A", "B", "B"], product.Lookups.Select(l => l.Source.Name));
    }

    [Fact]
    public void Directives_go_by_their_imported_names_and_namespaces()
    {
        var schema = Compose.Passes(
            """extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", as: "fed", import: [{ name: "@key", as: "@id" }]) type Query { a: A } type A @id(fields: "id") { id: ID! x: Int @fed__shareable }""",
            """extend schema @link(url: "https://specs.apollo.dev/federation/v2.0") type A @federation__key(fields: "id") { id: ID! x: Int @federation__shareable y: Int }""");
        Assert.Equal(2, schema.Type("A")!.Lookups.Length);
        Assert.Equal(2, schema.Type("A")!.Field("x")!.Sources.Count);
    }

    [Fact]
    public void Demands_on_callers_of_all_schemas_must_be_met_together()
    {
        const string Auth = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key", "@shareable", "@authenticated", "@requiresScopes", "@policy"])""";
        var schema = Compose.Passes(
            $$"""{{Auth}} type Query { a: String @shareable @requiresScopes(scopes: [["x", "y"], ["z"]]) b: String @authenticated @policy(policies: [["p"]]) }""",
            $$"""{{Auth}} type Query { a: String @shareable @requiresScopes(scopes: [["w"]]) }""");
        Assert.Equal(["w x y", "w z"], schema.Query.Field("a")!.Access!.Scopes.Select(g => string.Join(' ', g)));
        Assert.True(schema.Query.Field("b")!.Access is { Authenticated: true, Policies: [["p"]] });
        Assert.Null(schema.Query.Access);
    }
}
