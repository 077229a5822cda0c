using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Composition.Federation;
using LuckyGraph.Fusion.Tests.Composition;

namespace LuckyGraph.Fusion.Tests.Federation;

/// <summary>What Apollo's composition refuses is refused with a code; what it takes and the composite specification does not, composes.</summary>
public sealed class FederationRulesTests
{
    private const string Link = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@external", "@requires", "@provides", "@shareable", "@override", "@interfaceObject", "@inaccessible", "@tag"])""";

    [Theory]
    [InlineData("INVALID_FIELD_SHARING", "type Query { a: A } type A { x: Int }", "type Query { b: A } type A { x: Int }")]
    [InlineData("KEY_INVALID_FIELDS", """type Query { a: A } type A @key(fields: "nope") { id: ID! }""", "type Query { b: Int }")]
    [InlineData("KEY_INVALID_SYNTAX", """type Query { a: A } type A @key(fields: "id {") { id: ID! }""", "type Query { b: Int }")]
    [InlineData("EXTERNAL_UNUSED", """type Query { a: A } type A @key(fields: "id") { id: ID! x: Int @external }""", """type A @key(fields: "id") { id: ID! x: Int }""")]
    [InlineData("EXTERNAL_MISSING_ON_BASE", """type Query { a: A } type A @key(fields: "id") { id: ID! x: Int @external y: Int @requires(fields: "x") }""", """type A @key(fields: "id") { id: ID! }""")]
    [InlineData("EXTERNAL_TYPE_MISMATCH", """type Query { a: A } type A @key(fields: "id") { id: ID! x: String @external y: Int @requires(fields: "x") }""", """type A @key(fields: "id") { id: ID! x: Int }""")]
    [InlineData("EXTERNAL_ON_INTERFACE", "type Query { a: I } interface I { x: Int @external } type A implements I { x: Int }", "type Query { b: Int }")]
    [InlineData("REQUIRES_INVALID_FIELDS", """type Query { a: A } type A @key(fields: "id") { id: ID! y: Int @requires(fields: "x") }""", """type A @key(fields: "id") { id: ID! x: Int }""")]
    [InlineData("REQUIRES_FIELDS_MISSING_EXTERNAL", """type Query { a: A } type A @key(fields: "id") { id: ID! x: Int y: Int @requires(fields: "x") }""", "type Query { b: Int }")]
    [InlineData("PROVIDES_INVALID_FIELDS", """type Query { a: A @provides(fields: "nope") } type A @key(fields: "id") { id: ID! }""", "type Query { b: Int }")]
    [InlineData("PROVIDES_ON_NON_COMPOSITE_FIELD", """type Query { a: Int @provides(fields: "nope") }""", "type Query { b: Int }")]
    [InlineData("OVERRIDE_FROM_SELF", """type Query { a: Int @override(from: "A") }""", "type Query { b: Int }")]
    [InlineData("OVERRIDE_SOURCE_HAS_OVERRIDE", """type Query { a: Int @override(from: "B") }""", """type Query { a: Int @override(from: "A") }""")]
    [InlineData("OVERRIDE_LABEL_INVALID", """type Query { a: Int @override(from: "B", label: "percent(200)") }""", "type Query { a: Int }")]
    [InlineData("INTERFACE_OBJECT_USAGE_ERROR", """type Query { a: I } type I @interfaceObject @key(fields: "id") { id: ID! }""", "type Query { b: Int } interface I { id: ID! } type A implements I { id: ID! }")]
    [InlineData("ENUM_VALUES_MISMATCH", "type Query { a(e: E): E } enum E { X }", "type Query { b: E } enum E { X Y }")]
    [InlineData("INPUT_WITH_MISSING_REQUIRED_FIELDS", "type Query { a(i: I): Int } input I { x: Int y: Int! }", "type Query { b(i: I): Int } input I { x: Int }")]
    [InlineData("UNSATISFIABLE_QUERY_PATH", "type Query { a: A } type A @shareable { id: ID! }", """type Query { b: A } type A { id: ID! @shareable x: Int }""")]
    public void What_Apollo_refuses_is_refused_with_a_code(string code, string a, string b)
        => Compose.Fails(code, $"{Link} {a}", $"{Link} {b}");

    [Theory]
    [InlineData("type Query { a: E } enum E { X }", "type Query { b: E } enum E { Y }")]
    [InlineData("type Query { a(e: E): Int } enum E { X Y }", "type Query { b(e: E): Int } enum E { X Z }")]
    [InlineData("type Query { a: U } union U = A | B type A { x: Int } type B { x: Int }", "type Query { b: U } union U = A | C type A { y: Int } type C { x: Int }")]
    [InlineData("""type Query { a: A } type A @key(fields: "id") { id: ID! x: Int }""", """type A @key(fields: "id") { id: ID! x: Int @external y: Int @requires(fields: "x") }""")]
    [InlineData("""type Query { a: A } type A @key(fields: "id") { id: ID! x: Int }""", """type A @key(fields: "id") { id: ID! x: Int @override(from: "A", label: "percent(1.5)") }""")]
    [InlineData("schema { query: Root } type Root { a: Int }", "type Query { b: Int }")]
    [InlineData("""type Query { a: A } type A @key(fields: "bs { id }") { bs: [B!]! } type B { id: ID! @shareable }""", """type A @key(fields: "bs { id }") { bs: [B!]! x: Int } type B { id: ID! @shareable }""")]
    public void What_Apollo_takes_composes(string a, string b)
    {
        var result = SchemaComposer.Compose([new("A", $"{Link} {a}"), new("B", $"{Link} {b}")]);
        Assert.DoesNotContain(result.Findings, f => f.Code != CompositionCodes.UnsatisfiableQueryPath);
    }

    [Fact]
    public void Enums_merge_by_their_use()
    {
        var result = SchemaComposer.Compose(
        [
            new("A", $$"""{{Link}} type Query { a(i: In): Out } enum In { X Y } enum Out { X }"""), new("B", $$"""{{Link}} type Query { b(i: In): Out } enum In { Y Z } enum Out { Y }"""),
        ]);
        Assert.Equal("enum In { Y }", Compose.ClientType(result, "In"));
        Assert.Equal("enum Out { X Y }", Compose.ClientType(result, "Out"));
    }

    [Fact]
    public void A_contract_shows_what_has_its_tags()
    {
        SourceSchemaInput[] sources =
        [
            new("A", $$"""{{Link}} type Query { a: A @tag(name: "public") secret: S b: Int @tag(name: "public") @tag(name: "beta") } type A @tag(name: "public") { id: ID! hidden: Int @tag(name: "internal") s: S } type S { x: E } enum E { ONE TWO @tag(name: "internal") }"""),
        ];
        var included = SchemaComposer.Compose(sources, new CompositionOptions { IncludeTags = ["public"], ExcludeTags = ["beta", "internal"] });
        Assert.Equal("type Query { a: A }", Compose.ClientType(included, "Query"));
        Assert.Equal("type A { id: ID! }", Compose.ClientType(included, "A"));
        Assert.DoesNotContain("type S", included.ClientSdl, StringComparison.Ordinal);

        var excluded = SchemaComposer.Compose(sources, new CompositionOptions { ExcludeTags = ["internal"] });
        Assert.Equal("type A { id: ID! s: S }", Compose.ClientType(excluded, "A"));
        Assert.Equal("enum E { ONE }", Compose.ClientType(excluded, "E"));
    }

    [Fact]
    public void A_text_without_graphs_is_no_supergraph()
        => Assert.Contains("no supergraph", Assert.Throws<SupergraphException>(() => SupergraphReader.Read("type Query { a: Int }")).Message, StringComparison.Ordinal);

    [Fact]
    public void Supergraphs_of_version_1_tell_owners_only_and_compose_all_the_same()
    {
        var result = SchemaComposer.ComposeSupergraph("""
            schema @core(feature: "https://specs.apollo.dev/core/v0.1") @core(feature: "https://specs.apollo.dev/join/v0.1") { query: Query }
            directive @core(feature: String!) repeatable on SCHEMA
            directive @join__field(graph: join__Graph, provides: join__FieldSet, requires: join__FieldSet) on FIELD_DEFINITION
            directive @join__graph(name: String!, url: String!) on ENUM_VALUE
            directive @join__owner(graph: join__Graph!) on INTERFACE | OBJECT
            directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on INTERFACE | OBJECT
            scalar join__FieldSet
            enum join__Graph { INVENTORY @join__graph(name: "inventory", url: "http://localhost/i") PRODUCTS @join__graph(name: "products", url: "http://localhost/p") }
            type Money { amount: Int }
            type Product @join__owner(graph: PRODUCTS) @join__type(graph: PRODUCTS, key: "upc") @join__type(graph: INVENTORY, key: "upc") {
              upc: String! @join__field(graph: PRODUCTS)
              price: Money @join__field(graph: PRODUCTS)
              shipping: Int @join__field(graph: INVENTORY, requires: "price { amount }")
            }
            type Query { top: [Product] @join__field(graph: PRODUCTS) }
            """);
        Assert.True(result.Success, string.Join('\n', result.Findings));
        Assert.Equal("price { amount }", result.Schema!.Type("Product")!.Field("shipping")!.SourceFields.Single().Requirements.Single().Text);
        Assert.Equal(["inventory", "products"], result.Schema.Type("Product")!.Lookups.Select(l => l.Source.Name).Order());
        Assert.Equal("http://localhost/p", result.Schema.Source("products")!.Url);
    }
}
