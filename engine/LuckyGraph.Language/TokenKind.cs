namespace LuckyGraph.Language;

/// <summary>The lexical tokens (GraphQL September 2025, 2.1.6).</summary>
public enum TokenKind : byte
{
    /// <summary>The end of the document.</summary>
    EndOfFile,
    /// <summary><c>!</c></summary>
    Bang,
    /// <summary><c>$</c></summary>
    Dollar,
    /// <summary><c>&amp;</c></summary>
    Ampersand,
    /// <summary><c>(</c></summary>
    LeftParenthesis,
    /// <summary><c>)</c></summary>
    RightParenthesis,
    /// <summary><c>...</c></summary>
    Spread,
    /// <summary><c>:</c></summary>
    Colon,
    /// <summary><c>=</c></summary>
    EqualsSign,
    /// <summary><c>@</c></summary>
    At,
    /// <summary><c>[</c></summary>
    LeftBracket,
    /// <summary><c>]</c></summary>
    RightBracket,
    /// <summary><c>{</c></summary>
    LeftBrace,
    /// <summary><c>|</c></summary>
    Pipe,
    /// <summary><c>}</c></summary>
    RightBrace,
    /// <summary>A name (2.1.9).</summary>
    Name,
    /// <summary>An integer literal (2.9.1).</summary>
    Int,
    /// <summary>A float literal (2.9.2).</summary>
    Float,
    /// <summary>A quoted string (2.9.4).</summary>
    String,
    /// <summary>A block string (2.9.4).</summary>
    BlockString,
}

/// <summary>How tokens are called in error messages.</summary>
internal static class TokenKinds
{
    public static string Describe(TokenKind kind) => kind switch
    {
        TokenKind.EndOfFile => "<EOF>",
        TokenKind.Name => "Name",
        TokenKind.Int => "Int",
        TokenKind.Float => "Float",
        TokenKind.String => "String",
        TokenKind.BlockString => "BlockString",
        _ => $"\"{Text(kind)}\"",
    };

    private static string Text(TokenKind kind) => kind switch
    {
        TokenKind.Bang => "!",
        TokenKind.Dollar => "$",
        TokenKind.Ampersand => "&",
        TokenKind.LeftParenthesis => "(",
        TokenKind.RightParenthesis => ")",
        TokenKind.Spread => "...",
        TokenKind.Colon => ":",
        TokenKind.EqualsSign => "=",
        TokenKind.At => "@",
        TokenKind.LeftBracket => "[",
        TokenKind.RightBracket => "]",
        TokenKind.LeftBrace => "{",
        TokenKind.Pipe => "|",
        _ => "}",
    };
}
