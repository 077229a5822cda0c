using LuckyGraph.Accounts.Data;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Accounts.Notifications;

[MutationType]
public static partial class NotificationMutations
{
    /// <summary>Marks the caller's notifications as read: those given, at most 100, or all.</summary>
    /// <param name="ids">Which; all when omitted. Ids that are not the caller's are passed over.</param>
    /// <param name="viewer">Whose.</param>
    /// <param name="db">The database.</param>
    /// <param name="clock">The time.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>How many were new until now.</returns>
    [Authorize]
    [Error<ValidationFailedException>]
    [UseMutationConvention(PayloadFieldName = "markedCount")]
    public static Task<int> NotificationMarkReadAsync(
        [ID<Notification>] IReadOnlyList<Guid>? ids, Viewer viewer, AccountsContext db, TimeProvider clock, CancellationToken ct)
    {
        if (ids is { Count: > 100 })
        {
            throw ValidationFailedException.Field("ids", "At most 100 at a time.");
        }

        DateTimeOffset? now = clock.GetUtcNow();
        var notifications = db.Notifications.Where(n => n.AccountId == viewer.Id && n.ReadAt == null);
        if (ids is not null)
        {
            notifications = notifications.Where(n => ids.Contains(n.Id));
        }

        return notifications.ExecuteUpdateAsync(set => set.SetProperty(n => n.ReadAt, now), ct);
    }
}
