using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace LuckyGraph.Language;

/// <summary>
/// Cuts UTF-8 source text into lexical tokens (GraphQL September 2025, 2.1). Allocates nothing; a token is its kind and its
/// byte range. White space, names and strings are scanned with vector instructions.
/// </summary>
public ref partial struct Lexer
{
    private static readonly SearchValues<byte> s_nameContinue
        = SearchValues.Create("_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // 2.1.2 white space, 2.1.3 line terminators and 2.1.5 insignificant commas.
    private static readonly SearchValues<byte> s_ignored = SearchValues.Create(" \t\n\r,"u8);

    private readonly ReadOnlySpan<byte> _source;
    private int _position;

    /// <summary>A lexer before the first token.</summary>
    /// <exception cref="GraphQLSyntaxException">The bytes are not UTF-8.</exception>
    public Lexer(ReadOnlySpan<byte> source)
    {
        _source = source;
        if (!Utf8.IsValid(source))
        {
            throw Error(FirstInvalidByte(source), "The document is not valid UTF-8.");
        }
    }

    /// <summary>The kind of the current token.</summary>
    public TokenKind Kind { get; private set; }

    /// <summary>Byte offset of the current token.</summary>
    public int Start { get; private set; }

    /// <summary>Byte offset just after the current token.</summary>
    public int End { get; private set; }

    /// <summary>The bytes of the current token as written, with quotes and escapes.</summary>
    public readonly ReadOnlySpan<byte> Text => _source[Start..End];

    /// <summary>Reads the next token; at the end of the source the current token stays <see cref="TokenKind.EndOfFile"/>.</summary>
    /// <returns>False at the end of the source.</returns>
    /// <exception cref="GraphQLSyntaxException">No token starts here.</exception>
    public bool MoveNext()
    {
        SkipIgnored();
        var start = _position;
        Start = start;
        if (start >= _source.Length)
        {
            Kind = TokenKind.EndOfFile;
            End = start;
            return false;
        }

        var first = _source[start];
        switch (first)
        {
            case (byte)'{': return Punctuator(TokenKind.LeftBrace);
            case (byte)'}': return Punctuator(TokenKind.RightBrace);
            case (byte)'(': return Punctuator(TokenKind.LeftParenthesis);
            case (byte)')': return Punctuator(TokenKind.RightParenthesis);
            case (byte)':': return Punctuator(TokenKind.Colon);
            case (byte)'$': return Punctuator(TokenKind.Dollar);
            case (byte)'!': return Punctuator(TokenKind.Bang);
            case (byte)'@': return Punctuator(TokenKind.At);
            case (byte)'[': return Punctuator(TokenKind.LeftBracket);
            case (byte)']': return Punctuator(TokenKind.RightBracket);
            case (byte)'=': return Punctuator(TokenKind.EqualsSign);
            case (byte)'|': return Punctuator(TokenKind.Pipe);
            case (byte)'&': return Punctuator(TokenKind.Ampersand);
            case (byte)'.': return ReadDots();
            case (byte)'"': return ReadString();
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'): return ReadNumber(first);
        }

        if (IsNameStart(first))
        {
            return ReadName();
        }

        throw Error(start, first == (byte)'\'' ? "Unexpected single quote ('), use a double quote (\") instead." : $"Unexpected character: {DescribeAt(start)}.");
    }

    private bool Punctuator(TokenKind kind)
    {
        Kind = kind;
        End = ++_position;
        return true;
    }

    private bool Token(TokenKind kind, int end)
    {
        Kind = kind;
        End = _position = end;
        return true;
    }

    // 2.1.7 Ignored: white space, line terminators, commas, comments and byte order marks.
    private void SkipIgnored()
    {
        var position = _position;
        while (position < _source.Length)
        {
            switch (_source[position])
            {
                case (byte)' ' or (byte)'\n' or (byte)',' or (byte)'\t' or (byte)'\r':
                    position++;
                    // One separator is by far the most frequent; a run of them (indentation) goes to the vector scan.
                    if (position < _source.Length && _source[position] <= (byte)',' && s_ignored.Contains(_source[position]))
                    {
                        var run = _source[position..].IndexOfAnyExcept(s_ignored);
                        position = run < 0 ? _source.Length : position + run;
                    }

                    continue;
                case (byte)'#':
                    var comment = _source[position..].IndexOfAny((byte)'\n', (byte)'\r');
                    position = comment < 0 ? _source.Length : position + comment;
                    continue;
                case 0xEF when _source[position..] is [_, 0xBB, 0xBF, ..]:
                    position += 3;
                    continue;
            }

            break;
        }

        _position = position;
    }

    private bool ReadName()
    {
        var length = _source[_position..].IndexOfAnyExcept(s_nameContinue);
        return Token(TokenKind.Name, length < 0 ? _source.Length : _position + length);
    }

    private bool ReadDots()
    {
        var start = _position;
        if (_source[start..] is [_, (byte)'.', (byte)'.', ..])
        {
            return Token(TokenKind.Spread, start + 3);
        }

        if (start + 1 < _source.Length && char.IsAsciiDigit((char)_source[start + 1]))
        {
            var digits = _source[(start + 1)..];
            var length = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            var fraction = Encoding.ASCII.GetString(length < 0 ? digits : digits[..length]);
            throw Error(start, $"Invalid number, expected a digit before \".\", did you mean \"0.{fraction}\"?");
        }

        throw Error(start, "Unexpected character: \".\".");
    }

    // 2.9.1 IntValue and 2.9.2 FloatValue.
    private bool ReadNumber(byte first)
    {
        var position = _position;
        var kind = TokenKind.Int;
        if (first == (byte)'-')
        {
            position++;
        }

        if (At(position) == '0')
        {
            position++;
            if (char.IsAsciiDigit(At(position)))
            {
                throw Error(position, $"Invalid number, unexpected digit after 0: {DescribeAt(position)}.");
            }
        }
        else
        {
            position = ReadDigits(position);
        }

        if (At(position) == '.')
        {
            kind = TokenKind.Float;
            position = ReadDigits(position + 1);
        }

        if (At(position) is 'e' or 'E')
        {
            kind = TokenKind.Float;
            position++;
            position = ReadDigits(At(position) is '+' or '-' ? position + 1 : position);
        }

        // A number is not followed by a dot or a name (lookahead restrictions of 2.9.1 and 2.9.2).
        if (position < _source.Length && (_source[position] == (byte)'.' || IsNameStart(_source[position])))
        {
            throw Error(position, $"Invalid number, expected digit but got: {DescribeAt(position)}.");
        }

        return Token(kind, position);
    }

    private readonly int ReadDigits(int position)
    {
        if (!char.IsAsciiDigit(At(position)))
        {
            throw Error(position, $"Invalid number, expected digit but got: {DescribeAt(position)}.");
        }

        var length = _source[position..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return length < 0 ? _source.Length : position + length;
    }

    /// <summary>The byte at an offset as a character; NUL beyond the end, which no number contains.</summary>
    private readonly char At(int position) => position < _source.Length ? (char)_source[position] : '\0';

    internal static bool IsNameStart(byte b) => b == (byte)'_' || (uint)((b | 0x20) - 'a') <= 'z' - 'a';

    /// <summary>An error at a byte offset of this source.</summary>
    internal readonly GraphQLSyntaxException Error(int offset, string message) => new(message, offset, SourceLocation.Of(_source, offset));

    private readonly string DescribeAt(int position)
    {
        if (position >= _source.Length)
        {
            return "<EOF>";
        }

        Rune.DecodeFromUtf8(_source[position..], out var rune, out _);
        return rune.Value switch
        {
            '"' => "'\"'",
            >= 0x20 and < 0x7F => $"\"{rune}\"",
            _ => $"U+{rune.Value:X4}",
        };
    }

    private static int FirstInvalidByte(ReadOnlySpan<byte> source)
    {
        var offset = 0;
        while (offset < source.Length && Rune.DecodeFromUtf8(source[offset..], out _, out var consumed) == OperationStatus.Done)
        {
            offset += consumed;
        }

        return offset;
    }
}
