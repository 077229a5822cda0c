using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace LuckyGraph.Conformance.Cats;

/// <summary>
/// Reads the part of YAML that graphql-cats is written in: nested maps and lists by indentation, block literals, quoted and
/// plain scalars, and maps and lists in braces and brackets. A repeated key has its last value.
/// </summary>
internal sealed class YamlReader
{
    private readonly string[] _lines;
    private int _at;

    private YamlReader(string[] lines) => _lines = lines;

    /// <summary>Reads a document as JSON.</summary>
    /// <exception cref="ConformanceFormatException">The text uses more of YAML than this reads.</exception>
    public static JsonNode? Read(string text)
    {
        var reader = new YamlReader(text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n'));
        var value = reader.SkipBlank() ? reader.ReadBlock(Indent(reader._lines[reader._at])) : null;
        return !reader.SkipBlank() ? value : throw reader.Error("nothing is left to belong to");
    }

    private JsonNode? ReadBlock(int indent) => IsItem(_lines[_at], indent) ? ReadList(indent) : ReadMap(indent);

    private JsonArray ReadList(int indent)
    {
        var list = new JsonArray();
        while (SkipBlank() && Indent(_lines[_at]) == indent && IsItem(_lines[_at], indent))
        {
            var rest = _lines[_at][(indent + 1)..];
            var inner = indent + 1 + Indent(rest);
            rest = rest.Trim();
            if (rest.Length == 0)
            {
                _at++;
                list.Add(SkipBlank() && Indent(_lines[_at]) > indent ? ReadBlock(Indent(_lines[_at])) : null);
            }
            else if (KeyEnd(rest) > 0)
            {
                // The item is a map whose first member stands behind the dash.
                _lines[_at] = new string(' ', inner) + rest;
                list.Add(ReadMap(inner));
            }
            else
            {
                list.Add(ReadValue(rest, indent));
            }
        }

        return list;
    }

    private JsonObject ReadMap(int indent)
    {
        var map = new JsonObject();
        while (SkipBlank() && Indent(_lines[_at]) == indent && !IsItem(_lines[_at], indent))
        {
            var line = _lines[_at].Trim();
            var end = KeyEnd(line);
            if (end <= 0)
            {
                throw Error("a key is expected");
            }

            var key = Scalar(line[..end])!.ToString();
            var rest = line[(end + 1)..].Trim();
            if (rest.Length > 0)
            {
                map[key] = ReadValue(rest, indent);
                continue;
            }

            _at++;
            map[key] = SkipBlank() && (Indent(_lines[_at]) > indent || IsItem(_lines[_at], indent)) ? ReadBlock(Indent(_lines[_at])) : null;
        }

        return SkipBlank() && Indent(_lines[_at]) > indent ? throw Error("the line is indented too far") : map;
    }

    private JsonNode? ReadValue(string text, int indent)
    {
        _at++;
        return text switch
        {
            "|" => Literal(indent) + "\n",
            "|-" => Literal(indent),
            _ => Scalar(text),
        };
    }

    private string Literal(int indent)
    {
        var lines = new List<string>();
        var margin = -1;
        for (; _at < _lines.Length && (_lines[_at].Trim().Length == 0 || Indent(_lines[_at]) > indent); _at++)
        {
            if (margin < 0 && _lines[_at].Trim().Length > 0)
            {
                margin = Indent(_lines[_at]);
            }

            lines.Add(margin >= 0 && _lines[_at].Length > margin ? _lines[_at][margin..] : "");
        }

        return string.Join('\n', lines).TrimEnd('\n');
    }

    private JsonNode? Scalar(string text)
    {
        var position = 0;
        var value = Flow(text, ref position, "");
        return position >= text.Length || text[position..].TrimStart().StartsWith('#') ? value : throw Error($"\"{text[position..]}\" follows a value");
    }

    private JsonNode? Flow(string text, ref int position, string ends)
    {
        SkipSpaces(text, ref position);
        switch (position < text.Length ? text[position] : '\0')
        {
            case '"': return DoubleQuoted(text, ref position);
            case '\'': return SingleQuoted(text, ref position);
            case '{': return FlowMap(text, ref position);
            case '[': return FlowList(text, ref position);
        }

        var start = position;
        while (position < text.Length && !ends.Contains(text[position]) && !(text[position] == '#' && position > start && text[position - 1] == ' '))
        {
            position++;
        }

        return Plain(text[start..position].Trim());
    }

    private JsonObject FlowMap(string text, ref int position)
    {
        var map = new JsonObject();
        position++;
        SkipSpaces(text, ref position);
        while (!Ends(text, ref position, '}'))
        {
            var key = Flow(text, ref position, ":")?.ToString() ?? throw Error("a key is expected");
            SkipSpaces(text, ref position);
            position++;
            map[key] = Flow(text, ref position, ",}");
            SkipSeparator(text, ref position);
        }

        return map;
    }

    private JsonArray FlowList(string text, ref int position)
    {
        var list = new JsonArray();
        position++;
        SkipSpaces(text, ref position);
        while (!Ends(text, ref position, ']'))
        {
            list.Add(Flow(text, ref position, ",]"));
            SkipSeparator(text, ref position);
        }

        return list;
    }

    private bool Ends(string text, ref int position, char closing)
    {
        if (position >= text.Length)
        {
            throw Error($"\"{closing}\" is missing");
        }

        return text[position] == closing && ++position > 0;
    }

    private static void SkipSeparator(string text, ref int position)
    {
        SkipSpaces(text, ref position);
        if (position < text.Length && text[position] == ',')
        {
            position++;
            SkipSpaces(text, ref position);
        }
    }

    private static void SkipSpaces(string text, ref int position)
    {
        while (position < text.Length && text[position] == ' ')
        {
            position++;
        }
    }

    private string DoubleQuoted(string text, ref int position)
    {
        var value = new StringBuilder();
        for (position++; position < text.Length && text[position] != '"'; position++)
        {
            value.Append(text[position] == '\\' && position + 1 < text.Length ? text[++position] switch { 'n' => '\n', 't' => '\t', var c => c } : text[position]);
        }

        return ++position <= text.Length ? value.ToString() : throw Error("a quote is missing");
    }

    private string SingleQuoted(string text, ref int position)
    {
        var value = new StringBuilder();
        for (position++; position < text.Length; position++)
        {
            if (text[position] != '\'')
            {
                value.Append(text[position]);
            }
            else if (position + 1 < text.Length && text[position + 1] == '\'')
            {
                value.Append(text[position++]);
            }
            else
            {
                position++;
                return value.ToString();
            }
        }

        throw Error("a quote is missing");
    }

    private static JsonNode? Plain(string text) => text switch
    {
        "" or "null" or "~" => null,
        "true" => true,
        "false" => false,
        _ when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };

    // The colon that ends a key: outside quotes, before a space or the end of the line.
    private static int KeyEnd(string line)
    {
        if (line[0] is '{' or '[')
        {
            return -1;
        }

        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            if (quote != '\0')
            {
                quote = line[i] == quote ? '\0' : quote;
            }
            else if (i == 0 && line[i] is '"' or '\'')
            {
                quote = line[i];
            }
            else if (line[i] == ':' && (i + 1 == line.Length || line[i + 1] == ' '))
            {
                return i;
            }
        }

        return -1;
    }

    private bool SkipBlank()
    {
        while (_at < _lines.Length && (_lines[_at].Trim().Length == 0 || _lines[_at].TrimStart().StartsWith('#')))
        {
            _at++;
        }

        return _at < _lines.Length;
    }

    private static bool IsItem(string line, int indent)
        => Indent(line) == indent && indent < line.Length && line[indent] == '-' && (indent + 1 == line.Length || line[indent + 1] == ' ');

    private static int Indent(string line) => line.Length - line.TrimStart(' ').Length;

    private ConformanceFormatException Error(string what) => new($"cannot be read at line {_at + 1}: {what}.");
}
