using LuckyGraph.Accounts.Data;
using LuckyGraph.Accounts.Mail;
using LuckyGraph.Accounts.Registration;
using LuckyGraph.Accounts.Sessions;
using LuckyGraph.Accounts.Users;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Hosting.RateLimits;
using Microsoft.AspNetCore.Identity;

namespace LuckyGraph.Accounts.Passwords;

/// <summary>Replaces forgotten passwords.</summary>
public sealed class PasswordDesk(
    AccountsContext db, RegistrationDesk registration, OneTimeCodes codes, MailQueue mails, SessionStore sessions, RateLimiter limiter, IPasswordHasher<Account> passwords, TimeProvider clock)
{
    public async Task RequestResetAsync(string email, CancellationToken ct)
    {
        email = Rules.Email(email);
        await limiter.CountAsync("code", Convert.ToHexString(registration.HashOf(email)), 5, TimeSpan.FromMinutes(15), ct);
        if (await registration.FindAsync(email, ct) is not { } account)
        {
            return;
        }

        try
        {
            var code = await codes.CreateAsync(account.Id, CodePurpose.PasswordReset, ct);
            mails.Add(new MailContent(email, "Your code for a new password", $"""
                Hello {account.Nickname},

                your code for a new password is {code}

                It is valid for {OneTimeCodes.Lifetime.TotalMinutes:0} minutes. If you did not ask for it, ignore this mail.
                """));
            await db.SaveChangesAsync(ct);
        }
        catch (RateLimitedException)
        {
            // The last code is on its way; saying so would tell that the address has an account.
        }
    }

    public async Task CompleteResetAsync(string email, string code, string newPassword, CancellationToken ct)
    {
        Rules.Password(newPassword, "newPassword", email.Trim());
        var account = await registration.FindAsync(email, ct) ?? throw InvalidCodeException.Expired();
        await codes.RedeemAsync(account.Id, CodePurpose.PasswordReset, code, ct);

        // Before, too: when sessions cannot be ended now, the password stays, and the caller knows that nothing is safe yet.
        await sessions.RevokeAllAsync(account.Id, ct);
        account.PasswordHash = passwords.HashPassword(account, newPassword);

        // Whoever read the code owns the mailbox.
        account.EmailVerifiedAt ??= clock.GetUtcNow();
        account.UpdatedAt = clock.GetUtcNow();
        account.Version++;
        await db.SaveChangesAsync(ct);
        await sessions.RevokeAllAsync(account.Id, ct);
    }
}
