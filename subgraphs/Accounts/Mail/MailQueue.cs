using System.Text.Json;
using LuckyGraph.Accounts.Data;
using LuckyGraph.Accounts.Privacy;

namespace LuckyGraph.Accounts.Mail;

/// <summary>Leaves mails in the caller's transaction; they are sent after its commit, at least once.</summary>
public sealed class MailQueue(AccountsContext db, PersonalData personal, TimeProvider clock)
{
    internal const string Purpose = "mail";

    /// <summary>Adds a mail to the caller's context; the caller saves.</summary>
    public void Add(MailContent mail)
    {
        var now = clock.GetUtcNow();
        db.Add(new QueuedMail
        {
            Id = Guid.CreateVersion7(),
            ContentEnc = personal.Encrypt(Purpose, JsonSerializer.Serialize(mail)),
            CreatedAt = now,
            NextAttemptAt = now,
        });
    }
}
