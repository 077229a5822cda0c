using LuckyGraph.Accounts.Data;
using LuckyGraph.Accounts.Privacy;
using LuckyGraph.Engine;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Accounts.Users;

internal static partial class UserLoaders
{
    /// <summary>Users by id. Those who left are still found, under the name that replaced theirs, so that what they wrote keeps an author.</summary>
    [DataLoader]
    public static async Task<Dictionary<Guid, User>> GetUserByIdAsync(IReadOnlyList<Guid> ids, AccountsContext db, CancellationToken ct)
        => await db.Accounts.Where(a => ids.Contains(a.Id))
            .Select(a => new { a.Id, a.Nickname, a.AvatarUrl })
            .ToDictionaryAsync(a => a.Id, a => new User(a.Id, a.Nickname, a.AvatarUrl), ct);

    /// <summary>Accounts in use by id, with their personal data.</summary>
    [DataLoader]
    public static async Task<Dictionary<Guid, ViewerAccount>> GetViewerAccountByIdAsync(
        IReadOnlyList<Guid> ids, AccountsContext db, PersonalData personal, CancellationToken ct)
        => (await db.Accounts.AsNoTracking().Where(a => ids.Contains(a.Id) && a.Status == AccountStatus.Active).ToListAsync(ct))
            .ToDictionary(a => a.Id, a => new ViewerAccount(a, personal));
}
