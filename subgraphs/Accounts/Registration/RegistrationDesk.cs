using LuckyGraph.Accounts.Data;
using LuckyGraph.Accounts.Mail;
using LuckyGraph.Accounts.Privacy;
using LuckyGraph.Accounts.Users;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Hosting.Events;
using LuckyGraph.Hosting.RateLimits;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LuckyGraph.Accounts.Registration;

/// <summary>Opens accounts. An account can be used once its e-mail address is verified.</summary>
public sealed class RegistrationDesk(
    AccountsContext db, PersonalData personal, IPasswordHasher<Account> passwords, OneTimeCodes codes, MailQueue mails, Outbox outbox, RateLimiter limiter, TimeProvider clock)
{
    public async Task<User> RegisterAsync(string email, string password, string nickname, ConsentsInput consents, CancellationToken ct)
    {
        email = Rules.Email(email);
        Rules.Password(password, "password", email);
        nickname = Rules.Nickname(nickname);
        if (!consents.Terms || !consents.Privacy)
        {
            throw ValidationFailedException.Field(consents.Terms ? "consents.privacy" : "consents.terms", "An account needs this consent.");
        }

        var account = NewAccount(email, password, nickname, AccountRole.Customer, consents.Marketing);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        db.Add(account);
        outbox.Add(new UserRegistered(account.Id));
        await SendCodeAsync(account, email, ct);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "account_email_hash_key" })
        {
            throw new EmailTakenException();
        }

        await transaction.CommitAsync(ct);
        return new User(account.Id, account.Nickname, account.AvatarUrl);
    }

    public async Task<User> VerifyEmailAsync(string email, string code, CancellationToken ct)
    {
        var account = await FindAsync(email, ct) ?? throw InvalidCodeException.Expired();
        if (account.EmailVerifiedAt is null)
        {
            await codes.RedeemAsync(account.Id, CodePurpose.EmailVerification, code, ct);
            account.EmailVerifiedAt = clock.GetUtcNow();
            account.UpdatedAt = clock.GetUtcNow();
            account.Version++;
            await db.SaveChangesAsync(ct);
        }
        else
        {
            // Nothing to verify; the answer is that of a code that was used up, so that addresses cannot be tried out.
            throw InvalidCodeException.Expired();
        }

        return new User(account.Id, account.Nickname, account.AvatarUrl);
    }

    /// <summary>Mails a new code if the address waits for one; the caller cannot tell whether it does.</summary>
    public async Task ResendCodeAsync(string email, CancellationToken ct)
    {
        email = Rules.Email(email);
        await limiter.CountAsync("code", Convert.ToHexString(HashOf(email)), 5, TimeSpan.FromMinutes(15), ct);
        if (await FindAsync(email, ct) is { EmailVerifiedAt: null } account)
        {
            try
            {
                await SendCodeAsync(account, email, ct);
                await db.SaveChangesAsync(ct);
            }
            catch (RateLimitedException)
            {
                // The last code is on its way; saying so would tell that the address waits for one.
            }
        }
    }

    internal Account NewAccount(string email, string password, string nickname, AccountRole role, bool marketing)
    {
        var now = clock.GetUtcNow();
        var account = new Account
        {
            Id = Guid.CreateVersion7(),
            Role = role,
            Status = AccountStatus.Active,
            Nickname = nickname,
            EmailEnc = personal.Encrypt(ViewerAccount.EmailPurpose, email),
            EmailHash = HashOf(email),
            TermsAcceptedAt = now,
            MarketingConsentAt = marketing ? now : null,
            CreatedAt = now,
            UpdatedAt = now,
        };
        account.PasswordHash = passwords.HashPassword(account, password);
        return account;
    }

    internal Task<Account?> FindAsync(string email, CancellationToken ct)
    {
        var hash = HashOf(email.Trim().ToLowerInvariant());
        return db.Accounts.SingleOrDefaultAsync(a => a.EmailHash == hash && a.Status == AccountStatus.Active, ct);
    }

    internal byte[] HashOf(string email) => personal.Hash(ViewerAccount.EmailPurpose, email);

    private async Task SendCodeAsync(Account account, string email, CancellationToken ct)
    {
        var code = await codes.CreateAsync(account.Id, CodePurpose.EmailVerification, ct);
        mails.Add(new MailContent(email, "Your verification code", $"""
            Hello {account.Nickname},

            your verification code is {code}

            It is valid for {OneTimeCodes.Lifetime.TotalMinutes:0} minutes. If you did not open an account, ignore this mail.
            """));
    }
}
