using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Tests.Validation;

/// <summary>A field that an input object literal gives twice is one error, and the cause of no others.</summary>
public sealed class RepeatedFieldTests
{
    private static readonly Schema Schema = new SchemaBuilder().AddSdl("""
        type Query { value(in: In): Query scalar: Int }
        input In { a: Boolean b: Int in: In }
        """).Build();

    [Theory]
    [InlineData("{ value(in: { a: 1, a: true }) { scalar } }")]
    [InlineData("{ ...F } fragment F on Query { value(in: { a: false, a: true }) { scalar } ... on Query { ...G } } fragment G on Query { ...F }")]
    [InlineData("{ value(in: { a: false, b: 1, a: true }) { scalar } value(in: { b: 1, a: false, a: true }) { scalar } }")]
    public void Its_last_value_counts_and_it_equals_itself(string document)
    {
        var errors = DocumentValidator.Validate(Schema, Parser.ParseDocument(document));

        Assert.All(errors, e => Assert.Matches("There can be only one input field named|Cannot spread fragment", e.Message));
        Assert.NotEmpty(errors);
    }

    [Fact]
    public void Its_values_are_compared_in_their_order()
    {
        var errors = DocumentValidator.Validate(Schema, Parser.ParseDocument("{ value(in: { a: false, a: true }) { scalar } value(in: { a: true, a: false }) { scalar } }"));

        Assert.Contains(errors, e => e.Message.StartsWith("Fields \"value\" conflict because they have differing arguments.", StringComparison.Ordinal));
    }

    [Fact]
    public void Deep_objects_in_another_order_are_compared_once()
    {
        var (left, right) = ("{ a: true }", "{ a: true }");
        for (var i = 0; i < 60; i++)
        {
            (left, right) = ($"{{ in: {left}, a: true, b: 1 }}", $"{{ in: {right}, b: 1, a: true }}");
        }

        Assert.Empty(DocumentValidator.Validate(Schema, Parser.ParseDocument($"{{ value(in: {left}) {{ scalar }} value(in: {right}) {{ scalar }} }}")));
    }
}
