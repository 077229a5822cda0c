using System.Text;

namespace LuckyGraph.Language;

/// <summary>Removes what carries no meaning from source text (2.1.7): white space, commas, comments, indentation of block strings.</summary>
public static class IgnoredTokens
{
    /// <summary>
    /// The shortest text with the same tokens. It works on tokens alone, so the text need not be a whole document.
    /// </summary>
    /// <exception cref="GraphQLSyntaxException">The text cannot be cut into tokens.</exception>
    public static string Strip(string source)
    {
        var lexer = new Lexer(Encoding.UTF8.GetBytes(source));
        var output = new StringBuilder(source.Length);
        var afterWord = false;
        while (lexer.MoveNext())
        {
            // Words would run together, and "1 ..." would read as a number with a fraction.
            var isWord = lexer.Kind >= TokenKind.Name;
            if (afterWord && (isWord || lexer.Kind == TokenKind.Spread))
            {
                output.Append(' ');
            }

            if (lexer.Kind == TokenKind.BlockString && BlockString.Encode(lexer.GetValue(), minimize: true) is { } block)
            {
                output.Append("\"\"\"").Append(block).Append("\"\"\"");
            }
            else
            {
                output.Append(Encoding.UTF8.GetString(lexer.Text));
            }

            afterWord = isWord;
        }

        return output.ToString();
    }
}
