using System.Text;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Tests.Validation;

/// <summary>What a document of some size can make validation do. How long that takes is measured by <c>lucky bench validation</c>.</summary>
public sealed class WorkLimitTests
{
    private static readonly Schema Schema = new SchemaBuilder().AddSdl("""
        type Query { a(x: Int, list: [Int], kind: Kind): Query id: ID }
        type Subscription { tick: Int }
        enum Kind { ALPHA }
        """).Build();

    [Fact]
    public void Variables_of_shared_fragments_count_for_each_operation()
    {
        var operations = string.Concat(Enumerable.Range(0, 100).Select(i => $"query Q{i}($v: Int) {{ ...F }} "));
        var fragment = "fragment F on Query { " + string.Concat(Enumerable.Range(0, 10).Select(i => $"f{i}: a(list: [$v, $v]) {{ id }} ")) + "}";

        // One spread and twenty variables for each of a hundred operations.
        Assert.Empty(Validate(operations + fragment, new ValidationOptions { MaxFragmentVisits = 2_100 }));
        Assert.Equal(ErrorCodes.Limit, Assert.Single(Validate(operations + fragment, new ValidationOptions { MaxFragmentVisits = 2_099 })).Code);
    }

    [Fact]
    public void Suggestions_end_when_many_names_were_compared()
    {
        var schema = new SchemaBuilder().AddSdl("type Query { id: ID " + string.Concat(Enumerable.Range(0, 1_000).Select(i => $"aLongFieldNameThatManyResemble{i} ")).Replace(" ", ": Int ", StringComparison.Ordinal) + "}").Build();
        var document = "{ " + string.Concat(Enumerable.Range(0, 99).Select(i => $"aLongFieldNameThatManyResembel{i} ")) + "}";
        var errors = DocumentValidator.Validate(schema, Parser.ParseDocument(document));

        Assert.Equal(99, errors.Length);
        Assert.Contains("Did you mean", errors[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Did you mean", errors[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_values_are_shown_by_their_beginning()
    {
        var schema = new SchemaBuilder().AddSdl("type Query { a(in: In): Int } input In { must: Int! in: [In] }").Build();
        var deep = "{ a(in: " + string.Concat(Enumerable.Repeat("{ in: [", 90)) + string.Concat(Enumerable.Repeat("]}", 90)) + ") }";
        var errors = DocumentValidator.Validate(schema, Parser.ParseDocument(deep));

        Assert.Equal(90, errors.Length);
        Assert.All(errors, e => Assert.InRange(e.Message.Length, 60, 220));
    }

    [Fact]
    public void Locations_are_those_of_a_reader_from_the_start()
    {
        var random = new Random(5);
        var text = new StringBuilder("#");
        for (var i = 0; i < 3_000; i++)
        {
            text.Append(random.Next(12) switch { 0 => "\n", 1 => "\r", 2 => "\r\n", 3 => "é", 4 => "😀", 5 => "ト", _ => "x" });
        }

        var bytes = Encoding.UTF8.GetBytes(text + "\n{ a }");
        var document = new DocumentNode { Definitions = [], Source = bytes };
        for (var offset = 0; offset <= bytes.Length; offset++)
        {
            if (offset == bytes.Length || (bytes[offset] & 0xC0) != 0x80)
            {
                Assert.Equal(SourceLocation.Of(bytes, offset), document.GetLocation(offset));
            }
        }
    }

    [Fact]
    public void Every_root_field_of_a_subscription_is_found()
    {
        var errors = Validate("subscription { " + string.Concat(Enumerable.Range(0, 500).Select(i => $"t{i}: tick ")) + "t0: tick }", new ValidationOptions());

        Assert.Equal(499, Assert.Single(errors).Locations.Length);
    }

    private static IReadOnlyList<GraphQLError> Validate(string document, ValidationOptions options) => DocumentValidator.Validate(Schema, Parser.ParseDocument(document), options);
}
