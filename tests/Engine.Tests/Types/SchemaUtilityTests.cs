using System.Text.Json;
using LuckyGraph.Conformance;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Tests.Types;

/// <summary>What tools ask of a schema; graphql-js's own cases are in the corpus.</summary>
public sealed class SchemaUtilityTests
{
    private const string Sdl = """
        directive @limit(to: Int!) on FIELD

        type Query {
          book(id: ID!, in: Search): Book
          when: DateTime
        }

        type Book {
          title: String
          state: State!
        }

        input Search @oneOf {
          text: String
          any: JSON
        }

        enum State {
          DRAFT
          OUT @deprecated(reason: "gone")
        }
        """;

    private static Schema Build(string sdl) => new SchemaBuilder().AddSdl(sdl).Build();

    [Theory]
    [InlineData("Book", "Book")]
    [InlineData("Book.title", "String")]
    [InlineData("Query.book(id:)", "ID!")]
    [InlineData("Search.any", "JSON")]
    [InlineData("State.OUT", "OUT")]
    [InlineData("@limit", "@limit")]
    [InlineData("@limit(to:)", "Int!")]
    [InlineData("Book.none", null)]
    [InlineData("None", null)]
    [InlineData("@none", null)]
    public void Coordinates_name_elements(string coordinate, string? expected)
    {
        var parsed = SchemaCoordinate.Parse(coordinate);
        Assert.Equal(coordinate, parsed.ToString());

        var found = SchemaCoordinates.Resolve(Build(Sdl), parsed) switch
        {
            null => null,
            { InputValue: { } input } => input.Type.ToString(),
            { EnumValue: { } value } => value.Name,
            { Field: { } field } => field.Type.ToString(),
            { Directive: { } directive } => "@" + directive.Name,
            { Type: { } type } => type.Name,
            _ => "",
        };
        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData("Book.")]
    [InlineData("Book .title")]
    [InlineData("@limit.to")]
    [InlineData("Query.book(id)")]
    [InlineData("")]
    public void What_is_no_coordinate_is_a_syntax_error(string text) => Assert.Throws<GraphQLSyntaxException>(() => SchemaCoordinate.Parse(text));

    [Theory]
    [InlineData("title: String", "title: String!", SchemaChangeLevel.Safe)]
    [InlineData("title: String", "", SchemaChangeLevel.Breaking)]
    [InlineData("title: String", "title: Int", SchemaChangeLevel.Breaking)]
    [InlineData("state: State!", "state: State", SchemaChangeLevel.Breaking)]
    [InlineData("id: ID!, in: Search", "id: ID!", SchemaChangeLevel.Breaking)]
    [InlineData("in: Search", "in: Search, more: Int!", SchemaChangeLevel.Breaking)]
    [InlineData("in: Search", "in: Search, more: Int", SchemaChangeLevel.Dangerous)]
    [InlineData("text: String", "text: String more: Int", SchemaChangeLevel.Dangerous)]
    [InlineData("DRAFT", "DRAFT READY", SchemaChangeLevel.Dangerous)]
    [InlineData("  DRAFT\n", "", SchemaChangeLevel.Breaking)]
    [InlineData("on FIELD", "on FIELD | QUERY", SchemaChangeLevel.Safe)]
    [InlineData("on FIELD", "on QUERY", SchemaChangeLevel.Breaking)]
    public void Changes_are_safe_dangerous_or_breaking(string from, string to, SchemaChangeLevel expected)
    {
        var changes = SchemaDiff.Compare(Build(Sdl), Build(Sdl.ReplaceLineEndings("\n").Replace(from, to, StringComparison.Ordinal)));

        Assert.NotEmpty(changes);
        Assert.Equal(expected, changes.Max(c => c.Level));
    }

    [Fact]
    public async Task Introspection_says_all_of_a_schema()
    {
        var schema = Build(Sdl);
        var query = System.Text.Encoding.UTF8.GetBytes(Introspection);
        await using var result = (SingleResult)await SchemaExecutor.Create(schema).ExecuteAsync(new OperationRequest { Document = query }, default);
        var rebuilt = SchemaFromIntrospection.Build(DataServer.Parse(result).GetProperty("data"));

        Assert.Empty(SchemaDiff.Compare(schema, rebuilt));
        Assert.Equal(SchemaPrinter.Print(schema), SchemaPrinter.Print(rebuilt));
    }

    [Theory]
    [InlineData("DateTime", "https://scalars.graphql.org/andimarek/date-time.html")]
    [InlineData("LocalDate", "https://scalars.graphql.org/andimarek/local-date.html")]
    [InlineData("UUID", "https://www.rfc-editor.org/rfc/rfc9562")]
    [InlineData("URL", "https://www.rfc-editor.org/rfc/rfc3986")]
    [InlineData("JSON", "https://www.rfc-editor.org/rfc/rfc8259")]
    [InlineData("Long", null)]
    [InlineData("Decimal", null)]
    public void Scalars_name_their_specification_where_there_is_one(string name, string? url)
    {
        var printed = SchemaPrinter.Print(Build($"type Query {{ value: {name} }}"));

        Assert.Contains(url is null ? $"scalar {name}\n" : $"scalar {name} @specifiedBy(url: \"{url}\")", printed + "\n", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_json_goes_in_and_out()
    {
        const string json = """{"a":[1,2.5,"x",null,{"b":true}]}""";
        var schema = new SchemaBuilder().AddSdl("type Query { echo(value: JSON): JSON }", new DataBinding()).Build();
        await using var result = (SingleResult)await SchemaExecutor.Create(schema).ExecuteAsync(
            new OperationRequest
            {
                Document = "query($value: JSON) { echo(value: $value) }"u8.ToArray(),
                Variables = JsonDocument.Parse($"{{\"value\":{json}}}").RootElement,
                RootValue = JsonDocument.Parse("""{"echo":{"__args":true}}""").RootElement,
            },
            default);

        Assert.Equal(json, DataServer.Parse(result).GetProperty("data").GetProperty("echo").GetProperty("value").GetRawText());
    }

    private const string Introspection = """
        {
          __schema {
            description queryType { name } mutationType { name } subscriptionType { name }
            types { ...Full }
            directives { name description isRepeatable locations args(includeDeprecated: true) { ...Input } }
          }
        }
        fragment Full on __Type {
          kind name description specifiedByURL isOneOf
          fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...Input } type { ...Ref } isDeprecated deprecationReason }
          inputFields(includeDeprecated: true) { ...Input }
          interfaces { ...Ref }
          enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
          possibleTypes { ...Ref }
        }
        fragment Input on __InputValue { name description type { ...Ref } defaultValue isDeprecated deprecationReason }
        fragment Ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
        """;
}
