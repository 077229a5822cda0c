using System.Text.Json;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Tests.Types;

public sealed class InputCoercionTests
{
    private static readonly Schema Schema = new SchemaBuilder().AddSdl("""
        type Query {
          find(in: In, ids: [ID!], by: By, any: JSON, long: Long, price: Decimal, at: DateTime, day: LocalDate, id: UUID, url: URL, size: Int! = 3): Int
        }
        input In { a: Int! b: [Int!] c: In d: Color = RED }
        input By @oneOf { id: ID name: String }
        enum Color { RED GREEN }
        """).Build();

    [Theory]
    [InlineData("Long", "9007199254740993", "9007199254740993")]
    [InlineData("Long", "\"9007199254740993\"", "9007199254740993")]
    [InlineData("Long", "9223372036854775808", null)]
    [InlineData("Decimal", "0.1", "0.1")]
    [InlineData("Decimal", "\"12345678901234567890.123\"", "12345678901234567890.123")]
    [InlineData("Decimal", "true", null)]
    [InlineData("DateTime", "\"2026-01-31T09:30:00Z\"", "01/31/2026 09:30:00 +00:00")]
    [InlineData("DateTime", "\"2026-01-31T09:30:00.125+09:00\"", "01/31/2026 09:30:00 +09:00")]
    [InlineData("DateTime", "\"2026-01-31T09:30:00\"", null)]
    [InlineData("DateTime", "\"2026-02-30T09:30:00Z\"", null)]
    [InlineData("LocalDate", "\"2026-01-31\"", "01/31/2026")]
    [InlineData("LocalDate", "\"2026-1-31\"", null)]
    [InlineData("UUID", "\"0197b6a2-7c1e-7d3f-8a4b-5c6d7e8f9a0b\"", "0197b6a2-7c1e-7d3f-8a4b-5c6d7e8f9a0b")]
    [InlineData("UUID", "\"0197b6a27c1e7d3f8a4b5c6d7e8f9a0b\"", null)]
    [InlineData("URL", "\"https://example.com/a?b=c\"", "https://example.com/a?b=c")]
    [InlineData("URL", "\"/a\"", null)]
    [InlineData("Int", "2147483648", null)]
    [InlineData("Int", "1e2", "100")]
    [InlineData("ID", "9007199254740993", "9007199254740993")]
    public void Json_becomes_the_clr_value_or_is_refused(string type, string json, string? expected)
    {
        var errors = new List<InputError>();
        using var document = JsonDocument.Parse(json);
        var ok = InputCoercion.TryCoerce(document.RootElement, Schema.Type(type)!, out var value, errors);
        Assert.Equal(expected is not null, ok);
        if (ok)
        {
            Assert.Equal(expected, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture));
        }
        else
        {
            Assert.Contains(type, Assert.Single(errors).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Variables_that_do_not_fit_are_named_with_the_place_in_the_value()
    {
        var errors = Errors(
            "query($in: In, $by: By, $n: Int!, $s: String) { find(in: $in, by: $by) }",
            """{"in": {"b": [1, null], "c": {"a": "x", "z": 1}}, "by": {"id": "1", "name": "n"}, "s": 1}""");
        Assert.Equal(
            [
                "Variable \"$in\" has invalid value at .b[1]: Expected value of non-null type \"Int!\" not to be null.",
                "Variable \"$in\" has invalid value at .c.a: Int cannot represent non-integer value: \"x\"",
                "Variable \"$in\" has invalid value at .c: Expected value of type \"In\" not to include unknown field \"z\". Did you mean \"a\", \"b\", \"c\", or \"d\"? Found: { a: \"x\", z: 1 }.",
                "Variable \"$in\" has invalid value: Expected value of type \"In\" to include required field \"a\", found: { b: [1, null], c: { a: \"x\", z: 1 } }.",
                "Variable \"$by\" has invalid value: Within OneOf Input Object type \"By\", exactly one field must be specified, and the value for that field must be non-null.",
                "Variable \"$n\" has invalid value: Expected a value of non-null type \"Int!\" to be provided.",
                "Variable \"$s\" has invalid value: String cannot represent a non string value: 1",
            ],
            errors.Select(e => e.Message));
        Assert.All(errors, e => Assert.Equal("BAD_USER_INPUT", e.Code));
        Assert.Equal(new SourceLocation(1, 7), errors[0].Locations[0]);
    }

    [Fact]
    public void Errors_of_one_request_are_bounded()
    {
        var errors = Errors("query($in: [Int!]) { find }", $$"""{"in": [{{string.Join(",", Enumerable.Repeat("\"x\"", 500))}}]}""");
        Assert.True(errors.Length <= VariableCoercion.MaxErrors + 1);
    }

    [Fact]
    public void Variables_must_be_an_object() => Assert.Equal("Variables must be a JSON object.", Assert.Single(Errors("{ find }", "[1]")).Message);

    [Fact]
    public void Arguments_take_variables_defaults_and_lists_of_one()
    {
        var arguments = Arguments("query($a: Int, $id: ID!, $none: Color) { find(in: {a: 1, b: $a, d: $none}, ids: $id, any: {x: [$a, $none], y: $none}) }", """{"a": 7, "id": 5}""");
        var input = Assert.IsType<LuckyGraph.Engine.Execution.InputObjectValue>(arguments[0]);
        Assert.Equal(1, input[0]);
        Assert.Equal([7], Assert.IsType<object?[]>(input[1]));
        Assert.False(input.IsProvided(2));
        Assert.Equal("RED", input[3]);
        Assert.Equal(["5"], Assert.IsType<object?[]>(arguments[1]));
        Assert.Equal("""{"x":[7,null]}""", Assert.IsType<JsonElement>(arguments[3]).GetRawText());
        Assert.Equal(3, arguments[10]);
        Assert.False(arguments.IsProvided(2));
    }

    [Fact]
    public void Literals_of_scalars_are_walked_once_and_keep_what_holds_no_variable()
    {
        const int Depth = 150;
        // At every level a constant list, then the next level; the variable is the innermost.
        var literal = (ListValueNode)Literal(string.Concat(Enumerable.Repeat("[[1, 2], ", Depth)) + "$a" + new string(']', Depth));
        var (document, operation) = Parse("query($a: Int) { find(any: $a) }");
        using var variables = JsonDocument.Parse("""{"a": 7}""");
        Assert.True(new VariableCoercion(Schema, document, operation).TryCoerce(variables.RootElement, out var values, out _));

        var substitution = new VariableSubstitution(values);
        var replaced = (ListValueNode)substitution.Replace(literal);

        // A level is a list, its constant list and that one's two numbers.
        Assert.Equal((Depth * 4) + 1, substitution.Visited);
        Assert.Same(literal.Values[0], replaced.Values[0]);
        Assert.Equal("7" + new string(']', Depth), AnyCoercion.ToJson(replaced).GetRawText()[^(Depth + 1)..]);
        var constant = Literal("[{ a: [1, { b: 2 }] }]");
        Assert.Same(constant, substitution.Replace(constant));
    }

    [Theory]
    [InlineData("query($n: Int) { find(size: $n) }", """{"n": null}""", "Argument \"size\" has invalid value: Expected variable \"$n\" provided to non-null type \"Int!\" not to be null.")]
    [InlineData("query($s: ID!, $t: String) { find(by: {id: $s, name: $t}) }", """{"s": "1"}""", "Argument \"by\" has invalid value: Expected variable \"$t\" provided to field \"name\" for OneOf Input Object type \"By\" to provide a runtime value.")]
    [InlineData("query($n: Int) { find(in: {a: $n}) }", "{}", "Argument \"in\" has invalid value at .a: Expected variable \"$n\" provided to type \"Int!\" to provide a runtime value.")]
    public void Arguments_that_do_not_fit_say_why(string document, string variables, string message)
        => Assert.Equal(message, Assert.Throws<CoercionException>(() => Arguments(document, variables)).Message);

    private static ValueNode Literal(string text)
        => ((FieldNode)Parse($"{{ find(any: {text}) }}").Item2.SelectionSet.Selections[0]).Arguments[0].Value;

    private static LuckyGraph.Engine.Execution.CoercedArguments Arguments(string text, string json)
    {
        var (document, operation) = Parse(text);
        using var variables = JsonDocument.Parse(json);
        Assert.True(new VariableCoercion(Schema, document, operation).TryCoerce(variables.RootElement, out var values, out _));
        var field = (FieldNode)operation.SelectionSet.Selections[0];
        return ArgumentCoercion.Coerce(Schema.QueryType.Field("find")!, field.Arguments, values);
    }

    private static System.Collections.Immutable.ImmutableArray<LuckyGraph.Engine.Execution.GraphQLError> Errors(string text, string json)
    {
        var (document, operation) = Parse(text);
        using var variables = JsonDocument.Parse(json);
        Assert.False(new VariableCoercion(Schema, document, operation).TryCoerce(variables.RootElement, out _, out var errors));
        return errors;
    }

    private static (DocumentNode, OperationDefinitionNode) Parse(string text)
    {
        var document = Parser.ParseDocument(text);
        return (document, (OperationDefinitionNode)document.Definitions[0]);
    }
}
