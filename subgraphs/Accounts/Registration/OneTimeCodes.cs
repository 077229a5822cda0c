using System.Globalization;
using System.Security.Cryptography;
using LuckyGraph.Accounts.Data;
using LuckyGraph.Accounts.Privacy;
using LuckyGraph.Contracts.Errors;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Accounts.Registration;

/// <summary>Makes and checks six-digit codes: ten minutes, five attempts, one in half a minute.</summary>
public sealed class OneTimeCodes(AccountsContext db, PersonalData personal, TimeProvider clock)
{
    /// <summary>How long a code is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const int MostAttempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>Makes a code and adds it to the caller's context; the caller saves.</summary>
    /// <exception cref="RateLimitedException">The last code was made a moment ago.</exception>
    public async Task<string> CreateAsync(Guid accountId, CodePurpose purpose, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var code = RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
        var hash = HashOf(accountId, purpose, code);
        var known = await db.OneTimeCodes.FindAsync([accountId, purpose], ct);
        if (known is null)
        {
            db.Add(new OneTimeCode { AccountId = accountId, Purpose = purpose, CodeHash = hash, SentAt = now, ExpiresAt = now + Lifetime });
            return code;
        }

        if (now < known.SentAt + Pause)
        {
            var retryAfter = (int)Math.Ceiling((known.SentAt + Pause - now).TotalSeconds);
            throw new RateLimitedException($"A code was sent a moment ago. Ask again in {retryAfter} seconds.", retryAfter);
        }

        known.CodeHash = hash;
        known.Attempts = 0;
        known.SentAt = now;
        known.ExpiresAt = now + Lifetime;
        return code;
    }

    /// <summary>Checks a code and uses it up. The attempt counts even when the caller's work fails later, so call this outside of a transaction.</summary>
    /// <exception cref="InvalidCodeException">The code is wrong, too old, or was tried too often.</exception>
    public async Task RedeemAsync(Guid accountId, CodePurpose purpose, string code, CancellationToken ct)
    {
        var purposeName = purpose.ToString();
        var now = clock.GetUtcNow();

        // Counting and reading in one statement: attempts at the same moment cannot share one.
        var counted = await db.Database.ExecuteSqlAsync(
            $"""
            update one_time_code set attempts = attempts + 1
            where account_id = {accountId} and purpose = {purposeName} and attempts < {MostAttempts} and expires_at > {now}
            """, ct);
        var stored = await db.OneTimeCodes.AsNoTracking().SingleOrDefaultAsync(c => c.AccountId == accountId && c.Purpose == purpose, ct);
        if (stored is null || counted == 0)
        {
            throw InvalidCodeException.Expired();
        }

        if (!CryptographicOperations.FixedTimeEquals(stored.CodeHash, HashOf(accountId, purpose, code.Trim())))
        {
            throw InvalidCodeException.Wrong(Math.Max(0, MostAttempts - stored.Attempts));
        }

        if (await db.OneTimeCodes.Where(c => c.AccountId == accountId && c.Purpose == purpose && c.CodeHash == stored.CodeHash).ExecuteDeleteAsync(ct) == 0)
        {
            throw InvalidCodeException.Expired();
        }
    }

    private byte[] HashOf(Guid accountId, CodePurpose purpose, string code) => personal.Hash("code", $"{accountId}:{purpose}:{code}");
}
