using System.Text.Json;
using System.Text.Json.Nodes;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance;

/// <summary>utilities-language.json: documents taken apart and put together, text without what is insignificant, literals without types.</summary>
internal sealed class LanguageUtilityReplay(Corpus corpus) : ImmediateReplay(corpus)
{
    protected override CaseResult Run(JsonElement test)
    {
        var expected = test.TryGetProperty("result", out var result) ? result : default;
        switch (test.GetProperty("util").GetString())
        {
            case "separateOperations":
                return SameAll(
                    expected.EnumerateObject().Select(o => $"{o.Name}:\n{o.Value.GetString()}"),
                    Documents.SeparateOperations(Document(test.GetProperty("document"))).Select(o => $"{o.Key}:\n{Printer.Print(o.Value)}"));
            case "stripIgnoredCharacters":
                return Strip(test, expected);
            case "concatAST":
                return Same(expected.GetString(), Printer.Print(Documents.Concat(test.GetProperty("sources").EnumerateArray().Select(Document))));
            case "getOperationAST":
                var operation = Documents.FindOperation(Document(test.GetProperty("document")), Text(test, "operationName"));
                return Same(expected.GetString(), operation is null ? null : Printer.Print(operation));
            case "sortValueNode":
                return Same(expected.GetString(), Printer.Print(ValueLiteral.SortFields(Parser.ParseValue(test.GetProperty("literal").GetString()!))));
            case "valueFromASTUntyped":
                var variables = test.TryGetProperty("variables", out var given) && given.ValueKind == JsonValueKind.Object
                    ? given.EnumerateObject().ToDictionary(v => v.Name, v => JsonNode.Parse(v.Value.GetRawText()))
                    : null;
                var json = ValueLiteral.ToJson(Parser.ParseValue(test.GetProperty("literal").GetString()!), variables);
                return Same(CorpusText.Canonical(expected), CorpusText.Canonical(JsonSerializer.SerializeToElement(json)));
            case var other:
                return CaseResult.Skipped($"the engine has no {other}");
        }
    }

    private static CaseResult Strip(JsonElement test, JsonElement expected)
    {
        var isOk = test.GetProperty("ok").GetBoolean();
        try
        {
            var stripped = IgnoredTokens.Strip(test.GetProperty("source").GetString()!);
            return isOk ? Same(expected.GetString(), stripped) : "should be refused";
        }
        catch (GraphQLSyntaxException e) when (!isOk)
        {
            return CorpusText.LocationDifference(test.GetProperty("error"), e);
        }
    }

    private static DocumentNode Document(JsonElement source) => Parser.ParseDocument(source.GetString()!, ParserOptions.Trusted);
}
