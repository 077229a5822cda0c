using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;

namespace LuckyGraph.Catalog.Imports;

[MutationType]
public static partial class ImportMutations
{
    /// <summary>
    /// Takes up to 100 rows of a product feed, keyed by SKU: makes or updates a published product with one variant per good row, in
    /// one transaction, and tells the bad rows. The same rows again change nothing.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="currency">The currency of their prices.</param>
    /// <param name="dryRun">Only tell what would happen.</param>
    /// <param name="sellerId">Whose products they are; administrators must say, sellers need not.</param>
    /// <param name="viewer">The caller.</param>
    /// <param name="importer">Takes the rows.</param>
    /// <param name="ct">Ends the call.</param>
    [Authorize(Roles = [Role.Seller, Role.Admin])]
    [Error<ValidationFailedException>]
    public static Task<ProductImport> ProductsImportAsync(
        IReadOnlyList<ProductRow> rows, CurrencyCode currency, bool? dryRun, [ID("Seller")] Guid? sellerId,
        Viewer viewer, ProductImporter importer, CancellationToken ct)
    {
        if (rows.Count > ProductImporter.MaxRows)
        {
            throw ValidationFailedException.Field("rows", $"At most {ProductImporter.MaxRows} rows per call, but there are {rows.Count}; send them in several calls.");
        }

        var owner = viewer.IsAdmin
            ? sellerId ?? throw ValidationFailedException.Field("sellerId", "Say whose products they are.")
            : viewer.RequireSeller();
        if (sellerId is { } named && named != owner)
        {
            throw ValidationFailedException.Field("sellerId", "You can import your own products only.");
        }

        return importer.ImportAsync(owner, rows, currency, dryRun ?? false, ct);
    }
}
