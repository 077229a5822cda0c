using System.Text;

namespace LuckyGraph.Language;

/// <summary>A position in a document.</summary>
/// <param name="Line">1-based line; <c>\n</c>, <c>\r</c> and <c>\r\n</c> each end one line.</param>
/// <param name="Column">1-based column in UTF-16 code units.</param>
public readonly record struct SourceLocation(int Line, int Column)
{
    /// <summary>Finds the line and column of a byte offset. Linear in the offset: call it only for errors.</summary>
    public static SourceLocation Of(ReadOnlySpan<byte> source, int offset)
    {
        var line = 1;
        var lineStart = 0;
        var end = Math.Min(offset, source.Length);
        for (var i = 0; i < end; i++)
        {
            if (source[i] == '\n' || (source[i] == '\r' && !(i + 1 < source.Length && source[i + 1] == '\n')))
            {
                line++;
                lineStart = i + 1;
            }
        }

        return new SourceLocation(line, Encoding.UTF8.GetCharCount(source[lineStart..end]) + 1);
    }
}

public sealed partial class DocumentNode
{
    private SourceLines? _lines;

    /// <summary>The line and column of a byte offset of this document. The first call reads the source once; the next ones do not.</summary>
    public SourceLocation GetLocation(int offset) => (_lines ??= new SourceLines(Source)).Locate(offset);
}

/// <summary>Finds lines and columns of many offsets of one source: where lines start, and how many characters precede each block of bytes.</summary>
internal sealed class SourceLines
{
    private const int Block = 256;

    private readonly ReadOnlyMemory<byte> _source;
    private readonly List<int> _starts = [0];
    private readonly int[] _charactersBefore;

    public SourceLines(ReadOnlyMemory<byte> source)
    {
        _source = source;
        var bytes = source.Span;
        _charactersBefore = new int[(bytes.Length / Block) + 1];
        for (var i = 1; i < _charactersBefore.Length; i++)
        {
            _charactersBefore[i] = _charactersBefore[i - 1] + Characters(bytes.Slice((i - 1) * Block, Block));
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            var next = bytes[i..].IndexOfAny((byte)'\n', (byte)'\r');
            if (next < 0)
            {
                break;
            }

            i += next;
            if (bytes[i] == '\n' || !(i + 1 < bytes.Length && bytes[i + 1] == '\n'))
            {
                _starts.Add(i + 1);
            }
        }
    }

    public SourceLocation Locate(int offset)
    {
        offset = Math.Min(offset, _source.Length);
        var line = _starts.BinarySearch(offset);
        line = line < 0 ? ~line : line + 1;
        return new SourceLocation(line, CharactersBefore(offset) - CharactersBefore(_starts[line - 1]) + 1);
    }

    private int CharactersBefore(int offset)
        => _charactersBefore[offset / Block] + Characters(_source.Span[(offset / Block * Block)..offset]);

    // UTF-16 code units: one for each byte that starts a character, and another for characters of four bytes.
    private static int Characters(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        foreach (var b in bytes)
        {
            count += (b & 0xC0) == 0x80 ? 0 : b >= 0xF0 ? 2 : 1;
        }

        return count;
    }
}

/// <summary>Thrown for a document that does not follow the grammar. The message says what was expected and what was found.</summary>
public sealed class GraphQLSyntaxException(string message, int offset, SourceLocation location) : Exception(message)
{
    /// <summary>Byte offset of the offending token.</summary>
    public int Offset { get; } = offset;

    /// <summary>Line and column of the offending token.</summary>
    public SourceLocation Location { get; } = location;

    /// <summary>Whether a limit of <see cref="ParserOptions"/> was exceeded, as opposed to the grammar broken.</summary>
    public bool IsLimitExceeded { get; init; }
}
