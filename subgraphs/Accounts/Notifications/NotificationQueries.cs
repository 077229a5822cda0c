using LuckyGraph.Accounts.Data;
using LuckyGraph.Accounts.Users;
using LuckyGraph.Data;
using LuckyGraph.Engine;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Accounts.Notifications;

[ObjectType<ViewerAccount>]
public static partial class ViewerNotifications
{
    private static readonly PageOrder<Notification> Newest = PageOrder<Notification>.By(n => n.CreatedAt, descending: true).ThenBy(n => n.Id, descending: true);

    /// <summary>The person's notifications, newest first.</summary>
    /// <param name="viewer">Whose.</param>
    /// <param name="paging">Which page.</param>
    /// <param name="isCounted">Whether the total is wanted.</param>
    /// <param name="db">The database.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="unreadOnly">Only those that are new.</param>
    public static Task<PageConnection<Notification>> GetNotificationsAsync(
        [Parent] ViewerAccount viewer,
        PagingArguments paging,
        [IsSelected("totalCount")] bool isCounted,
        AccountsContext db,
        CancellationToken ct,
        bool unreadOnly = false)
        => db.Notifications.AsNoTracking()
            .Where(n => n.AccountId == viewer.Id && (!unreadOnly || n.ReadAt == null))
            .ToPageAsync(Newest, paging, isCounted, ct);

    /// <summary>How many notifications are new.</summary>
    public static Task<int> GetUnreadNotificationCountAsync([Parent] ViewerAccount viewer, AccountsContext db, CancellationToken ct)
        => db.Notifications.CountAsync(n => n.AccountId == viewer.Id && n.ReadAt == null, ct);
}
