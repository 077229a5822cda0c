using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Tests.Composition;

namespace LuckyGraph.Fusion.Tests.Federation;

/// <summary>Custom directives that <c>@composeDirective</c> names are in the execution schema, wherever any schema applies them.</summary>
public sealed class ComposedDirectiveTests
{
    private const string Federation = """@link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@composeDirective"])""";
    private const string Custom = """@link(url: "https://example.org/meta/v1.0", import: ["@meta"]) @composeDirective(name: "@meta")""";
    private const string Definition = "directive @meta(owner: String) on OBJECT | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM_VALUE | INPUT_FIELD_DEFINITION";

    [Fact]
    public void Composed_directives_keep_their_definition_and_every_application()
    {
        var result = Compose.Raw(
            $$"""
            extend schema {{Federation}} {{Custom}}
            {{Definition}}
            type Query { a(x: Int @meta(owner: "arguments"), i: I): A @meta(owner: "root") e: E }
            type A @key(fields: "id") @meta(owner: "type") { id: ID! }
            enum E { X @meta(owner: "value") }
            input I { y: Int @meta(owner: "input") }
            """,
            $$"""
            extend schema {{Federation}} @link(url: "https://example.org/meta/v1.3", import: ["@meta"]) @composeDirective(name: "@meta")
            directive @meta(owner: String, since: Int) on OBJECT | INTERFACE | FIELD_DEFINITION
            type A @key(fields: "id") @meta(owner: "another") { id: ID! b: Int @meta(owner: "field", since: 3) }
            """);

        Assert.True(result.Success, string.Join('\n', result.Findings));
        var sdl = result.ExecutionSdl!;
        Assert.Contains("directive @meta(owner: String, since: Int) on OBJECT | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM_VALUE | INPUT_FIELD_DEFINITION | INTERFACE", sdl, StringComparison.Ordinal);
        foreach (var owner in (string[])["arguments", "root", "type", "value", "input"])
        {
            Assert.Contains($"@meta(owner: \"{owner}\")", sdl, StringComparison.Ordinal);
        }

        Assert.Contains("@meta(owner: \"field\", since: 3)", sdl, StringComparison.Ordinal);
        // It may stand at a place once: the first schema's counts.
        Assert.DoesNotContain("another", sdl, StringComparison.Ordinal);
        Assert.DoesNotContain("meta", result.ClientSdl!, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_custom_directives_are_not_composed()
    {
        var result = Compose.Raw($$"""extend schema {{Federation}} {{Custom}} {{Definition}} directive @own on OBJECT type Query @own { a: Int @meta }""");
        Assert.Contains("@meta", result.ExecutionSdl!, StringComparison.Ordinal);
        Assert.DoesNotContain("@own", result.ExecutionSdl!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_repeatable_directive_is_kept_from_every_schema_once()
    {
        var link = $"""extend schema {Federation} @link(url: "https://example.org/label/v1.0") @composeDirective(name: "@label") directive @label(text: String) repeatable on OBJECT""";
        var result = Compose.Raw(
            $$"""{{link}} type Query { a: A } type A @key(fields: "id") @label(text: "x") @label(text: "y") { id: ID! }""",
            $$"""{{link}} type A @key(fields: "id") @label(text: "y") @label(text: "z") { id: ID! b: Int }""");
        Assert.Contains("""@label(text: "x") @label(text: "y") @label(text: "z")""", result.ExecutionSdl!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""@composeDirective(name: "meta")""", "does not begin with")]
    [InlineData("@composeDirective(name: 3)", "does not begin with")]
    [InlineData("""@composeDirective(name: "@key")""", "belongs to Federation")]
    [InlineData("""@composeDirective(name: "@none")""", "is not defined")]
    [InlineData("""@composeDirective(name: "@meta")""", "is not linked")]
    [InlineData("""@composeDirective(name: "@meta") @link(url: "https://example.org/meta/v2.0", import: ["@meta"])""", "version v2")]
    [InlineData("""@composeDirective(name: "@meta") @link(url: "https://example.org/other/v1.0", import: [{ name: "@other", as: "@meta" }])""", "under another name")]
    public void What_cannot_be_composed_is_refused_with_its_reason(string applied, string reason)
    {
        var error = Compose.Fails(
            CompositionCodes.DirectiveCompositionError,
            $$"""extend schema {{Federation}} {{Custom}} {{Definition}} type Query { a: Int @meta }""",
            $$"""extend schema {{Federation}} {{applied}} {{Definition}} type Query { b: Int @meta }""");
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Operations_may_have_directives_that_are_composed()
    {
        const string Ask = """@link(url: "https://example.org/audience/v1.0", import: ["@audience"]) @composeDirective(name: "@audience")""";
        var result = Compose.Raw(
            $$"""extend schema {{Federation}} {{Ask}} directive @audience(kind: Kind!) on FIELD | OBJECT enum Kind { STAFF GUEST } type Query { a: Int }""",
            $$"""extend schema {{Federation}} {{Ask}} directive @audience(kind: Kind! = GUEST) on FIELD enum Kind { STAFF GUEST } type Query { b: Int }""");
        Assert.Contains("directive @audience(kind: Kind! = GUEST) on FIELD\n", result.ClientSdl!, StringComparison.Ordinal);
        Assert.Contains("directive @audience(kind: Kind! = GUEST) on FIELD | OBJECT\n", result.ExecutionSdl!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("directive @trace(level: Int, label: String) on FIELD | QUERY", "directive @trace(level: Int) on QUERY | MUTATION", "directive @trace(level: Int) on QUERY")]
    [InlineData("directive @trace(level: Int!) on FIELD", "directive @trace on FIELD", null)]
    [InlineData("directive @trace on FIELD", "directive @trace on FIELD_DEFINITION", null)]
    [InlineData("directive @trace on FIELD", "directive @other on FIELD", null)]
    public void Operations_may_have_what_all_schemas_understand(string a, string b, string? expected)
    {
        var client = Compose.Raw($$"""extend schema {{Federation}} {{a}} type Query { a: Int }""", $$"""extend schema {{Federation}} {{b}} type Query { b: Int }""").ClientSdl!;
        Assert.Equal(expected, client.Split('\n').FirstOrDefault(static l => l.StartsWith("directive", StringComparison.Ordinal)));
    }
}
