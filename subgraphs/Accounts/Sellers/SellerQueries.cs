using LuckyGraph.Accounts.Data;
using LuckyGraph.Accounts.Users;
using LuckyGraph.Engine;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Accounts.Sellers;

[QueryType]
public static partial class SellerQueries
{
    /// <summary>A seller.</summary>
    [Lookup]
    public static Task<Seller?> GetSellerAsync([ID<Seller>] Guid id, ISellerByIdDataLoader sellers, CancellationToken ct) => sellers.LoadAsync(id, ct);
}

[ObjectType<ViewerAccount>]
public static partial class ViewerSeller
{
    /// <summary>The seller that the person acts for; null for all who do not sell.</summary>
    public static Task<Seller?> GetSellerAsync([Parent] ViewerAccount viewer, ISellerByOwnerIdDataLoader sellers, CancellationToken ct)
        => sellers.LoadAsync(viewer.Id, ct);
}

internal static partial class SellerLoaders
{
    [DataLoader]
    public static async Task<Dictionary<Guid, Seller>> GetSellerByIdAsync(IReadOnlyList<Guid> ids, AccountsContext db, CancellationToken ct)
        => await db.Sellers.AsNoTracking().Where(s => ids.Contains(s.Id) && (s.Status == SellerStatus.Active || s.Status == SellerStatus.Suspended))
            .ToDictionaryAsync(s => s.Id, ct);

    [DataLoader]
    public static async Task<Dictionary<Guid, Seller>> GetSellerByOwnerIdAsync(IReadOnlyList<Guid> ownerIds, AccountsContext db, CancellationToken ct)
        => await db.Sellers.AsNoTracking().Where(s => ownerIds.Contains(s.OwnerId)).ToDictionaryAsync(s => s.OwnerId, ct);
}
