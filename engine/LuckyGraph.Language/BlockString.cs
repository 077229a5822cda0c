using System.Text;

namespace LuckyGraph.Language;

/// <summary>Block strings (GraphQL September 2025, 2.9.4): their value from what is written, and back.</summary>
internal static class BlockString
{
    private const int LongestSingleLine = 70;

    /// <summary>The value of the bytes between the triple quotes.</summary>
    public static string Decode(ReadOnlySpan<byte> raw)
    {
        var text = Encoding.UTF8.GetString(raw);
        if (text.Contains("\\\"\"\"", StringComparison.Ordinal))
        {
            text = text.Replace("\\\"\"\"", "\"\"\"", StringComparison.Ordinal);
        }

        return Dedent(text);
    }

    // 2.9.4 BlockStringValue(rawValue).
    public static string Dedent(string raw)
    {
        if (!raw.AsSpan().ContainsAny('\n', '\r'))
        {
            return IsBlank(raw) ? "" : raw;
        }

        var commonIndent = int.MaxValue;
        var firstLine = -1;
        var lastLine = -1;
        var index = 0;
        foreach (var line in new LineEnumerator(raw))
        {
            var indent = Indent(line);
            if (indent < line.Length)
            {
                firstLine = firstLine < 0 ? index : firstLine;
                lastLine = index;
                if (index > 0 && indent < commonIndent)
                {
                    commonIndent = indent;
                }
            }

            index++;
        }

        if (firstLine < 0)
        {
            return "";
        }

        var value = new StringBuilder(raw.Length);
        index = 0;
        foreach (var line in new LineEnumerator(raw))
        {
            if (index >= firstLine && index <= lastLine)
            {
                if (index > firstLine)
                {
                    value.Append('\n');
                }

                value.Append(index == 0 || commonIndent == int.MaxValue ? line : line[Math.Min(commonIndent, line.Length)..]);
            }

            index++;
        }

        return value.ToString();
    }

    /// <summary>
    /// How a value is written between triple quotes: unescaped lines joined by <c>\n</c>, with a line of their own for the
    /// quotes where that reads better or is needed. Null when no block string has that value, such as one with a carriage return.
    /// </summary>
    public static string? Encode(string value, bool minimize)
    {
        if (value.Contains('\r'))
        {
            return null;
        }

        var isSingleLine = !value.Contains('\n');
        var leadingLineNeeded = !isSingleLine && LaterLinesAreIndented(value);
        var escaped = value.Replace("\"\"\"", "\\\"\"\"", StringComparison.Ordinal);
        var endsWithTripleQuote = escaped.EndsWith("\\\"\"\"", StringComparison.Ordinal);
        var trailingLineNeeded = (value.EndsWith('"') && !endsWithTripleQuote) || value.EndsWith('\\');
        var multiple = !minimize
            && (!isSingleLine || value.Length > LongestSingleLine || trailingLineNeeded || leadingLineNeeded || endsWithTripleQuote);
        var keepsFirstIndent = isSingleLine && value is [' ' or '\t', ..];

        var before = (multiple && !keepsFirstIndent) || leadingLineNeeded ? "\n" : "";
        var after = multiple || trailingLineNeeded ? "\n" : "";
        return Dedent(before + value + after) == value ? before + escaped + after : null;
    }

    private static bool LaterLinesAreIndented(string value)
    {
        for (var i = value.IndexOf('\n'); i >= 0; i = value.IndexOf('\n', i + 1))
        {
            if (i + 1 < value.Length && value[i + 1] is not (' ' or '\t' or '\n'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsBlank(ReadOnlySpan<char> line) => Indent(line) == line.Length;

    private static int Indent(ReadOnlySpan<char> line)
    {
        var indent = line.IndexOfAnyExcept(' ', '\t');
        return indent < 0 ? line.Length : indent;
    }

    /// <summary>Lines ended by <c>\n</c>, <c>\r</c> or <c>\r\n</c> (2.1.3); no other character ends a line.</summary>
    private ref struct LineEnumerator(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text;
        private bool _done;

        public ReadOnlySpan<char> Current { get; private set; }

        public readonly LineEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_done)
            {
                return false;
            }

            var end = _rest.IndexOfAny('\n', '\r');
            if (end < 0)
            {
                Current = _rest;
                _done = true;
                return true;
            }

            Current = _rest[..end];
            _rest = _rest[(_rest[end] == '\r' && end + 1 < _rest.Length && _rest[end + 1] == '\n' ? end + 2 : end + 1)..];
            return true;
        }
    }
}
