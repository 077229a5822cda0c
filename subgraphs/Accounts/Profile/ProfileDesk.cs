using LuckyGraph.Accounts.Data;
using LuckyGraph.Accounts.Privacy;
using LuckyGraph.Accounts.Registration;
using LuckyGraph.Accounts.Sellers;
using LuckyGraph.Accounts.Sessions;
using LuckyGraph.Accounts.Users;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Hosting.Events;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Accounts.Profile;

/// <summary>Changes and closes accounts.</summary>
public sealed class ProfileDesk(
    AccountsContext db, PersonalData personal, SessionStore sessions, Outbox outbox, IPasswordHasher<Account> passwords, TimeProvider clock)
{
    public async Task<ViewerAccount> UpdateAsync(Guid accountId, ProfileUpdateInput change, CancellationToken ct)
    {
        var account = await FindAsync(accountId, ct);
        if (change.ExpectedVersion is { } expected && expected != account.Version)
        {
            throw new ConflictException("The profile was changed elsewhere. Read it again.", account.Version, ["input", "expectedVersion"]);
        }

        if (change.Nickname.HasValue)
        {
            account.Nickname = Rules.Nickname(change.Nickname.Value ?? "");
        }

        if (change.AvatarUrl.HasValue)
        {
            account.AvatarUrl = Rules.AvatarUrl(change.AvatarUrl.Value);
        }

        if (change.Phone.HasValue)
        {
            var phone = change.Phone.Value is { } text ? Rules.Phone(text, "phone") : null;
            account.PhoneEnc = phone is null ? null : personal.Encrypt(ViewerAccount.PhonePurpose, phone);
            account.PhoneHash = phone is null ? null : personal.Hash(ViewerAccount.PhonePurpose, phone);
        }

        if (change.MarketingConsent.HasValue)
        {
            account.MarketingConsentAt = change.MarketingConsent.Value ? account.MarketingConsentAt ?? clock.GetUtcNow() : null;
        }

        await SaveAsync(account, ct);
        return new ViewerAccount(account, personal);
    }

    public async Task WithdrawAsync(Guid accountId, string password, CancellationToken ct)
    {
        var account = await FindAsync(accountId, ct);
        if (password.Length > 128 || passwords.VerifyHashedPassword(account, account.PasswordHash!, password) == PasswordVerificationResult.Failed)
        {
            throw new InvalidCredentialsException();
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        account.Status = AccountStatus.Withdrawn;
        account.Nickname = "former member";
        account.AvatarUrl = null;
        account.EmailEnc = null;
        account.EmailHash = null;
        account.PhoneEnc = null;
        account.PhoneHash = null;
        account.PasswordHash = null;
        account.MarketingConsentAt = null;
        outbox.Add(new UserWithdrawn(account.Id));
        if (await db.Sellers.SingleOrDefaultAsync(s => s.OwnerId == accountId && s.Status == SellerStatus.Active, ct) is { } seller)
        {
            seller.Status = SellerStatus.Suspended;
            seller.UpdatedAt = clock.GetUtcNow();
            seller.Version++;
            outbox.Add(new SellerStatusChanged(seller.Id, "SUSPENDED"));
        }

        await SaveAsync(account, ct);
        await db.Addresses.Where(a => a.AccountId == accountId).ExecuteDeleteAsync(ct);
        await db.Notifications.Where(n => n.AccountId == accountId).ExecuteDeleteAsync(ct);
        await db.OneTimeCodes.Where(c => c.AccountId == accountId).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        await sessions.RevokeAllAsync(accountId, ct);
    }

    // A token may outlive its account by some minutes.
    private async Task<Account> FindAsync(Guid accountId, CancellationToken ct)
        => await db.Accounts.SingleOrDefaultAsync(a => a.Id == accountId && a.Status == AccountStatus.Active, ct)
            ?? throw new GraphQLException("This account is closed.", ErrorCodes.NotAuthenticated);

    private async Task SaveAsync(Account account, CancellationToken ct)
    {
        account.UpdatedAt = clock.GetUtcNow();
        account.Version++;
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new ConflictException("The account was changed elsewhere at the same moment. Try again.");
        }
    }
}
