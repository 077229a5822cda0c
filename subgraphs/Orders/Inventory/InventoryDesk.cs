using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Idempotency;
using LuckyGraph.Hosting.Identity;
using LuckyGraph.Orders.Data;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Inventory;

/// <summary>How much of one variant a seller's feed says there is.</summary>
[InputObjectType(Name = "InventoryLineInput")]
public sealed class InventoryLine
{
    /// <summary>The variant; or give the SKU.</summary>
    [ID("ProductVariant")]
    public Guid? VariantId { get; init; }
    public string? Sku { get; init; }
    public required int Quantity { get; init; }
}

/// <summary>What became of a call that set stock.</summary>
/// <param name="Changed">Variants whose stock changed.</param>
/// <param name="Unchanged">Variants whose feed said the same before.</param>
/// <param name="Lines">The good lines.</param>
/// <param name="LineErrors">The lines that were left out, and why.</param>
public sealed record InventoryUpdate(int Changed, int Unchanged, IReadOnlyList<InventoryUpdateLine> Lines, IReadOnlyList<InventoryLineError> LineErrors);

/// <summary>A variant's stock after the call.</summary>
/// <param name="Index">The line's place in the call, from 0.</param>
/// <param name="VariantId">The variant.</param>
/// <param name="Sku">Its SKU.</param>
/// <param name="OnHand">What lies in stock.</param>
/// <param name="Available">What of it can be sold.</param>
/// <param name="Changed">Whether the call changed it.</param>
public sealed record InventoryUpdateLine(
    int Index, [property: ID("ProductVariant")] Guid VariantId, string Sku, int OnHand, int Available, bool Changed);

/// <summary>A line that was left out.</summary>
/// <param name="Index">The line's place in the call, from 0.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record InventoryLineError(int Index, string Reason);

/// <summary>Where sellers say what they have.</summary>
public sealed class InventoryDesk(OrdersContext db, StockLedger ledger, IdempotencyKeys keys)
{
    public const int MaxLines = 100;
    private const int MaxQuantity = 1_000_000_000;

    /// <summary>How long to wait for variants that the catalog made a moment ago and whose event is still on its way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<InventoryUpdate> SetAsync(
        Viewer viewer, Guid? sellerId, IReadOnlyList<InventoryLine> lines, Guid idempotencyKey, CancellationToken ct)
    {
        if (lines.Count is 0 or > MaxLines)
        {
            throw ValidationFailedException.Field("lines", $"Give 1 to {MaxLines} lines.");
        }

        var owner = viewer.IsAdmin ? sellerId : viewer.RequireSeller();
        await AwaitSnapshotsAsync(owner, lines, ct);
        return await keys.RunAsync(
            viewer.Id.ToString(), "inventorySet", idempotencyKey, new { lines, owner }, token => SetLinesAsync(owner, lines, token), ct);
    }

    private async Task<InventoryUpdate> SetLinesAsync(Guid? owner, IReadOnlyList<InventoryLine> lines, CancellationToken ct)
    {
        var snapshots = await SnapshotsAsync(owner, lines, ct);
        var good = new List<(int Index, VariantSnapshot Variant, int Quantity)>();
        var errors = new List<InventoryLineError>();
        var seen = new HashSet<Guid>();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var variant = snapshots.Find(v => Matches(v, line));
            var problem = (line.VariantId is null) == (line.Sku is null) ? "Give either the variant's id or its SKU."
                : line.Quantity is < 0 or > MaxQuantity ? $"The quantity is not between 0 and {MaxQuantity}."
                : variant is null ? "You have no such variant; if it is new, try again in a moment."
                : !seen.Add(variant.VariantId) ? $"The variant \"{variant.Sku}\" occurs more than once."
                : null;
            if (problem is null)
            {
                good.Add((i, variant!, line.Quantity));
            }
            else
            {
                errors.Add(new InventoryLineError(i, problem));
            }
        }

        var results = new List<InventoryUpdateLine>();
        foreach (var (index, variant, quantity) in good.OrderBy(g => g.Variant.VariantId, UuidOrder.Instance))
        {
            var (level, changed) = await ledger.FeedAsync(variant.VariantId, quantity, ct);
            if (level is null)
            {
                errors.Add(new InventoryLineError(index, "Orders hold more of it than would remain; cancel or fulfil them first."));
            }
            else
            {
                results.Add(new InventoryUpdateLine(index, variant.VariantId, variant.Sku, level.OnHand, level.Available, changed));
            }
        }

        results.Sort((a, b) => a.Index.CompareTo(b.Index));
        errors.Sort((a, b) => a.Index.CompareTo(b.Index));
        return new InventoryUpdate(results.Count(r => r.Changed), results.Count(r => !r.Changed), results, errors);
    }

    private async Task AwaitSnapshotsAsync(Guid? owner, IReadOnlyList<InventoryLine> lines, CancellationToken ct)
    {
        // Real time: how long a message takes has nothing to do with the time that the shop's clock shows.
        var started = TimeProvider.System.GetTimestamp();
        var ids = lines.Select(l => l.VariantId).OfType<Guid>().Distinct().ToList();
        var skus = lines.Where(l => l.VariantId is null).Select(l => l.Sku).OfType<string>().Distinct().ToList();
        while (true)
        {
            // What is known but somebody else's is not on its way.
            var knownIds = await db.VariantSnapshots.CountAsync(v => ids.Contains(v.VariantId), ct);
            var knownSkus = owner is null ? skus.Count : await db.VariantSnapshots.CountAsync(v => v.SellerId == owner && skus.Contains(v.Sku), ct);
            if ((knownIds == ids.Count && knownSkus == skus.Count) || TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
        }
    }

    private async Task<List<VariantSnapshot>> SnapshotsAsync(Guid? owner, IReadOnlyList<InventoryLine> lines, CancellationToken ct)
    {
        var ids = lines.Select(l => l.VariantId).OfType<Guid>().ToList();
        var skus = lines.Select(l => l.Sku).OfType<string>().ToList();
        // Without a seller (administrators) a SKU alone may mean several variants; only ids count then.
        return await db.VariantSnapshots.AsNoTracking()
            .Where(v => (owner == null && ids.Contains(v.VariantId))
                || (v.SellerId == owner && (ids.Contains(v.VariantId) || skus.Contains(v.Sku))))
            .ToListAsync(ct);
    }

    private static bool Matches(VariantSnapshot variant, InventoryLine line)
        => line.VariantId is { } id ? variant.VariantId == id : variant.Sku == line.Sku;
}

/// <summary>Orders UUIDs as PostgreSQL does, by their bytes, so that locks are taken in one order everywhere.</summary>
internal sealed class UuidOrder : IComparer<Guid>
{
    public static readonly UuidOrder Instance = new();

    public int Compare(Guid x, Guid y)
    {
        Span<byte> left = stackalloc byte[16];
        Span<byte> right = stackalloc byte[16];
        x.TryWriteBytes(left, bigEndian: true, out _);
        y.TryWriteBytes(right, bigEndian: true, out _);
        return left.SequenceCompareTo(right);
    }
}
