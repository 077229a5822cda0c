using LuckyGraph.Accounts.Data;
using LuckyGraph.Accounts.Privacy;
using LuckyGraph.Accounts.Registration;
using LuckyGraph.Accounts.Sellers;
using LuckyGraph.Accounts.Tokens;
using LuckyGraph.Accounts.Users;
using LuckyGraph.Hosting.RateLimits;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Accounts.Sessions;

/// <summary>Signs people in and keeps them so.</summary>
public sealed class SessionDesk(
    AccountsContext db, RegistrationDesk registration, SessionStore sessions, AccessTokens tokens, PersonalData personal, RateLimiter limiter, IPasswordHasher<Account> passwords)
{
    private const int AttemptsPerWindow = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    // An unknown address takes as long as a wrong password: the hash of nobody's password is checked.
    private static readonly Lazy<string> Nobody = new(() => new PasswordHasher<Account>().HashPassword(null!, Guid.CreateVersion7().ToString()));

    public async Task<SessionTokens> SignInAsync(string email, string password, CancellationToken ct)
    {
        if (password.Length > 128 || email.Length > 254)
        {
            throw new InvalidCredentialsException();
        }

        email = email.Trim().ToLowerInvariant();
        await limiter.CountAsync("sign-in", Convert.ToHexString(registration.HashOf(email)), AttemptsPerWindow, Window, ct);
        var account = await registration.FindAsync(email, ct);
        var verdict = passwords.VerifyHashedPassword(account!, account?.PasswordHash ?? Nobody.Value, password);
        if (account is null || verdict == PasswordVerificationResult.Failed)
        {
            throw new InvalidCredentialsException();
        }

        if (account.EmailVerifiedAt is null)
        {
            throw new EmailNotVerifiedException();
        }

        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
        {
            account.PasswordHash = passwords.HashPassword(account, password);
            await db.SaveChangesAsync(ct);
        }

        return await OpenAsync(account, await sessions.CreateAsync(account.Id, ct), ct);
    }

    public async Task<SessionTokens> RefreshAsync(string refreshToken, CancellationToken ct)
    {
        var issued = await sessions.RotateAsync(refreshToken, ct);
        var account = await db.Accounts.SingleOrDefaultAsync(a => a.Id == issued.AccountId && a.Status == AccountStatus.Active, ct);
        if (account is null)
        {
            await sessions.RevokeAsync(issued.AccountId, issued.SessionId, ct);
            throw new InvalidRefreshTokenException();
        }

        return await OpenAsync(account, issued, ct);
    }

    private async Task<SessionTokens> OpenAsync(Account account, IssuedRefreshToken refresh, CancellationToken ct)
    {
        var sellerId = account.Role == AccountRole.Seller
            ? await db.Sellers.Where(s => s.OwnerId == account.Id && s.Status == SellerStatus.Active).Select(s => (Guid?)s.Id).SingleOrDefaultAsync(ct)
            : null;
        var (accessToken, expiresAt) = tokens.Issue(account, sellerId, refresh.SessionId);
        return new SessionTokens(accessToken, expiresAt, refresh.Token, refresh.ExpiresAt, new ViewerAccount(account, personal));
    }
}
