using System.Diagnostics;
using System.Text;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Tests.Validation;

public sealed class LimitTests
{
    private static readonly Schema Schema = new SchemaBuilder().AddSdl("""
        type Query implements Node { a: Query b: Query c(x: Int, in: In): String node: Node any: Any name: String }
        type Other implements Node { a: Query name: String other: Other }
        interface Node { a: Query name: String }
        union Any = Query | Other
        input In { in: In list: [In] x: Int }
        """).Build();

    [Fact]
    public void An_operation_that_nests_too_deep_is_refused_with_its_depth()
    {
        var error = Assert.Single(Validate(Nested(11), new ValidationOptions { MaxDepth = 10 }));
        Assert.Equal(ErrorCodes.Limit, error.Code);
        Assert.Equal("The operation nests fields 11 deep; at most 10 are allowed.", error.Message);
        Assert.Empty(Validate(Nested(10), new ValidationOptions { MaxDepth = 10 }));
    }

    [Fact]
    public void Fragments_count_wherever_they_are_spread()
    {
        var bomb = new StringBuilder("{ ...F0 }");
        for (var i = 0; i < 30; i++)
        {
            bomb.Append($" fragment F{i} on Query {{ a {{ ...F{i + 1} }} b {{ ...F{i + 1} }} }}");
        }

        bomb.Append(" fragment F30 on Query { name }");
        var error = Assert.Single(Validate(bomb.ToString()));
        Assert.Equal(ErrorCodes.Limit, error.Code);
        Assert.Contains("2147483647 fields", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_directives_at_one_place_are_refused()
        => Assert.Equal(ErrorCodes.Limit, Assert.Single(Validate("{ name " + string.Concat(Enumerable.Repeat("@a ", 5)) + "}")).Code);

    [Theory]
    [InlineData("{ c(in: {list: [{x: 1} {x: 2} {x: 3}]}) }")]
    [InlineData("{ c(in: {list: [{list: [{x: 1} {x: 2} {x: 3}]}]}) }")]
    [InlineData("query($in: In = {list: [{x: 1} {x: 2} {x: 3}]}) { c(in: $in) }")]
    public void Long_lists_belong_into_variables(string document)
    {
        var error = Assert.Single(Validate(document, new ValidationOptions { MaxListLiteral = 2 }));
        Assert.Equal((ErrorCodes.Limit, "A list in the document has at most 2 items; found 3. Send longer lists as variables."), (error.Code, error.Message));
        Assert.Empty(Validate(document, new ValidationOptions { MaxListLiteral = 3 }));
    }

    [Theory]
    [InlineData("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }")]
    [InlineData("{ __type(name: \"Query\") { ...T } } fragment T on __Type { interfaces { possibleTypes { ...U } } } fragment U on __Type { fields { name } }")]
    public void Introspection_that_nests_lists_is_refused(string document)
        => Assert.Equal(ErrorCodes.Limit, Assert.Single(Validate(document)).Code);

    [Fact]
    public void Introspection_can_be_switched_off()
    {
        var options = new ValidationOptions { AllowIntrospection = false };
        Assert.Equal("Introspection is not allowed here, but the document selects \"__schema\".", Assert.Single(Validate("{ __schema { description } }", options)).Message);
        Assert.Empty(Validate("{ __typename }", options));
    }

    [Fact]
    public void Validation_stops_at_the_most_errors_wanted()
    {
        var errors = Validate("{" + string.Concat(Enumerable.Range(0, 200).Select(i => $" nope{i}")) + "}", new ValidationOptions { MaxErrors = 10 });
        Assert.Equal(11, errors.Length);
        Assert.Equal("Too many validation errors, error limit reached. Validation aborted.", errors[^1].Message);
    }

    [Fact]
    public void The_broken_rule_is_named_on_request()
        => Assert.Equal("FieldSelections", Assert.Single(Validate("{ nope }", new ValidationOptions { IncludeRule = true })).Extensions!["rule"]);

    public static TheoryData<string, string> HostileDocuments()
    {
        var many = Enumerable.Range(0, 2_000).ToArray();
        return new TheoryData<string, string>
        {
            { "one field again and again", "{" + string.Concat(many.Select(_ => " name")) + "}" },
            { "one composite field again and again", "{" + string.Concat(many.Select(_ => " a { name }")) + "}" },
            { "conflicting aliases", "{" + string.Concat(many.Select(i => $" x: c(x: {i})")) + "}" },
            { "alternating parents", "{ any {" + string.Concat(many.Select(i => i % 2 == 0 ? " ... on Query { a { name } }" : " ... on Other { a { name } }")) + "} }" },
            { "nested alternatives", Alternatives(12) },
            { "fragments that spread each other", "{ ...F0 }" + string.Concat(Enumerable.Range(0, 300).Select(i => $" fragment F{i} on Query {{ a {{ {string.Concat(Enumerable.Range(0, 12).Select(j => $"...F{(i + j) % 300} "))} }} }}")) },
            { "a long chain of fragments", "{ ...F0 }" + string.Concat(many.Select(i => $" fragment F{i} on Query {{ ...F{i + 1} }}")) + " fragment F2000 on Query { name }" },
            { "a long chain that nobody uses", "{ name }" + string.Concat(many.Select(i => $" fragment F{i} on Query {{ a {{ a {{ ...F{i + 1} }} }} }}")) + " fragment F2000 on Query { name }" },
            { "many operations over many fragments", string.Concat(Enumerable.Range(0, 800).Select(i => $" query Q{i} {{ ...F0 }}")) + string.Concat(Enumerable.Range(0, 800).Select(i => $" fragment F{i} on Query {{ ...F{i + 1} }}")) + " fragment F800 on Query { name }" },
            { "a large literal", "{ c(in: {list: [" + string.Concat(many.Select(i => $"{{x: {i}}} ")) + "]}) }" },
            { "unknown names", "{" + string.Concat(many.Select(i => $" unknown{i}")) + "}" },
            { "many variables", "query(" + string.Concat(many.Select(i => $"$v{i}: Int ")) + ") { " + string.Concat(many.Select(i => $"a{i}: c(x: $v{i}) ")) + "}" },
        };
    }

    [Theory]
    [MemberData(nameof(HostileDocuments))]
    public void Hostile_documents_are_answered_quickly(string what, string text)
    {
        Assert.NotEmpty(what);
        var document = Parser.ParseDocument(text, ParserOptions.Trusted);
        DocumentValidator.Validate(Schema, document);
        var clock = Stopwatch.StartNew();
        DocumentValidator.Validate(Schema, document);
        // Milliseconds in practice; the bound only tells linear from exponential.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(3), $"{what} took {clock.Elapsed}");
    }

    [Fact]
    public void Merging_stops_at_its_budget_with_an_error_that_says_so()
    {
        var errors = Validate(Alternatives(30), new ValidationOptions { MaxMergeComparisons = 500, MaxFields = int.MaxValue });
        Assert.Equal(ErrorCodes.Limit, errors[^1].Code);
        Assert.Contains("more than 500 comparisons", errors[^1].Message, StringComparison.Ordinal);
    }

    private static string Alternatives(int depth)
    {
        var inner = "name";
        for (var i = 0; i < depth; i++)
        {
            inner = $"node {{ ... on Query {{ a {{ {inner} }} }} ... on Other {{ a {{ name }} }} a {{ name }} }}";
        }

        return "{ " + inner + " }";
    }

    private static string Nested(int depth) => "{ " + string.Concat(Enumerable.Repeat("a { ", depth - 1)) + "name" + new string('}', depth);

    private static System.Collections.Immutable.ImmutableArray<GraphQLError> Validate(string document, ValidationOptions? options = null)
        => DocumentValidator.Validate(Schema, Parser.ParseDocument(document, ParserOptions.Trusted), options);
}
