using System.Buffers.Text;
using System.Security.Cryptography;
using LuckyGraph.Accounts.Privacy;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Hosting.Identity;
using LuckyGraph.Hosting.Redis;
using StackExchange.Redis;

namespace LuckyGraph.Accounts.Sessions;

/// <summary>A refresh token that was just made.</summary>
public sealed record IssuedRefreshToken(Guid SessionId, Guid AccountId, string Token, DateTimeOffset ExpiresAt);

/// <summary>
/// Sessions in Redis. A session knows the hash of the one refresh token that is valid now; each refresh replaces it. A token that
/// was once valid and is shown again ends its session. Tokens carry a keyed signature, so that only tokens that were issued count
/// as used again and nobody can end a session by guessing.
/// </summary>
public sealed class SessionStore(RedisConnection redis, PersonalData personal, EndedSessions endedSessions, TimeProvider clock)
{
    /// <summary>How long a session lives after its last refresh.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private const int SessionBytes = 16;
    private const int RandomBytes = 24;
    private const int SignatureBytes = 32;

    private const string RotateScript = """
        local session = redis.call('HMGET', KEYS[1], 'current', 'account', 'expires')
        if not session[1] or tonumber(session[3]) <= tonumber(ARGV[3]) then return {'UNKNOWN'} end
        if session[1] ~= ARGV[1] then
            redis.call('DEL', KEYS[1])
            redis.call('SREM', 'lucky:sessions:' .. session[2], ARGV[6])
            return {'REUSED', session[2]}
        end
        redis.call('HSET', KEYS[1], 'current', ARGV[2], 'expires', ARGV[4])
        redis.call('PEXPIRE', KEYS[1], ARGV[5])
        redis.call('PEXPIRE', 'lucky:sessions:' .. session[2], ARGV[5])
        return {'ROTATED', session[2]}
        """;

    /// <summary>Opens a session.</summary>
    /// <exception cref="GraphQLException">Sessions cannot be reached now.</exception>
    public Task<IssuedRefreshToken> CreateAsync(Guid accountId, CancellationToken ct) => WithRedisAsync(async database =>
    {
        var sessionId = Guid.CreateVersion7();
        var (token, hash) = NewToken(sessionId);
        var expiresAt = clock.GetUtcNow() + Lifetime;
        var batch = database.CreateTransaction();
        _ = batch.HashSetAsync(SessionKey(sessionId),
        [
            new HashEntry("current", hash),
            new HashEntry("account", accountId.ToString()),
            new HashEntry("expires", expiresAt.ToUnixTimeMilliseconds()),
        ]);
        _ = batch.KeyExpireAsync(SessionKey(sessionId), Lifetime);
        _ = batch.SetAddAsync(AccountKey(accountId), sessionId.ToString());
        _ = batch.KeyExpireAsync(AccountKey(accountId), Lifetime);
        await batch.ExecuteAsync().WaitAsync(Patience, ct);
        return new IssuedRefreshToken(sessionId, accountId, token, expiresAt);
    });

    /// <summary>Takes a refresh token and gives the next one.</summary>
    /// <exception cref="InvalidRefreshTokenException">The token opens no session.</exception>
    /// <exception cref="RefreshTokenReusedException">The token was used before; its session is ended.</exception>
    /// <exception cref="GraphQLException">Sessions cannot be reached now.</exception>
    public Task<IssuedRefreshToken> RotateAsync(string token, CancellationToken ct)
    {
        if (!TryRead(token, out var sessionId))
        {
            throw new InvalidRefreshTokenException();
        }

        return WithRedisAsync(async database =>
        {
            var (next, nextHash) = NewToken(sessionId);
            var now = clock.GetUtcNow();
            var expiresAt = now + Lifetime;
            var answer = (RedisResult[])await database.ScriptEvaluateAsync(
                RotateScript,
                [SessionKey(sessionId)],
                [HashOf(token), nextHash, now.ToUnixTimeMilliseconds(), expiresAt.ToUnixTimeMilliseconds(), (long)Lifetime.TotalMilliseconds, sessionId.ToString()])
                .WaitAsync(Patience, ct);
            var verdict = (string)answer[0];
            if (verdict == "REUSED")
            {
                await endedSessions.MarkAsync(database, sessionId).WaitAsync(Patience, ct);
            }

            return verdict switch
            {
                "ROTATED" => new IssuedRefreshToken(sessionId, Guid.Parse((string)answer[1]), next, expiresAt),
                "REUSED" => throw new RefreshTokenReusedException(),
                _ => throw new InvalidRefreshTokenException(),
            };
        });
    }

    /// <summary>Ends one session and the access tokens that were issued in it.</summary>
    public Task RevokeAsync(Guid accountId, Guid sessionId, CancellationToken ct) => WithRedisAsync(async database =>
    {
        var batch = database.CreateTransaction();
        _ = batch.KeyDeleteAsync(SessionKey(sessionId));
        _ = batch.SetRemoveAsync(AccountKey(accountId), sessionId.ToString());
        _ = endedSessions.MarkAsync(batch, sessionId);
        return await batch.ExecuteAsync().WaitAsync(Patience, ct);
    });

    /// <summary>Ends all sessions of an account, and their access tokens.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> RevokeAllAsync(Guid accountId, CancellationToken ct) => WithRedisAsync(async database =>
    {
        var members = await database.SetMembersAsync(AccountKey(accountId)).WaitAsync(Patience, ct);
        var keys = Array.ConvertAll(members, member => (RedisKey)$"lucky:session:{member}");
        var ended = keys.Length == 0 ? 0 : await database.KeyDeleteAsync(keys).WaitAsync(Patience, ct);
        if (members.Length > 0)
        {
            await endedSessions.MarkAsync(database, Array.ConvertAll(members, member => Guid.Parse((string)member!))).WaitAsync(Patience, ct);
            await database.SetRemoveAsync(AccountKey(accountId), members).WaitAsync(Patience, ct);
        }

        return (int)ended;
    });

    private static TimeSpan Patience => TimeSpan.FromSeconds(3);

    private async Task<T> WithRedisAsync<T>(Func<IDatabase, Task<T>> run)
    {
        try
        {
            return await run(await redis.DatabaseAsync());
        }
        catch (Exception e) when (e is RedisConnectionException or RedisTimeoutException or TimeoutException)
        {
            throw new GraphQLException(new GraphQLError("Sessions cannot be reached now. Try again in a moment.") { Code = "SESSIONS_UNAVAILABLE", Exception = e });
        }
    }

    // session id, random bytes, signature
    private (string Token, string Hash) NewToken(Guid sessionId)
    {
        Span<byte> bytes = stackalloc byte[SessionBytes + RandomBytes + SignatureBytes];
        sessionId.TryWriteBytes(bytes, bigEndian: true, out _);
        RandomNumberGenerator.Fill(bytes.Slice(SessionBytes, RandomBytes));
        Sign(bytes[..(SessionBytes + RandomBytes)]).CopyTo(bytes[(SessionBytes + RandomBytes)..]);
        var token = Base64Url.EncodeToString(bytes);
        return (token, HashOf(token));
    }

    private bool TryRead(string token, out Guid sessionId)
    {
        sessionId = default;
        if (token.Length != Base64Url.GetEncodedLength(SessionBytes + RandomBytes + SignatureBytes) || !Base64Url.IsValid(token))
        {
            return false;
        }

        var bytes = Base64Url.DecodeFromChars(token);
        if (!CryptographicOperations.FixedTimeEquals(Sign(bytes.AsSpan(0, SessionBytes + RandomBytes)), bytes.AsSpan(SessionBytes + RandomBytes)))
        {
            return false;
        }

        sessionId = new Guid(bytes.AsSpan(0, SessionBytes), bigEndian: true);
        return true;
    }

    private byte[] Sign(ReadOnlySpan<byte> content) => personal.Hash("refresh-token", Convert.ToHexString(content));

    private static string HashOf(string token) => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token)));

    private static RedisKey SessionKey(Guid sessionId) => $"lucky:session:{sessionId}";

    private static RedisKey AccountKey(Guid accountId) => $"lucky:sessions:{accountId}";
}
