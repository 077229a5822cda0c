using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;

namespace LuckyGraph.Accounts.Sessions;

[MutationType]
public static partial class SessionMutations
{
    /// <summary>Signs in. Ten attempts per address in a quarter of an hour.</summary>
    [Error<InvalidCredentialsException>]
    [Error<EmailNotVerifiedException>]
    [Error<RateLimitedException>]
    public static Task<SessionTokens> SessionCreateAsync(string email, string password, SessionDesk desk, CancellationToken ct)
        => desk.SignInAsync(email, password, ct);

    /// <summary>Buys new tokens with a refresh token, which is used up. Showing a used one again ends the session.</summary>
    [Error<InvalidRefreshTokenException>]
    [Error<RefreshTokenReusedException>]
    public static Task<SessionTokens> SessionRefreshAsync(string refreshToken, SessionDesk desk, CancellationToken ct)
        => desk.RefreshAsync(refreshToken, ct);

    /// <summary>Signs out: ends the caller's session, its access token too.</summary>
    [Authorize]
    public static async Task SessionRevokeAsync(Viewer viewer, SessionStore sessions, CancellationToken ct)
    {
        if (viewer.SessionId is { } session)
        {
            await sessions.RevokeAsync(viewer.Id, session, ct);
        }
    }

    /// <summary>Signs out everywhere: ends all sessions of the caller, and their access tokens.</summary>
    [Authorize]
    [UseMutationConvention(PayloadFieldName = "revokedCount")]
    public static Task<int> SessionRevokeAllAsync(Viewer viewer, SessionStore sessions, CancellationToken ct)
        => sessions.RevokeAllAsync(viewer.Id, ct);
}
