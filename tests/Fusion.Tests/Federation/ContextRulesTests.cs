using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Tests.Composition;

namespace LuckyGraph.Fusion.Tests.Federation;

/// <summary>Which contexts compose (<c>@context</c>, <c>@fromContext</c>), and what is said of those that do not.</summary>
public sealed class ContextRulesTests
{
    private const string Link = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@external", "@shareable", "@interfaceObject", "@context", "@fromContext"])""";
    private const string Setter = """type Query { t: T } type T @key(fields: "id") @context(name: "c") { id: ID! u: U text: String! maybe: String list: [String] parts: [P] }  type P { id: ID! text: String! }""";

    [Theory]
    [InlineData("CONTEXT_NAME_INVALID", """type Query { t: T } type T @context(name: "a_b") { id: ID! }""")]
    [InlineData("CONTEXT_NAME_INVALID", """type Query { t: T } type T @context(name: "1a") { id: ID! }""")]
    [InlineData("NO_CONTEXT_IN_SELECTION", """type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "{ text }")): Int }""")]
    [InlineData("NO_CONTEXT_IN_SELECTION", """type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c")): Int }""")]
    [InlineData("CONTEXT_NOT_SET", """type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$other { text }")): Int }""")]
    [InlineData("CONTEXT_NO_RESOLVABLE_KEY", """type U @key(fields: "id", resolvable: false) { id: ID! f(a: String @fromContext(field: "$c { text }")): Int }""")]
    [InlineData("CONTEXT_INVALID_SELECTION", """type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { nope }")): Int }""")]
    [InlineData("CONTEXT_INVALID_SELECTION", """type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { text")): Int }""")]
    [InlineData("CONTEXT_INVALID_SELECTION", """type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { id text }")): Int }""")]
    [InlineData("CONTEXT_INVALID_SELECTION", """type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { a: text }")): Int }""")]
    [InlineData("CONTEXT_INVALID_SELECTION", """type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { text @skip(if: true) }")): Int }""")]
    [InlineData("CONTEXT_INVALID_SELECTION", """type U @key(fields: "id") { id: ID! f(a: Int @fromContext(field: "$c { text }")): Int }""")]
    [InlineData("CONTEXT_INVALID_SELECTION", """type U @key(fields: "id") { id: ID! f(a: String! @fromContext(field: "$c { maybe }")): Int }""")]
    [InlineData("CONTEXT_INVALID_SELECTION", """type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { list }")): Int }""")]
    [InlineData("CONTEXT_INVALID_SELECTION", """type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { parts { text } }")): Int }""")]
    [InlineData("CONTEXT_INVALID_SELECTION", """type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { parts }")): Int }""")]
    [InlineData("CONTEXT_INVALID_SELECTION", """type U @key(fields: "id") { id: ID! f(a: ID @fromContext(field: "$c ... on P { id }")): Int }""")]
    [InlineData("CONTEXT_INVALID_SELECTION", """type U @key(fields: "id") { id: ID! f(a: ID @fromContext(field: "$c ... on T { id } ... on P { id }")): Int }""")]
    [InlineData("CONTEXT_INVALID_SELECTION", """type U @key(fields: "id") { id: ID! f(a: ID @fromContext(field: "$c ... on T { id } ... on T { id }")): Int }""")]
    [InlineData("CONTEXT_INVALID_SELECTION", """type U @key(fields: "id") { id: ID! f(a: ID @fromContext(field: "$c ...F")): Int }""")]
    [InlineData("FROM_CONTEXT_INVALID_USAGE", """type U @key(fields: "id") { id: ID! f(a: String = "x" @fromContext(field: "$c { text }")): Int }""")]
    [InlineData("FROM_CONTEXT_INVALID_USAGE", """interface I { f(a: String @fromContext(field: "$c { text }")): Int } type U @key(fields: "id") { id: ID! }""")]
    [InlineData("FROM_CONTEXT_INVALID_USAGE", """interface I { f: Int } type U implements I @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { text }")): Int }""")]
    [InlineData("FROM_CONTEXT_INVALID_USAGE", """directive @d(a: String @fromContext(field: "$c { text }")) on FIELD_DEFINITION type U @key(fields: "id") { id: ID! }""")]
    public void What_no_context_can_fill_is_refused_with_a_code(string code, string rest)
    {
        var setter = rest.Contains("type T ", StringComparison.Ordinal) ? "" : Setter;
        Compose.Fails(code, $"{Link} {setter} {rest}", $"{Link} type Other {{ x: Int }} type Query {{ other: Other }}");
    }

    [Theory]
    [InlineData("""f(a: String @fromContext(field: "$c { text }")): Int""")]
    [InlineData("""f(a: String! @fromContext(field: "$c { text }")): Int""")]
    [InlineData("""f(a: [String] @fromContext(field: "$c { list }")): Int""")]
    [InlineData("""f(a: [String!] @fromContext(field: "$c { parts { text } }")): Int""", false)]
    [InlineData("""f(a: [String] @fromContext(field: "$c { parts { text } }")): Int""")]
    [InlineData("""f(a: String @fromContext(field: " # the text\n $c, text")): Int""")]
    [InlineData("""f(a: ID @fromContext(field: "$c ... on T { id }"), b: String @fromContext(field: "$c { text }")): Int""")]
    public void A_context_fills_what_its_value_fits(string field, bool fits = true)
    {
        var result = Compose.With($$"""{{Link}} {{Setter}} type U @key(fields: "id") { id: ID! {{field}} }""", $"{Link} type Query {{ other: Int }}");
        Assert.Equal(fits, result.Success);
        if (fits)
        {
            Assert.Equal("type U { f: Int id: ID! }", Compose.ClientType(result, "U"));
        }
    }

    [Fact]
    public void The_same_argument_elsewhere_must_not_be_one_that_clients_have_to_give()
    {
        var contextual = $$"""{{Link}} {{Setter}} type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { text }")): Int @shareable }""";
        Compose.Fails("CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS", contextual, $$"""{{Link}} type U @key(fields: "id") { id: ID! f(a: String!): Int @shareable }""");
        Compose.Passes(contextual, $$"""{{Link}} type U @key(fields: "id") { id: ID! f(a: String): Int @shareable }""");
        Compose.Passes(contextual, $$"""{{Link}} type U @key(fields: "id") { id: ID! f(a: String! = "x"): Int @shareable }""");
        Compose.Passes(contextual, $$"""{{Link}} type U @key(fields: "id") { id: ID! f: Int @shareable }""");
    }

    [Fact]
    public void An_external_field_that_a_context_selects_is_used()
        => Compose.Passes(
            $$"""{{Link}} type Query { t: T } type T @key(fields: "id") @context(name: "c") { id: ID! u: U text: String @external } type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { text }")): Int }""",
            $$"""{{Link}} type T @key(fields: "id") { id: ID! text: String }""");

    [Fact]
    public void An_interface_object_sets_no_context()
        => Compose.Fails(
            "CONTEXT_INVALID_SELECTION",
            $$"""{{Link}} type Query { t: T } type T @interfaceObject @key(fields: "id") @context(name: "c") { id: ID! u: U text: String } type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { text }")): Int }""",
            $$"""{{Link}} interface T @key(fields: "id") { id: ID! } type A implements T @key(fields: "id") { id: ID! }""");

    [Theory]
    [InlineData("type Query { t: T u: U }", "through none")]
    [InlineData("type Query { t: T v: V } type V { u: U }", "through none")]
    public void Every_path_to_the_field_must_lead_through_the_context(string query, string reason)
    {
        var error = Compose.Fails(
            "UNSATISFIABLE_QUERY_PATH",
            $$"""{{Link}} {{query}} type T @key(fields: "id") @context(name: "c") { id: ID! u: U text: String } type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { text }")): Int }""",
            $"{Link} type Query {{ other: Int }}");
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal("U.f", error.Coordinate);
    }

    [Fact]
    public void The_value_must_be_resolvable_where_the_context_is_set()
    {
        var result = Compose.With(
            $$"""{{Link}} type Query { t: T } type T @context(name: "c") { u: U text: String @external } type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { text }")): Int }""",
            $"{Link} type T {{ text: String }} type Query {{ other: T }}");
        var error = Assert.Single(result.Findings, f => f.Coordinate == "U.f");
        Assert.Equal(CompositionCodes.UnsatisfiableQueryPath, error.Code);
        Assert.Contains("\"text\" cannot be resolved there", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_may_be_set_around_itself()
        => Compose.Passes(
            $$"""{{Link}} type Query { t: T } type T @key(fields: "id") @context(name: "c") { id: ID! t: T u: U text: String } type U @key(fields: "id") { id: ID! t: T u: U f(a: String @fromContext(field: "$c { text }")): Int }""",
            $"{Link} type Query {{ other: Int }}");

    [Fact]
    public void The_execution_schema_tells_which_types_set_the_value()
    {
        var result = Compose.With(
            $$"""{{Link}} type Query { m: M } union M @context(name: "c") = A | B type A { u: U x: String } type B { u: U y: [P] p: P } type P { x: String } type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c ... on A { x } ... on B { p { x } }")): Int }""",
            $"{Link} type Query {{ other: Int }}");
        Assert.Contains(
            """@fusion__requires(schema: A, argument: "a", type: "String", map: "<A>.x | <B>.p.x", context: ["M"])""", result.ExecutionSdl, StringComparison.Ordinal);
    }
}
