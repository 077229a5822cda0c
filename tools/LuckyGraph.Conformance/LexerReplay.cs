using System.Text;
using System.Text.Json;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance;

/// <summary>lexer.json: the tokens of a text, or those up to its error.</summary>
internal sealed class LexerReplay(Corpus corpus) : ImmediateReplay(corpus)
{
    protected override CaseResult Run(JsonElement test)
    {
        if (!test.TryGetProperty("source", out var source))
        {
            return CaseResult.Skipped("holds a lone surrogate, which UTF-8 cannot encode");
        }

        var isOk = test.GetProperty("ok").GetBoolean();
        var bytes = Encoding.UTF8.GetBytes(source.GetString()!);
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
                    Text(token, "value"));
                if (found != expected)
                {
                    return $"{expected} expected, found {found}";
                }
            }

            if (isOk)
            {
                return CaseResult.Passed;
            }

            lexer.MoveNext();
            return "should fail";
        }
        catch (GraphQLSyntaxException e) when (!isOk)
        {
            return CorpusText.LocationDifference(test.GetProperty("error"), e);
        }
    }
}
