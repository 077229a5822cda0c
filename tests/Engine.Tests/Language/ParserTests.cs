using System.Text;
using LuckyGraph.Conformance;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Tests.Language;

public sealed class ParserTests
{
    [Fact]
    public void A_syntax_error_says_where_what_was_expected_and_what_was_found()
    {
        var error = Assert.Throws<GraphQLSyntaxException>(() => Parser.ParseDocument("{\n  a(x 1)\n}"));

        Assert.Equal(new SourceLocation(2, 7), error.Location);
        Assert.Equal("Expected \":\", found Int \"1\".", error.Message);
        Assert.Equal(8, error.Offset);
        Assert.False(error.IsLimitExceeded);
    }

    [Fact]
    public void Columns_count_UTF16_code_units()
    {
        var error = Assert.Throws<GraphQLSyntaxException>(() => Parser.ParseDocument("{ a(s: \"😀\") ] }"));

        Assert.Equal(new SourceLocation(1, 14), error.Location);
    }

    [Theory]
    [InlineData("{ a }\n\"about\" fragmant F on Q { a }", 2, 1, "Unexpected description, only definitions can have one.")]
    [InlineData("\"about\" extend type Q { a: Int }", 1, 1, "Unexpected description, only definitions can have one, extensions cannot.")]
    [InlineData("\"about\" { a }", 1, 1, "Unexpected description, a shorthand query cannot have one.")]
    public void A_description_of_nothing_is_what_is_unexpected(string document, int line, int column, string message)
    {
        var error = Assert.Throws<GraphQLSyntaxException>(() => Parser.ParseDocument(document));

        Assert.Equal((new SourceLocation(line, column), message), (error.Location, error.Message));
    }

    [Fact]
    public void The_token_limit_counts_neither_comments_nor_the_end()
    {
        var five = new ParserOptions { MaxTokens = 5 };

        Parser.ParseDocument("# one # two\n{ a b c }", five);
        var error = Assert.Throws<GraphQLSyntaxException>(() => Parser.ParseDocument("{ a b c d }", five));

        Assert.True(error.IsLimitExceeded);
        Assert.Contains("more than 5 tokens", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ a { b { c } } }", true)]
    [InlineData("{ a { b { c { d } } } }", false)]
    [InlineData("{ a(x: [{ y: 1 }]) }", true)]
    [InlineData("{ a(x: [{ y: [1] }]) }", false)]
    [InlineData("query ($a: [[[Int]]]) { a }", true)]
    [InlineData("query ($a: [[[[Int]]]]) { a }", false)]
    public void The_nesting_limit_covers_selection_sets_values_and_types(string document, bool allowed)
    {
        var options = new ParserOptions { MaxDepth = 3 };

        var error = Record.Exception(() => Parser.ParseDocument(document, options));

        Assert.Equal(allowed, error is null);
        Assert.True(error is null or GraphQLSyntaxException { IsLimitExceeded: true });
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused_at_the_first_bad_byte()
    {
        var error = Assert.Throws<GraphQLSyntaxException>(() => Parser.ParseDocument(new byte[] { (byte)'{', (byte)' ', 0xC3, 0x28 }));

        Assert.Equal(2, error.Offset);
    }

    [Fact]
    public void Nodes_know_their_bytes_in_the_source()
    {
        var source = "query Q { alias: field(x: 1) @d { b } ...F }"u8.ToArray();
        var document = Parser.ParseDocument(source);
        var operation = (OperationDefinitionNode)document.Definitions[0];
        var field = (FieldNode)operation.SelectionSet.Selections[0];

        Assert.Equal("alias: field(x: 1) @d { b }", Text(source, field));
        Assert.Equal("x: 1", Text(source, field.Arguments[0]));
        Assert.Equal("@d", Text(source, field.Directives[0]));
        Assert.Equal("...F", Text(source, operation.SelectionSet.Selections[1]));
        Assert.Equal(source.Length, operation.End);
    }

    [Fact]
    public void Selection_sets_parse_with_and_without_braces()
    {
        var bare = Parser.ParseSelectionSet("id seller { id }");
        var braced = Parser.ParseSelectionSet("{ id seller { id } }");

        Assert.Null(SyntaxTree.Difference(bare, braced));
        Assert.Equal("{id seller{id}}", Printer.PrintCompact(bare));
    }

    [Fact]
    public void Directive_lists_are_constant()
    {
        var directives = Parser.ParseDirectives("@lookup @cost(weight: \"2\")");

        Assert.Equal(["lookup", "cost"], directives.Select(static d => d.Name.Value));
        Assert.Throws<GraphQLSyntaxException>(() => Parser.ParseDirectives("@cost(weight: $w)"));
    }

    [Theory]
    [InlineData("carriage\rreturn")]
    [InlineData("\nleading line")]
    [InlineData("trailing line\n")]
    [InlineData("quotes \"\"\"\"")]
    [InlineData("ends in a backslash\\")]
    [InlineData("  indented\n  twice")]
    [InlineData(" one line")]
    [InlineData("")]
    public void Block_strings_made_by_code_keep_their_value_when_printed(string value)
    {
        var node = new StringValueNode { Value = value, IsBlock = true };

        Assert.Equal(value, ((StringValueNode)Parser.ParseValue(Printer.Print(node))).Value);
        Assert.Equal(value, ((StringValueNode)Parser.ParseValue(Printer.PrintCompact(node))).Value);
    }

    [Fact]
    public void A_lone_surrogate_is_printed_as_the_replacement_character()
    {
        var printed = Printer.Print(new StringValueNode { Value = "a\uD800b" });

        Assert.Equal("\"a\uFFFDb\"", printed);
        Assert.Equal(printed, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(printed)));
    }

    [Fact]
    public void The_compact_form_has_spaces_only_between_words()
    {
        var document = Parser.ParseDocument("query Q ( $a : Int = 1 , $b : [ T ! ] ) { x : f ( a : $a , b : [ 1 , 2 , A ] ) { g ... F } h }");

        Assert.Equal("query Q($a:Int=1$b:[T!]){x:f(a:$a b:[1 2 A]){g ...F}h}", Printer.PrintCompact(document));
    }

    private static string Text(byte[] source, SyntaxNode node) => Encoding.UTF8.GetString(source[node.Start..node.End]);
}
