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
    /// <summary>The line and column of a byte offset of this document.</summary>
    public SourceLocation GetLocation(int offset) => SourceLocation.Of(Source.Span, offset);
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
