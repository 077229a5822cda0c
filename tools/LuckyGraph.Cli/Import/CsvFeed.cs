using System.Globalization;
using System.Text;
using LuckyGraph.Cli.Infrastructure;

namespace LuckyGraph.Cli.Import;

/// <summary>Reads a CSV feed (RFC 4180): a header line with the field names, then a product per record; lists are separated by <c>|</c>.</summary>
internal static class CsvFeed
{
    private static readonly string[] Required = ["sku", "title", "category", "price"];

    public static List<FeedFields> Read(string path, string text)
    {
        var records = Split(path, text.TrimStart('\uFEFF'));
        if (records.Count == 0)
        {
            throw new LuckyException($"{path} is empty.");
        }

        var header = records[0].Values.Select(v => v.Trim()).ToList();
        if (Required.FirstOrDefault(name => !header.Contains(name)) is { } missing)
        {
            throw new LuckyException($"{path} has no column \"{missing}\". Its first line must name the columns: sku,title,category,price,…");
        }

        var rows = new List<FeedFields>();
        foreach (var (line, values) in records.Skip(1))
        {
            if (values.Count == 1 && values[0].Length == 0)
            {
                continue;
            }

            var fields = new CsvFields(line, header, values);
            if (values.Count != header.Count)
            {
                fields.Errors.Add($"the row has {values.Count} columns, the header {header.Count}");
            }

            rows.Add(fields);
        }

        return rows;
    }

    private static List<(int Line, List<string> Values)> Split(string path, string text)
    {
        var records = new List<(int, List<string>)>();
        var values = new List<string>();
        var value = new StringBuilder();
        var line = 1;
        var recordLine = 1;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n')
            {
                line++;
            }

            if (quoted)
            {
                if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                {
                    value.Append('"');
                    i++;
                }
                else if (c == '"')
                {
                    quoted = false;
                }
                else
                {
                    value.Append(c);
                }
            }
            else if (c == '"' && value.Length == 0)
            {
                quoted = true;
            }
            else if (c == ',')
            {
                values.Add(value.ToString());
                value.Clear();
            }
            else if (c == '\n')
            {
                Finish();
                recordLine = line;
            }
            else if (c != '\r')
            {
                value.Append(c);
            }
        }

        if (quoted)
        {
            throw new LuckyException($"{path} is broken: the quotation mark opened in the record of line {recordLine} is never closed. Nothing was imported.");
        }

        if (value.Length > 0 || values.Count > 0)
        {
            Finish();
        }

        return records;

        void Finish()
        {
            values.Add(value.ToString());
            value.Clear();
            records.Add((recordLine, values));
            values = [];
        }
    }

    private sealed class CsvFields(int line, List<string> header, List<string> values) : FeedFields(line)
    {
        protected override string? Text(string name)
        {
            var index = header.IndexOf(name);
            return index >= 0 && index < values.Count && values[index].Trim() is { Length: > 0 } text ? text : null;
        }

        protected override decimal? Number(string name)
        {
            if (Text(name) is not { } text)
            {
                return null;
            }

            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }

            Errors.Add($"{name} is \"{text}\", it must be a number such as 1234.50");
            return null;
        }

        protected override IReadOnlyList<string> Texts(string name)
            => Text(name) is { } text ? text.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];
    }
}
