using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Tests.Conformance;
using LuckyGraph.Language;
using Xunit.Abstractions;

namespace LuckyGraph.Engine.Tests.Language;

public sealed class CorpusTests(ITestOutputHelper output)
{
    [SharedDataFact("graphql/graphql-js/language.json")]
    public void Parses_and_prints_the_graphql_js_corpus()
    {
        using var corpus = SharedData.Corpus("language.json");
        var report = new CorpusReport(output);
        foreach (var test in corpus.RootElement.GetProperty("cases").EnumerateArray())
        {
            if (test.TryGetProperty("features", out var features) && features.GetArrayLength() > 0)
            {
                report.Skip($"needs {string.Join(", ", features.EnumerateArray())}, which is outside the September 2025 specification");
                continue;
            }

            report.Run(test.GetProperty("id").GetString()!, () => RunLanguageCase(test));
        }

        report.AssertAllPassed(atLeast: 600);
    }

    [SharedDataFact("graphql/graphql-js/lexer.json")]
    public void Cuts_the_graphql_js_corpus_into_the_same_tokens()
    {
        using var corpus = SharedData.Corpus("lexer.json");
        var report = new CorpusReport(output);
        foreach (var test in corpus.RootElement.GetProperty("cases").EnumerateArray())
        {
            if (!test.TryGetProperty("source", out var source))
            {
                report.Skip("holds a lone surrogate, which UTF-8 cannot encode");
                continue;
            }

            report.Run(test.GetProperty("id").GetString()!, () => RunLexerCase(test, source.GetString()!));
        }

        report.AssertAllPassed(atLeast: 140);
    }

    private static string? RunLanguageCase(JsonElement test)
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
                var error = test.GetProperty("error");
                var expected = new SourceLocation(error.GetProperty("line").GetInt32(), error.GetProperty("column").GetInt32());
                return e.Location == expected ? null : $"{expected} expected, not {e.Location} ({e.Message}); {error.GetProperty("message")}";
            }
        }

        var expectedText = test.GetProperty("printed").GetString()!;
        if (kind == "schemaCoordinate")
        {
            return SchemaCoordinate.Parse(source).ToString() == expectedText ? null : "prints differently";
        }

        var tree = (SyntaxNode)Parse(kind, source, options);
        var printed = Printer.Print(tree);
        if (printed != expectedText)
        {
            return $"prints as\n{printed}\ninstead of\n{expectedText}";
        }

        return SyntaxTree.Difference(tree, Parse(kind, Printer.PrintCompact(tree), null)) is { } difference
            ? $"the compact form has another tree: {difference}\n{Printer.PrintCompact(tree)}"
            : null;
    }

    private static object Parse(string kind, string source, ParserOptions? options) => kind switch
    {
        "document" => Parser.ParseDocument(source, options),
        "value" => Parser.ParseValue(source),
        "constValue" => Parser.ParseValue(source, isConst: true),
        "type" => Parser.ParseType(source),
        _ => SchemaCoordinate.Parse(source),
    };

    private static string? RunLexerCase(JsonElement test, string source)
    {
        var bytes = Encoding.UTF8.GetBytes(source);
        var lexer = new Lexer(bytes);
        try
        {
            foreach (var token in test.GetProperty("tokens").EnumerateArray())
            {
                lexer.MoveNext();
                var location = SourceLocation.Of(bytes, lexer.Start);
                var start = Encoding.UTF8.GetCharCount(bytes, 0, lexer.Start);
                var end = Encoding.UTF8.GetCharCount(bytes, 0, lexer.End);
                var value = lexer.Kind >= TokenKind.Name ? lexer.GetValue() : null;
                var found = (TokenKinds.Describe(lexer.Kind).Trim('"'), start, end, location.Line, location.Column, value);
                var expected = (
                    token.GetProperty("kind").GetString()!,
                    token.GetProperty("start").GetInt32(),
                    token.GetProperty("end").GetInt32(),
                    token.GetProperty("line").GetInt32(),
                    token.GetProperty("column").GetInt32(),
                    token.TryGetProperty("value", out var text) ? text.GetString() : null);
                if (found != expected)
                {
                    return $"{expected} expected, found {found}";
                }
            }

            if (test.GetProperty("ok").GetBoolean())
            {
                return null;
            }

            lexer.MoveNext();
            return "should fail";
        }
        catch (GraphQLSyntaxException e) when (!test.GetProperty("ok").GetBoolean())
        {
            var error = test.GetProperty("error");
            var expected = new SourceLocation(error.GetProperty("line").GetInt32(), error.GetProperty("column").GetInt32());
            return e.Location == expected ? null : $"{expected} expected, not {e.Location} ({e.Message}); {error.GetProperty("message")}";
        }
    }
}
