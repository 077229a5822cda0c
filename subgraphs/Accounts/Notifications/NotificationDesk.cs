using LuckyGraph.Accounts.Data;
using LuckyGraph.Accounts.Mail;
using LuckyGraph.Accounts.Privacy;
using LuckyGraph.Accounts.Users;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Accounts.Notifications;

/// <summary>Tells people what happened: in their list and by mail.</summary>
public sealed class NotificationDesk(AccountsContext db, MailQueue mails, PersonalData personal, TimeProvider clock)
{
    /// <summary>Adds a notification and its mail to the caller's transaction. Accounts that are closed get none.</summary>
    public async Task NotifyAsync(Guid accountId, NotificationType type, string title, string body, string? deepLink, CancellationToken ct)
    {
        var account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == accountId && a.Status == AccountStatus.Active, ct);
        if (account is null)
        {
            return;
        }

        var notification = new Notification
        {
            Id = Guid.CreateVersion7(),
            AccountId = accountId,
            Type = type,
            Title = title,
            Body = body,
            DeepLink = deepLink,
            CreatedAt = clock.GetUtcNow(),
        };
        db.Add(notification);
        mails.Add(new MailContent(personal.Decrypt(ViewerAccount.EmailPurpose, account.EmailEnc!), title, $"Hello {account.Nickname},\n\n{body}\n"));
        await db.SaveChangesAsync(ct);
    }
}
