using System.Buffers;
using System.Globalization;
using System.Text;

namespace LuckyGraph.Language;

public ref partial struct Lexer
{
    private static readonly SearchValues<byte> s_stringEnd = SearchValues.Create("\"\\\n\r"u8);

    /// <summary>
    /// The value of the current token: a string without its quotes and escapes, a block string without its indentation, or the
    /// text of any other token. Short names and numbers come from a shared table and do not allocate.
    /// </summary>
    public readonly string GetValue() => Kind switch
    {
        TokenKind.String => DecodeString(_source[(Start + 1)..(End - 1)]),
        TokenKind.BlockString => BlockString.Decode(_source[(Start + 3)..(End - 3)]),
        _ => NameTable.Get(Text),
    };

    // 2.9.4 StringValue.
    private bool ReadString()
    {
        var start = _position;
        if (_source[start..] is [_, (byte)'"', (byte)'"', ..])
        {
            return ReadBlockString(start);
        }

        var position = start + 1;
        while (true)
        {
            var length = _source[position..].IndexOfAny(s_stringEnd);
            if (length < 0)
            {
                throw Error(_source.Length, "Unterminated string.");
            }

            position += length;
            switch (_source[position])
            {
                case (byte)'"':
                    return Token(TokenKind.String, position + 1);
                case (byte)'\\':
                    position += EscapeLength(position, out _);
                    continue;
                default:
                    throw Error(position, "Unterminated string.");
            }
        }
    }

    private bool ReadBlockString(int start)
    {
        var position = start + 3;
        while (true)
        {
            var length = _source[position..].IndexOf("\"\"\""u8);
            if (length < 0)
            {
                throw Error(_source.Length, "Unterminated string.");
            }

            position += length + 3;
            if (_source[position - 4] != (byte)'\\' || position - 4 < start + 3)
            {
                return Token(TokenKind.BlockString, position);
            }
        }
    }

    /// <summary>Length in bytes of the escape sequence at <paramref name="position"/>, and what it stands for.</summary>
    private readonly int EscapeLength(int position, out Rune value)
    {
        var escape = _source[position..];
        switch (escape.Length > 1 ? escape[1] : (byte)0)
        {
            case (byte)'"': value = new Rune('"'); return 2;
            case (byte)'\\': value = new Rune('\\'); return 2;
            case (byte)'/': value = new Rune('/'); return 2;
            case (byte)'b': value = new Rune('\b'); return 2;
            case (byte)'f': value = new Rune('\f'); return 2;
            case (byte)'n': value = new Rune('\n'); return 2;
            case (byte)'r': value = new Rune('\r'); return 2;
            case (byte)'t': value = new Rune('\t'); return 2;
            case (byte)'u': return escape is [_, _, (byte)'{', ..] ? VariableWidthEscape(position, out value) : FixedWidthEscape(position, out value);
            default: throw Error(position, $"Invalid character escape sequence: \"{EscapeText(position, 2)}\".");
        }
    }

    private readonly int VariableWidthEscape(int position, out Rune value)
    {
        // \u{ then up to eight hexadecimal digits then }.
        var digits = _source[(position + 3)..Math.Min(_source.Length, position + 12)];
        var length = digits.IndexOf((byte)'}');
        if (length is >= 1 and <= 8
            && uint.TryParse(digits[..length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            && Rune.TryCreate(code, out value))
        {
            return length + 4;
        }

        throw Error(position, $"Invalid Unicode escape sequence: \"{EscapeText(position, length < 0 ? 12 : length + 4)}\".");
    }

    private readonly int FixedWidthEscape(int position, out Rune value)
    {
        if (HexCodeUnit(position) is { } unit)
        {
            if (Rune.TryCreate(unit, out value))
            {
                return 6;
            }

            // A leading surrogate must be followed by the escape of a trailing one.
            if (HexCodeUnit(position + 6) is { } trailing && Rune.TryCreate(unit, trailing, out value))
            {
                return 12;
            }
        }

        throw Error(position, $"Invalid Unicode escape sequence: \"{EscapeText(position, 6)}\".");
    }

    private readonly char? HexCodeUnit(int position)
        => position + 6 <= _source.Length && _source[position] == (byte)'\\' && _source[position + 1] == (byte)'u'
            && ushort.TryParse(_source.Slice(position + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
                ? (char)unit
                : null;

    private readonly string EscapeText(int position, int length)
    {
        var text = _source[position..Math.Min(_source.Length, position + length)];
        return Encoding.UTF8.GetString(text).TrimEnd('\uFFFD');
    }

    private readonly string DecodeString(ReadOnlySpan<byte> content)
    {
        if (!content.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(content);
        }

        // An escape is never shorter than the UTF-8 of what it stands for.
        var rented = ArrayPool<byte>.Shared.Rent(content.Length);
        var written = 0;
        var position = Start + 1;
        var end = End - 1;
        while (position < end)
        {
            var run = _source[position..end].IndexOf((byte)'\\');
            var plain = _source[position..(run < 0 ? end : position + run)];
            plain.CopyTo(rented.AsSpan(written));
            written += plain.Length;
            position += plain.Length;
            if (run >= 0)
            {
                position += EscapeLength(position, out var rune);
                written += rune.EncodeToUtf8(rented.AsSpan(written));
            }
        }

        var value = Encoding.UTF8.GetString(rented, 0, written);
        ArrayPool<byte>.Shared.Return(rented);
        return value;
    }
}
