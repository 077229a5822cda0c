using System.Text;
using System.Text.Json;
using LuckyGraph.Cli.Infrastructure;

namespace LuckyGraph.Cli.Import;

/// <summary>One product of a feed; see README.md beside this file for the format.</summary>
public sealed record FeedRow(int Line)
{
    public string Sku { get; init; } = "";
    public string Title { get; init; } = "";
    public string? Description { get; init; }
    public string Category { get; init; } = "";
    public decimal Price { get; init; }
    public decimal? DiscountPercentage { get; init; }
    public int Stock { get; init; }
    public string? Brand { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];
    public IReadOnlyList<string> Images { get; init; } = [];
    public string? Thumbnail { get; init; }
    public string? Barcode { get; init; }
    public decimal? WeightGrams { get; init; }
    public decimal? Rating { get; init; }

    /// <summary>Further facts worth showing, by their name.</summary>
    public IReadOnlyList<(string Name, string Value)> Attributes { get; init; } = [];
}

/// <summary>A row that cannot be imported.</summary>
/// <param name="Line">Its 1-based line in the file.</param>
/// <param name="Sku">Its SKU, where it has one.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record BadRow(int Line, string? Sku, string Reason);

/// <summary>What a feed file holds: rows to import, and rows that cannot be.</summary>
public sealed record ProductFeed(IReadOnlyList<FeedRow> Rows, IReadOnlyList<BadRow> BadRows)
{
    private const int MaxBytes = 256 * 1024 * 1024;

    /// <summary>Reads a JSON or CSV feed, told apart by the file's ending.</summary>
    /// <exception cref="LuckyException">The file as a whole is broken; the message says where.</exception>
    public static ProductFeed Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new LuckyException($"There is no file {path}.");
        }

        if (new FileInfo(path).Length > MaxBytes)
        {
            throw new LuckyException($"{path} is larger than 256 MiB; split it.");
        }

        var bytes = File.ReadAllBytes(path);
        var fields = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".json" => JsonFeed.Read(path, bytes),
            ".csv" => CsvFeed.Read(path, Encoding.UTF8.GetString(bytes)),
            var other => throw new LuckyException($"A feed is a .json or a .csv file, not \"{other}\"."),
        };
        return Check(fields);
    }

    private static ProductFeed Check(IEnumerable<FeedFields> all)
    {
        var rows = new List<FeedRow>();
        var bad = new List<BadRow>();
        var lineOfSku = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var fields in all)
        {
            var row = fields.ToRow();
            if (fields.Errors.Count == 0 && !lineOfSku.TryAdd(row.Sku, row.Line))
            {
                fields.Errors.Add($"the SKU stands already in line {lineOfSku[row.Sku]}");
            }

            if (fields.Errors.Count == 0)
            {
                rows.Add(row);
            }
            else
            {
                bad.Add(new BadRow(row.Line, row.Sku.Length == 0 ? null : row.Sku, string.Join("; ", fields.Errors)));
            }
        }

        return new ProductFeed(rows, bad);
    }
}

/// <summary>The fields of one row by name, whatever the file's format, and what is wrong with them.</summary>
internal abstract class FeedFields(int line)
{
    private const int MaxTitle = 300;

    public List<string> Errors { get; } = [];

    protected abstract string? Text(string name);

    protected abstract decimal? Number(string name);

    protected abstract IReadOnlyList<string> Texts(string name);

    public FeedRow ToRow()
    {
        var price = Required("price", Number("price"));
        var discount = Number("discountPercentage");
        if (discount is < 0 or >= 100)
        {
            Errors.Add($"discountPercentage is {discount}, it must be at least 0 and below 100");
            discount = null;
        }

        var stock = Number("stock") ?? 0;
        if (stock != decimal.Truncate(stock) || stock is < 0 or > 100_000_000)
        {
            Errors.Add($"stock is {stock}, it must be a whole number from 0 to 100000000");
            stock = 0;
        }

        if (price is < 0 or > 1_000_000_000)
        {
            Errors.Add($"price is {price}, it must be from 0 to 1000000000");
        }

        var title = Required("title", Text("title"));
        if (title is { Length: > MaxTitle })
        {
            Errors.Add($"title has {title.Length} characters, at most {MaxTitle} are allowed");
        }

        return new FeedRow(line)
        {
            Sku = Required("sku", Text("sku")) ?? "",
            Title = title ?? "",
            Description = Text("description"),
            Category = Required("category", Text("category")) ?? "",
            Price = price ?? 0,
            DiscountPercentage = discount,
            Stock = (int)stock,
            Brand = Text("brand"),
            Tags = Texts("tags"),
            Images = Links("images", Texts("images")),
            Thumbnail = Text("thumbnail") is { } thumbnail ? Links("thumbnail", [thumbnail]).FirstOrDefault() : null,
            Barcode = Text("barcode"),
            WeightGrams = Number("weight"),
            Rating = Number("rating"),
            Attributes = [.. Attributes()],
        };
    }

    private IEnumerable<(string Name, string Value)> Attributes()
    {
        foreach (var (field, name) in new[] { ("warrantyInformation", "Warranty"), ("shippingInformation", "Shipping"), ("returnPolicy", "Returns") })
        {
            if (Text(field) is { } value)
            {
                yield return (name, value);
            }
        }
    }

    private string? Required(string name, string? value)
    {
        if (string.IsNullOrWhiteSpace(value) && !Errors.Any(e => e.StartsWith(name, StringComparison.Ordinal)))
        {
            Errors.Add($"{name} is missing");
        }

        return value?.Trim();
    }

    private decimal? Required(string name, decimal? value)
    {
        if (value is null && !Errors.Any(e => e.StartsWith(name, StringComparison.Ordinal)))
        {
            Errors.Add($"{name} is missing");
        }

        return value;
    }

    private List<string> Links(string name, IReadOnlyList<string> links)
    {
        var good = new List<string>(links.Count);
        foreach (var link in links)
        {
            if (Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https"))
            {
                good.Add(link);
            }
            else
            {
                Errors.Add($"{name} has \"{link}\", which is no http or https address");
            }
        }

        return good;
    }
}
