using System.Text.Json;
using LuckyGraph.Engine.Tests.Conformance;
using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Language;
using Xunit.Abstractions;

namespace LuckyGraph.Engine.Tests.Validation;

/// <summary>Replays sdl-validation.json and schema-validation.json.</summary>
public sealed class TypeSystemCorpusTests(ITestOutputHelper output)
{
    [SharedDataFact("graphql/graphql-js/sdl-validation.json")]
    public void Type_system_documents_break_the_rules_that_graphql_js_names_where_it_names_them()
    {
        using var corpus = SharedData.Corpus("sdl-validation.json");
        var schemas = new CorpusSchemas(corpus);
        var report = new CorpusReport(output);
        foreach (var test in corpus.RootElement.GetProperty("cases").EnumerateArray())
        {
            report.Run(test.GetProperty("id").GetString()!, () =>
            {
                var document = test.GetProperty("document").GetString()!;
                var schema = test.GetProperty("schema").GetString() is { } key ? schemas.Get(key) : null;
                var errors = TypeSystemValidator.Validate(Parser.ParseDocument(document), schema);
                var found = errors.Select(e => $"{e.Rule}Rule {Text(e.Locations)}").Order();
                var wanted = test.GetProperty("errorsByRule").EnumerateObject()
                    .SelectMany(r => r.Value.EnumerateArray().Select(e => $"{r.Name} {CorpusText.Locations(e)}")).Order();
                return found.SequenceEqual(wanted) ? null : $"expected [{string.Join(" | ", wanted)}], found [{string.Join(" | ", found)}]\n{document}";
            });
        }

        report.AssertAllPassed(atLeast: 72);
    }

    [SharedDataFact("graphql/graphql-js/schema-validation.json")]
    public void Type_systems_have_the_errors_that_graphql_js_finds()
    {
        using var corpus = SharedData.Corpus("schema-validation.json");
        var report = new CorpusReport(output);
        foreach (var test in corpus.RootElement.GetProperty("cases").EnumerateArray())
        {
            report.Run(test.GetProperty("id").GetString()!, () =>
            {
                var builder = new SchemaBuilder().AddSdl(test.GetProperty("sdl").GetString()!);
                foreach (var extension in test.GetProperty("extensions").EnumerateArray())
                {
                    builder.AddSdl(extension.GetString()!);
                }

                var errors = SchemaValidator.Validate(builder.BuildUnchecked());
                var found = errors.Select(e => Text(e.Locations)).Order();
                var wanted = test.GetProperty("errors").EnumerateArray().Select(e => CorpusText.Locations(e.GetProperty("locations"))).Order();
                return found.SequenceEqual(wanted)
                    ? null
                    : $"expected [{string.Join(" | ", test.GetProperty("errors").EnumerateArray())}], found [{string.Join(" | ", errors)}]\n{test.GetProperty("sdl")}\n{test.GetProperty("extensions")}";
            });
        }

        report.AssertAllPassed(atLeast: 160);
    }

    private static string Text(IEnumerable<SourceLocation> locations) => string.Join(" ", locations.Select(l => $"{l.Line}:{l.Column}"));
}
