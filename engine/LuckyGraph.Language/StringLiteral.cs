using System.Globalization;
using System.Text;

namespace LuckyGraph.Language;

/// <summary>Writes quoted string literals (2.9.4).</summary>
internal static class StringLiteral
{
    /// <summary>Appends the value quoted, control characters escaped, lone surrogates replaced by U+FFFD since no literal can hold them.</summary>
    public static void Append(StringBuilder output, string value)
    {
        output.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            switch (c)
            {
                case '"': output.Append("\\\""); break;
                case '\\': output.Append("\\\\"); break;
                case '\b': output.Append("\\b"); break;
                case '\f': output.Append("\\f"); break;
                case '\n': output.Append("\\n"); break;
                case '\r': output.Append("\\r"); break;
                case '\t': output.Append("\\t"); break;
                case < ' ' or (>= '\x7F' and <= '\x9F'):
                    output.Append("\\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
                    break;
                default:
                    if (!char.IsSurrogate(c))
                    {
                        output.Append(c);
                    }
                    else if (i + 1 < value.Length && char.IsSurrogatePair(c, value[i + 1]))
                    {
                        output.Append(c).Append(value[++i]);
                    }
                    else
                    {
                        output.Append('\uFFFD');
                    }

                    break;
            }
        }

        output.Append('"');
    }

    /// <summary>Length of what <see cref="Append"/> writes, in UTF-16 code units.</summary>
    public static int Length(string value)
    {
        var length = value.Length + 2;
        foreach (var c in value)
        {
            length += c switch
            {
                '"' or '\\' or '\b' or '\f' or '\n' or '\r' or '\t' => 1,
                < ' ' or (>= '\x7F' and <= '\x9F') => 5,
                _ => 0,
            };
        }

        return length;
    }
}
