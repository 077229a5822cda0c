using LuckyGraph.Accounts.Data;
using LuckyGraph.Accounts.Users;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Accounts.Addresses;

[QueryType]
public static partial class AddressQueries
{
    /// <summary>One of the caller's own addresses; nobody else's.</summary>
    [Lookup]
    [Internal]
    public static async Task<Address?> GetAddressByIdAsync(
        [ID<Address>] Guid id, ViewerAccessor caller, IStoredAddressByIdDataLoader addresses, AddressDesk desk, CancellationToken ct)
        => caller.Current is { } viewer && await addresses.LoadAsync(id, ct) is { } address && address.AccountId == viewer.Id ? desk.Read(address) : null;
}

[ObjectType<ViewerAccount>]
public static partial class ViewerAddresses
{
    /// <summary>The person's addresses: the default first, then the newest.</summary>
    public static async Task<IReadOnlyList<Address>> GetAddressesAsync(
        [Parent] ViewerAccount viewer, IStoredAddressesByAccountIdDataLoader addresses, AddressDesk desk, CancellationToken ct)
        => [.. (await addresses.LoadAsync(viewer.Id, ct) ?? []).Select(desk.Read)];
}

internal static partial class AddressLoaders
{
    [DataLoader]
    public static async Task<Dictionary<Guid, StoredAddress>> GetStoredAddressByIdAsync(IReadOnlyList<Guid> ids, AccountsContext db, CancellationToken ct)
        => await db.Addresses.AsNoTracking().Where(a => ids.Contains(a.Id)).ToDictionaryAsync(a => a.Id, ct);

    [DataLoader]
    public static async Task<ILookup<Guid, StoredAddress>> GetStoredAddressesByAccountIdAsync(IReadOnlyList<Guid> accountIds, AccountsContext db, CancellationToken ct)
        => (await db.Addresses.AsNoTracking().Where(a => accountIds.Contains(a.AccountId))
            .OrderByDescending(a => a.IsDefault).ThenByDescending(a => a.CreatedAt).ToListAsync(ct)).ToLookup(a => a.AccountId);
}
