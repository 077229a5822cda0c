using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Tests.Composition;

/// <summary>The language of <c>FieldSelectionMap</c>.</summary>
public sealed class SelectedValueParserTests
{
    [Theory]
    [InlineData("id")]
    [InlineData("dimension.size")]
    [InlineData("mediaById<Book>.isbn")]
    [InlineData("<Book>.isbn")]
    [InlineData("mediaById<Book>.title | mediaById<Movie>.movieTitle")]
    [InlineData("{ width height }")]
    [InlineData("{ w: width h: height }")]
    [InlineData("dimension.{ width height }")]
    [InlineData("<Movie>.{ id }")]
    [InlineData("{ movieId: <Movie>.id } | { productId: <Product>.id }")]
    [InlineData("{ nested: { movieId: <Movie>.id } | { productId: <Product>.id } }")]
    [InlineData("parts[id]")]
    [InlineData("parts[{ id name }]")]
    [InlineData("parts[[{ id name }]]")]
    [InlineData("{ coordinates: coordinates[{ lat: x lon: y }] }")]
    [InlineData("{ weight dimension: dimension.{ width height } }")]
    [InlineData("price(currency:EUR).amount")]
    [InlineData("offers(first:3,note:\") (\")<Sale>.{ price: price(in:{to:EUR}) type: __typename }")]
    public void What_is_parsed_prints_as_it_was(string text)
    {
        var value = SelectedValueParser.Parse(text);
        Assert.Equal(text, value.ToString());
        Assert.Equal(value, SelectedValueParser.Parse(text));
    }

    [Theory]
    [InlineData(" { id: id , sku } ", "{ id sku }")]
    [InlineData("a . b", "a.b")]
    [InlineData("a|b|c", "a | b | c")]
    [InlineData("{ a: a ( x : 1, y: [2, 3] ) }", "{ a: a(x:1,y:[2 3]) }")]
    public void White_space_commas_and_shorthands_do_not_matter(string text, string canonical)
        => Assert.Equal(canonical, SelectedValueParser.Parse(text).ToString());

    [Theory]
    [InlineData("", 0, "Expected a field name at the end of \"\".")]
    [InlineData("{ id ", 5, "Expected an input field name or \"}\" at the end of \"{ id \".")]
    [InlineData("{ }", 2, "Expected an input field name at character 3 of \"{ }\", found \"}\".")]
    [InlineData("a.", 2, "Expected a field name at the end of \"a.\".")]
    [InlineData("a b", 2, "Expected the end of the selection at character 3 of \"a b\", found \"b\".")]
    [InlineData("parts[id name]", 9, "Expected \"]\" at character 10 of \"parts[id name]\", found \"n\".")]
    [InlineData("media<Book>", 11, "Expected \".\" after the type condition at the end of \"media<Book>\".")]
    [InlineData("a | ", 4, "Expected a field name at the end of \"a | \".")]
    [InlineData("price(in: $currency)", 10, "Expected a constant at character 11 of \"price(in: $currency)\", found \"$\".")]
    [InlineData("price(in: EUR", 13, "Expected \")\" at the end of \"price(in: EUR\".")]
    [InlineData("name @lowercase", 5, "Expected the end of the selection at character 6 of \"name @lowercase\", found \"@\".")]
    public void Errors_say_what_was_expected_where(string text, int offset, string message)
    {
        var error = Assert.Throws<SelectedValueSyntaxException>(() => SelectedValueParser.Parse(text));
        Assert.Equal(message, error.Message);
        Assert.Equal(offset, error.Offset);
    }

    [Fact]
    public void Nesting_is_limited()
        => Assert.Throws<SelectedValueSyntaxException>(() => SelectedValueParser.Parse(string.Concat(Enumerable.Repeat("a[", 10_000))));
}
