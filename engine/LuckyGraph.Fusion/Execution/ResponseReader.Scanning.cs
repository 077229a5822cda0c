using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Execution;

/// <content>JSON scanning (RFC 8259) without decoding.</content>
internal ref partial struct ResponseReader
{
    private const int MaxDepth = 256;

    private static readonly SearchValues<byte> s_stringEnd = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    /// <summary>Skips white space.</summary>
    public void SkipSpace()
    {
        while (Position < _json.Length && _json[Position] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            Position++;
        }
    }

    /// <summary>Whether nothing but white space is left.</summary>
    public bool AtEnd
    {
        get
        {
            SkipSpace();
            return Position >= _json.Length;
        }
    }

    /// <summary>The next byte without moving.</summary>
    public readonly byte Peek() => Position < _json.Length ? _json[Position] : throw Unexpected();

    /// <summary>Reads a string and returns it raw, with its quotes.</summary>
    public ReadOnlySpan<byte> ReadName()
    {
        var start = Position;
        if (Peek() != '"')
        {
            throw Unexpected();
        }

        ScanString();
        return _json[start..Position];
    }

    /// <summary>Reads the colon after a name, and white space around it.</summary>
    public void Colon()
    {
        SkipSpace();
        if (Peek() != ':')
        {
            throw Unexpected();
        }

        Position++;
        SkipSpace();
    }

    /// <summary>After a value in a list or object: moves to the next one, or past the end. Returns whether there is a next one.</summary>
    public bool NextItem(byte end)
    {
        SkipSpace();
        var next = Peek();
        Position++;
        if (next == end)
        {
            return false;
        }

        if (next != ',')
        {
            Position--;
            throw Unexpected();
        }

        SkipSpace();
        return true;
    }

    /// <summary>Bytes that were read already.</summary>
    public readonly ReadOnlySpan<byte> Slice(int start, int end) => _json[start..end];

    /// <summary>The index of a variable set or request that was just skipped as a value.</summary>
    public readonly int Index(int start, int count, string member = "variableIndex")
        => System.Buffers.Text.Utf8Parser.TryParse(_json[start..Position], out int index, out var used) && used == Position - start && index >= 0 && index < count
            ? index : throw new InvalidResponseException($"a {member} is out of range");

    /// <summary>Skips any value, checking that it is JSON.</summary>
    public void SkipValue()
    {
        SkipSpace();
        switch (Peek())
        {
            case (byte)'"':
                ScanString();
                break;
            case (byte)'{':
                Enter();
                Position++;
                SkipSpace();
                if (Peek() == '}')
                {
                    Position++;
                }
                else
                {
                    do
                    {
                        ReadName();
                        Colon();
                        SkipValue();
                    }
                    while (NextItem((byte)'}'));
                }

                _depth--;
                break;
            case (byte)'[':
                Enter();
                Position++;
                SkipSpace();
                if (Peek() == ']')
                {
                    Position++;
                }
                else
                {
                    do
                    {
                        SkipValue();
                    }
                    while (NextItem((byte)']'));
                }

                _depth--;
                break;
            case (byte)'t':
                Literal("true"u8);
                break;
            case (byte)'f':
                Literal("false"u8);
                break;
            case (byte)'n':
                Literal("null"u8);
                break;
            default:
                ScanNumber(out _);
                break;
        }
    }

    private readonly InvalidResponseException Unexpected() => new(
        Position >= _json.Length
            ? "it ends in the middle"
            : $"unexpected '{(_json[Position] is > 0x20 and < 0x7F ? ((char)_json[Position]).ToString() : $"\\x{_json[Position]:X2}")}' at byte {Position}");

    private void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw new InvalidResponseException($"it is nested deeper than {MaxDepth} levels");
        }
    }

    private void Literal(ReadOnlySpan<byte> literal)
    {
        if (!_json[Position..].StartsWith(literal))
        {
            throw Unexpected();
        }

        Position += literal.Length;
    }

    private void ScanString()
    {
        Position++;
        while (true)
        {
            var offset = StringEnd();
            if (offset < 0)
            {
                Position = _json.Length;
                throw Unexpected();
            }

            Position += offset;
            if (_json[Position] == '"')
            {
                Position++;
                return;
            }

            if (_json[Position] != '\\')
            {
                throw Unexpected();
            }

            Position++;
            switch (Peek())
            {
                case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                    Position++;
                    break;
                case (byte)'u':
                    Position++;
                    for (var i = 0; i < 4; i++, Position++)
                    {
                        if (!Uri.IsHexDigit((char)Peek()))
                        {
                            throw Unexpected();
                        }
                    }

                    break;
                default:
                    throw Unexpected();
            }
        }
    }

    /// <summary>How far the next quote, backslash or control character is; -1 when there is none. Most strings are short.</summary>
    private readonly int StringEnd()
    {
        var rest = _json[Position..];
        if (!Vector128.IsHardwareAccelerated || rest.Length < Vector128<byte>.Count)
        {
            return rest.IndexOfAny(s_stringEnd);
        }

        var bytes = Vector128.Create(rest);
        var ends = (Vector128.Equals(bytes, Vector128.Create((byte)'"')) | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
            | Vector128.LessThan(bytes, Vector128.Create((byte)0x20))).ExtractMostSignificantBits();
        if (ends != 0)
        {
            return BitOperations.TrailingZeroCount(ends);
        }

        var offset = rest[Vector128<byte>.Count..].IndexOfAny(s_stringEnd);
        return offset < 0 ? -1 : offset + Vector128<byte>.Count;
    }

    private void ScanNumber(out bool isInteger)
    {
        isInteger = true;
        if (Peek() == '-')
        {
            Position++;
        }

        if (Peek() == '0')
        {
            Position++;
        }
        else
        {
            Digits();
        }

        if (Position < _json.Length && _json[Position] == '.')
        {
            isInteger = false;
            Position++;
            Digits();
        }

        if (Position < _json.Length && _json[Position] is (byte)'e' or (byte)'E')
        {
            isInteger = false;
            Position++;
            if (Peek() is (byte)'+' or (byte)'-')
            {
                Position++;
            }

            Digits();
        }
    }

    private void Digits()
    {
        if (!char.IsAsciiDigit((char)Peek()))
        {
            throw Unexpected();
        }

        while (Position < _json.Length && char.IsAsciiDigit((char)_json[Position]))
        {
            Position++;
        }
    }

    /// <summary>Scans a leaf that is not null. False when its JSON does not fit the type.</summary>
    private bool ScanLeaf(ValueShape shape, ref bool quoted)
    {
        var next = Peek();
        switch (shape.Leaf)
        {
            case LeafKind.String:
                if (next != '"')
                {
                    return false;
                }

                ScanString();
                return true;
            case LeafKind.Id:
                if (next == '"')
                {
                    ScanString();
                    return true;
                }

                if (next != '-' && !char.IsAsciiDigit((char)next))
                {
                    return false;
                }

                ScanNumber(out var isInteger);
                quoted = true;
                return isInteger;
            case LeafKind.Enum:
                if (next != '"')
                {
                    return false;
                }

                var start = Position;
                ScanString();
                foreach (var value in shape.EnumValues)
                {
                    if (_json[start..Position].SequenceEqual(value))
                    {
                        return true;
                    }
                }

                return false;
            case LeafKind.Boolean:
                if (next is not ((byte)'t' or (byte)'f'))
                {
                    return false;
                }

                Literal(next == 't' ? "true"u8 : "false"u8);
                return true;
            case LeafKind.Int or LeafKind.Float:
                if (next != '-' && !char.IsAsciiDigit((char)next))
                {
                    return false;
                }

                ScanNumber(out isInteger);
                return isInteger || shape.Leaf == LeafKind.Float;
            case LeafKind.Any:
                SkipValue();
                return true;
            default:
                return false;
        }
    }

    /// <summary>Scans a list whose bytes may be used as they are. False when they may not, wherever the reader then stands.</summary>
    private bool ScanList(ValueShape shape, PositionShape? children)
    {
        Enter();
        var depth = _depth;
        Position++;
        SkipSpace();
        if (Peek() == ']')
        {
            Position++;
        }
        else
        {
            do
            {
                if (!Scan(shape.Item!, children))
                {
                    _depth = depth - 1;
                    return false;
                }
            }
            while (NextItem((byte)']'));
        }

        _depth = depth - 1;
        return true;
    }

    private bool Scan(ValueShape shape, PositionShape? children)
    {
        SkipSpace();
        var next = Peek();
        if (next == 'n' && shape.Leaf != LeafKind.Any)
        {
            Literal("null"u8);
            return !shape.NonNull;
        }

        if (shape.Item is not null)
        {
            return next == '[' && ScanList(shape, children);
        }

        if (children is not null)
        {
            return next == '{' && ScanObject(children.Single!);
        }

        var quoted = false;
        return ScanLeaf(shape, ref quoted) && !quoted;
    }

    /// <summary>Scans an object that must have exactly the shape's properties in their order.</summary>
    private bool ScanObject(ObjectShape shape)
    {
        Enter();
        var depth = _depth;
        Position++;
        var complete = true;
        for (var i = 0; i < shape.Properties.Length; i++)
        {
            var property = shape.Properties[i];
            if (!_json[Position..].StartsWith(property.Name))
            {
                complete = false;
                break;
            }

            Position += property.Name.Length;
            if (!Scan(property.Value, property.Children))
            {
                complete = false;
                break;
            }

            var last = i == shape.Properties.Length - 1;
            if (Peek() != (last ? '}' : ','))
            {
                complete = false;
                break;
            }

            Position++;
        }

        _depth = depth - 1;
        return complete;
    }
}
