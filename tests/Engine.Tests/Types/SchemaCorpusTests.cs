using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Conformance;
using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Language;
using Xunit.Abstractions;

namespace LuckyGraph.Engine.Tests.Types;

/// <summary>Replays utilities-schema.json, utilities-changes.json, utilities-coordinates.json and the client schemas of utilities-introspection.json.</summary>
public sealed class SchemaCorpusTests(ITestOutputHelper output)
{
    [SharedDataFact("graphql/graphql-js/utilities-schema.json")]
    public void Schemas_are_built_extended_sorted_and_printed_as_graphql_js_does()
    {
        using var corpus = SharedData.Corpus("utilities-schema.json");
        var schemas = new CorpusSchemas(corpus);
        Replay(corpus, 440, test =>
        {
            switch (test.GetProperty("util").GetString())
            {
                case "buildSchema":
                    return Build(test, test.GetProperty("sdl").GetString()!, null);
                case "extendSchema":
                    return Build(test, schemas.Sdl(test.GetProperty("schema").GetString()!), test.GetProperty("sdl").GetString()!);
                case "lexicographicSortSchema":
                    var schema = new SchemaBuilder().AddSdl(schemas.Sdl(test.GetProperty("schema").GetString()!)).BuildUnchecked();
                    return Same(test.GetProperty("printed").GetString(), SchemaPrinter.Print(schema, new SchemaPrintOptions { Order = SchemaOrder.EverythingByName }));
                default:
                    return Same(test.GetProperty("printed").GetString(), SchemaPrinter.Print(new SchemaBuilder().AddSdl(test.GetProperty("sdl").GetString()!).BuildUnchecked()));
            }
        });
    }

    [SharedDataFact("graphql/graphql-js/utilities-changes.json")]
    public void Changes_between_schemas_are_those_that_graphql_js_finds()
    {
        using var corpus = SharedData.Corpus("utilities-changes.json");
        var schemas = new CorpusSchemas(corpus);
        Replay(corpus, 47, test =>
        {
            var changes = SchemaDiff.Compare(schemas.Get(test.GetProperty("oldSchema").GetString()!), schemas.Get(test.GetProperty("newSchema").GetString()!));
            var found = changes.Select(c => $"{c.Level.ToString().ToUpperInvariant()} {c.Kind}").Order();
            var wanted = test.GetProperty("changes").EnumerateArray().Select(c => $"{c.GetProperty("level")} {c.GetProperty("type")}").Order();
            return found.SequenceEqual(wanted) ? null : $"expected [{string.Join(" | ", wanted)}], found [{string.Join(" | ", changes)}]";
        });
    }

    [SharedDataFact("graphql/graphql-js/utilities-coordinates.json")]
    public void Coordinates_name_the_same_elements()
    {
        using var corpus = SharedData.Corpus("utilities-coordinates.json");
        var schemas = new CorpusSchemas(corpus);
        Replay(corpus, 56, test =>
        {
            SchemaElement? element;
            try
            {
                element = SchemaCoordinates.Resolve(schemas.Get(test.GetProperty("schema").GetString()!), SchemaCoordinate.Parse(test.GetProperty("coordinate").GetString()!));
            }
            catch (Exception e) when (e is CoercionException or GraphQLSyntaxException)
            {
                return test.GetProperty("ok").GetBoolean() ? e.Message : null;
            }

            if (!test.GetProperty("ok").GetBoolean())
            {
                return "should not resolve";
            }

            var resolved = test.GetProperty("resolved");
            var wanted = resolved.ValueKind == JsonValueKind.Null ? "" : string.Join(" ", resolved.EnumerateObject().Select(m => m.Value.GetString()).Skip(1));
            var names = new[] { element?.Type?.Name, element?.Field?.Name, element?.EnumValue?.Name, element?.Directive?.Name, element?.InputValue?.Name };
            return Same(wanted, string.Join(" ", names.Where(n => n is not null)));
        });
    }

    [SharedDataFact("graphql/graphql-js/utilities-introspection.json")]
    public void Introspection_results_become_schemas()
    {
        using var corpus = SharedData.Corpus("utilities-introspection.json");
        Replay(corpus, 60, test =>
        {
            try
            {
                var schema = SchemaFromIntrospection.Build(test.GetProperty("introspection"));
                return test.GetProperty("ok").GetBoolean() ? Same(test.GetProperty("printed").GetString(), SchemaPrinter.Print(schema)) : "should be refused";
            }
            catch (SchemaException e)
            {
                return test.GetProperty("ok").GetBoolean() ? e.Message : null;
            }
        }, "buildClientSchema");
    }

    [SharedDataFact("graphql/graphql-js/utilities-introspection.json")]
    public void Schemas_introspect_as_graphql_js_does()
    {
        using var corpus = SharedData.Corpus("utilities-introspection.json");
        var schemas = new CorpusSchemas(corpus);
        Replay(corpus, 20, test =>
        {
            var key = test.GetProperty("schema").GetString()!;
            var schema = schemas.Get(key);
            var server = SchemaExecutor.Create(schema);
            var request = new OperationRequest { Document = Encoding.UTF8.GetBytes(test.GetProperty("query").GetString()!) };
            var answer = (SingleResult)server.ExecuteAsync(request, default).AsTask().GetAwaiter().GetResult();
            using var json = JsonDocument.Parse(answer.Json);
            if (!json.RootElement.TryGetProperty("data", out var data))
            {
                return json.RootElement.ToString();
            }

            return Same(IntrospectionResult.Normalise(test.GetProperty("result")).GetRawText(), IntrospectionResult.Normalise(data).GetRawText());
        }, "introspectionFromSchema");
    }

    private static string? Build(JsonElement test, string sdl, string? extension)
    {
        var validateSdl = !(test.TryGetProperty("options", out var options) && options.ValueKind == JsonValueKind.Object && options.EnumerateObject().Any());
        try
        {
            var builder = new SchemaBuilder().AddSdl(sdl);
            if (extension is not null)
            {
                var document = Parser.ParseDocument(extension);
                var errors = validateSdl ? TypeSystemValidator.Validate(document, builder.BuildUnchecked(validateSdl)) : [];
                if (!errors.IsEmpty)
                {
                    throw new SchemaException(errors);
                }

                builder.AddSdl(document);
            }

            var schema = builder.BuildUnchecked(validateSdl);
            if (!test.GetProperty("ok").GetBoolean())
            {
                return "should be refused: " + sdl + extension;
            }

            if (validateSdl && test.TryGetProperty("schemaValid", out var valid) && valid.ValueKind is JsonValueKind.True or JsonValueKind.False
                && valid.GetBoolean() != SchemaValidator.Validate(schema).IsEmpty)
            {
                return $"validity should be {valid}: {string.Join(" | ", SchemaValidator.Validate(schema))}\n{sdl}";
            }

            return Same(test.GetProperty("printed").GetString(), SchemaPrinter.Print(schema));
        }
        catch (SchemaException e)
        {
            return test.GetProperty("ok").GetBoolean() ? e.Message + "\n" + sdl + extension : null;
        }
    }

    private static string? Same(string? expected, string actual) => expected == actual ? null : $"expected\n{expected}\nfound\n{actual}";

    private void Replay(JsonDocument corpus, int atLeast, Func<JsonElement, string?> run, string? util = null)
    {
        var report = new CorpusReport(output);
        foreach (var test in corpus.RootElement.GetProperty("cases").EnumerateArray())
        {
            if (util is not null && test.GetProperty("util").GetString() != util)
            {
                continue;
            }

            var id = test.GetProperty("id").GetString()!;
            if (id.Contains("does not automatically include common root type names", StringComparison.Ordinal))
            {
                report.Skip("the builder merges all documents before it looks for the default root types: the parts of a schema come in any order");
                continue;
            }

            if (util == "introspectionFromSchema" && id.Contains("prevents infinite recursion on invalid introspection", StringComparison.Ordinal))
            {
                report.Skip("the type claims to be its own interface or member: such a schema is refused, and keeps no such claims");
                continue;
            }

            report.Run(id, () => run(test));
        }

        report.AssertAllPassed(atLeast);
    }
}
