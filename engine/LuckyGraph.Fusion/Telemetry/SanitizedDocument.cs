using System.Text;

namespace LuckyGraph.Fusion.Telemetry;

/// <summary>
/// A document without the values that clients write into it: strings become <c>"*"</c>, numbers <c>0</c>, comments go. What
/// remains are names of the schema, of variables and of the client's code.
/// </summary>
internal static class SanitizedDocument
{
    /// <summary>Sanitises a document that has been parsed before.</summary>
    public static string Of(ReadOnlySpan<byte> document)
    {
        var text = Encoding.UTF8.GetString(document);
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (c == '#')
            {
                while (i < text.Length && text[i] is not ('\n' or '\r'))
                {
                    i++;
                }
            }
            else if (c == '"')
            {
                i = AfterString(text, i);
                result.Append("\"*\"");
            }
            else if (char.IsAsciiLetter(c) || c == '_')
            {
                while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] == '_'))
                {
                    result.Append(text[i++]);
                }
            }
            else if (char.IsAsciiDigit(c) || c == '-')
            {
                while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] is '-' or '+' or '.'))
                {
                    i++;
                }

                result.Append('0');
            }
            else if (char.IsWhiteSpace(c))
            {
                while (i < text.Length && char.IsWhiteSpace(text[i]))
                {
                    i++;
                }

                if (result.Length > 0 && result[^1] != ' ')
                {
                    result.Append(' ');
                }
            }
            else
            {
                result.Append(c);
                i++;
            }
        }

        return result.ToString().Trim();
    }

    private static int AfterString(string text, int start)
    {
        var isBlock = text.AsSpan(start).StartsWith("\"\"\"");
        var i = start + (isBlock ? 3 : 1);
        while (i < text.Length)
        {
            if (isBlock)
            {
                if (text.AsSpan(i).StartsWith("\\\"\"\""))
                {
                    i += 4;
                }
                else if (text.AsSpan(i).StartsWith("\"\"\""))
                {
                    return i + 3;
                }
                else
                {
                    i++;
                }
            }
            else if (text[i] == '\\')
            {
                i += 2;
            }
            else if (text[i++] == '"')
            {
                return i;
            }
        }

        return text.Length;
    }
}
