using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;

namespace LuckyGraph.Accounts.Users;

[QueryType]
public static partial class UserQueries
{
    /// <summary>The signed-in person's own account; null when nobody is signed in.</summary>
    public static async Task<ViewerAccount?> GetViewerAsync(ViewerAccessor caller, IViewerAccountByIdDataLoader accounts, CancellationToken ct)
        => caller.Current is { } viewer ? await accounts.LoadAsync(viewer.Id, ct) : null;

    /// <summary>A person, as everybody sees them.</summary>
    [Lookup]
    public static Task<User?> GetUserAsync([ID<User>] Guid id, IUserByIdDataLoader users, CancellationToken ct) => users.LoadAsync(id, ct);

    /// <summary>The caller's own account by id; nobody else's.</summary>
    [Lookup]
    [Internal]
    public static async Task<ViewerAccount?> GetViewerByIdAsync(
        [ID<ViewerAccount>] Guid id, ViewerAccessor caller, IViewerAccountByIdDataLoader accounts, CancellationToken ct)
        => caller.Is(id) ? await accounts.LoadAsync(id, ct) : null;
}
