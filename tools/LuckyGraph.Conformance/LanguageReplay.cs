using System.Text.Json;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance;

/// <summary>language.json: what parses, where it fails, and how it prints.</summary>
internal sealed class LanguageReplay(Corpus corpus) : ImmediateReplay(corpus)
{
    protected override CaseResult Run(JsonElement test)
    {
        var kind = test.GetProperty("kind").GetString()!;
        var source = test.GetProperty("source").GetString()!;
        var options = test.TryGetProperty("maxTokens", out var limit) ? new ParserOptions { MaxTokens = limit.GetInt32() } : null;
        if (!test.GetProperty("ok").GetBoolean())
        {
            try
            {
                Parse(kind, source, options);
                return "should not parse";
            }
            catch (GraphQLSyntaxException e)
            {
                return CorpusText.LocationDifference(test.GetProperty("error"), e);
            }
        }

        var expectedText = test.GetProperty("printed").GetString()!;
        if (kind == "schemaCoordinate")
        {
            return Same(expectedText, SchemaCoordinate.Parse(source).ToString());
        }

        var tree = (SyntaxNode)Parse(kind, source, options);
        if (Same(expectedText, Printer.Print(tree)) is { } difference)
        {
            return difference;
        }

        return SyntaxTree.Difference(tree, Parse(kind, Printer.PrintCompact(tree), null)) is { } other
            ? $"the compact form has another tree: {other}\n{Printer.PrintCompact(tree)}"
            : CaseResult.Passed;
    }

    private static object Parse(string kind, string source, ParserOptions? options) => kind switch
    {
        "document" => Parser.ParseDocument(source, options),
        "value" => Parser.ParseValue(source),
        "constValue" => Parser.ParseValue(source, isConst: true),
        "type" => Parser.ParseType(source),
        "schemaCoordinate" => SchemaCoordinate.Parse(source),
        _ => throw new ConformanceFormatException($"names the kind \"{kind}\", which the format does not have"),
    };
}
