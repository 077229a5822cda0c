using System.Text.Json;

namespace LuckyGraph.Cli.Import;

/// <summary>What an import did.</summary>
public sealed record ImportReport(int Created, int Updated, int Unchanged, int StockChanged, IReadOnlyList<BadRow> BadRows);

/// <summary>Brings the catalog and the inventory to what a feed says, through the gateway, a hundred rows at a time.</summary>
public sealed class FeedImporter(GraphClient graph, string currency, string? sellerId, bool dryRun)
{
    private const int RowsPerCall = 100;

    private const string ImportMutation =
        """
        mutation ImportProducts($input: ProductsImportInput!) {
          productsImport(input: $input) {
            productImport {
              created updated unchanged
              variants { row sku variantId outcome }
              rowErrors { row sku reason }
            }
            errors { ... on UserError { code message } }
          }
        }
        """;

    private const string InventoryMutation =
        """
        mutation ImportStock($input: InventorySetInput!) {
          inventorySet(input: $input) {
            inventoryUpdate { changed lineErrors { index reason } }
            errors { ... on UserError { code message } }
          }
        }
        """;

    /// <summary>Imports the good rows; <paramref name="onProgress"/> hears how many of them are done.</summary>
    public async Task<ImportReport> ImportAsync(ProductFeed feed, Action<int> onProgress, CancellationToken cancellationToken)
    {
        var bad = new List<BadRow>(feed.BadRows);
        int created = 0, updated = 0, unchanged = 0, stockChanged = 0, done = 0;
        foreach (var rows in feed.Rows.Chunk(RowsPerCall))
        {
            var result = await ImportRowsAsync(rows, cancellationToken);
            created += result.GetProperty("created").GetInt32();
            updated += result.GetProperty("updated").GetInt32();
            unchanged += result.GetProperty("unchanged").GetInt32();
            bad.AddRange(result.GetProperty("rowErrors").EnumerateArray().Select(e =>
                new BadRow(rows[e.GetProperty("row").GetInt32()].Line, e.GetProperty("sku").GetString(), e.GetProperty("reason").GetString()!)));
            if (!dryRun)
            {
                stockChanged += await SetStockAsync(rows, result.GetProperty("variants"), bad, cancellationToken);
            }

            done += rows.Length;
            onProgress(done);
        }

        bad.Sort((a, b) => a.Line.CompareTo(b.Line));
        return new ImportReport(created, updated, unchanged, stockChanged, bad);
    }

    private async Task<JsonElement> ImportRowsAsync(FeedRow[] rows, CancellationToken cancellationToken)
    {
        var data = await graph.AskAsync(ImportMutation, new
        {
            input = new
            {
                currency,
                dryRun,
                sellerId,
                // Rows are known by their place in this call: several may stand on one line of the file.
                rows = rows.Select((r, index) => new
                {
                    row = index,
                    sku = r.Sku,
                    title = r.Title,
                    description = r.Description,
                    category = r.Category,
                    price = r.Price,
                    discountPercentage = r.DiscountPercentage,
                    brand = r.Brand,
                    tags = r.Tags,
                    rating = r.Rating,
                    barcode = r.Barcode,
                    weightGrams = r.WeightGrams,
                    images = r.Images,
                    thumbnail = r.Thumbnail,
                    attributes = r.Attributes.Select(a => new { name = a.Name, value = a.Value }),
                }),
            },
        }, cancellationToken);
        var payload = data.GetProperty("productsImport");
        GraphClient.ThrowOnErrors(payload, "Importing products");
        return payload.GetProperty("productImport");
    }

    private async Task<int> SetStockAsync(FeedRow[] rows, JsonElement variants, List<BadRow> bad, CancellationToken cancellationToken)
    {
        var lines = variants.EnumerateArray()
            .Select(v => (Row: rows[v.GetProperty("row").GetInt32()], VariantId: v.GetProperty("variantId").GetString()!))
            .ToList();
        if (lines.Count == 0)
        {
            return 0;
        }

        var data = await graph.AskAsync(InventoryMutation, new
        {
            input = new
            {
                lines = lines.Select(l => new { variantId = l.VariantId, quantity = l.Row.Stock }),
                sellerId,
                idempotencyKey = Guid.NewGuid(),
            },
        }, cancellationToken);
        var payload = data.GetProperty("inventorySet");
        GraphClient.ThrowOnErrors(payload, "Setting stock");
        var update = payload.GetProperty("inventoryUpdate");
        bad.AddRange(update.GetProperty("lineErrors").EnumerateArray().Select(e =>
        {
            var row = lines[e.GetProperty("index").GetInt32()].Row;
            return new BadRow(row.Line, row.Sku, $"stock: {e.GetProperty("reason").GetString()}");
        }));
        return update.GetProperty("changed").GetInt32();
    }
}
