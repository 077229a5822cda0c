using System.Text.Json;
using LuckyGraph.Cli.Infrastructure;

namespace LuckyGraph.Cli.Import;

/// <summary>Reads a JSON feed: an array of products, or an object whose <c>products</c> is one.</summary>
internal static class JsonFeed
{
    public static List<FeedFields> Read(string path, byte[] bytes)
    {
        var span = bytes.AsSpan();
        if (span.StartsWith("\uFEFF"u8))
        {
            span = span[3..];
        }

        var rows = new List<FeedFields>();
        var reader = new Utf8JsonReader(span, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                EnterProducts(path, ref reader);
            }

            if (reader.TokenType != JsonTokenType.StartArray)
            {
                throw new LuckyException($"{path} holds no array of products: it begins with {reader.TokenType}.");
            }

            var line = 1;
            var counted = 0;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                line += span[counted..start].Count((byte)'\n');
                counted = start;
                rows.Add(new JsonFields(line, JsonElement.ParseValue(ref reader)));
            }

            while (reader.Read())
            {
                reader.Skip();
            }
        }
        catch (JsonException e)
        {
            throw new LuckyException($"{path} is broken at line {e.LineNumber + 1}: {e.Message.Split(" LineNumber", 2)[0]} Nothing was imported.");
        }

        return rows;
    }

    private static void EnterProducts(string path, ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("products"u8);
            reader.Read();
            if (found)
            {
                return;
            }

            reader.Skip();
        }

        throw new LuckyException($"{path} is an object without \"products\".");
    }

    private sealed class JsonFields(int line, JsonElement row) : FeedFields(line)
    {
        protected override string? Text(string name)
        {
            if (Find(name) is not { } value)
            {
                return null;
            }

            if (value.ValueKind == JsonValueKind.String)
            {
                return value.GetString();
            }

            Errors.Add($"{name} is {Kind(value)}, it must be a string");
            return null;
        }

        protected override decimal? Number(string name)
        {
            if (Find(name) is not { } value)
            {
                return null;
            }

            if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number))
            {
                return number;
            }

            Errors.Add($"{name} is {Kind(value)}, it must be a number");
            return null;
        }

        protected override IReadOnlyList<string> Texts(string name)
        {
            if (Find(name) is not { } value)
            {
                return [];
            }

            if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
            {
                return [.. value.EnumerateArray().Select(item => item.GetString()!)];
            }

            Errors.Add($"{name} is {Kind(value)}, it must be a list of strings");
            return [];
        }

        // The public product feeds keep the barcode below "meta".
        private JsonElement? Find(string name)
        {
            if (row.ValueKind != JsonValueKind.Object)
            {
                if (Errors.Count == 0)
                {
                    Errors.Add($"the row is {Kind(row)}, it must be an object");
                }

                return null;
            }

            if (row.TryGetProperty(name, out var value)
                || (row.TryGetProperty("meta", out var meta) && meta.ValueKind == JsonValueKind.Object && meta.TryGetProperty(name, out value)))
            {
                return value.ValueKind == JsonValueKind.Null ? null : value;
            }

            return null;
        }

        private static string Kind(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.String => $"the string \"{value.GetString()}\"",
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True or JsonValueKind.False => "a boolean",
            JsonValueKind.Array => "a list",
            JsonValueKind.Object => "an object",
            _ => "null",
        };
    }
}
