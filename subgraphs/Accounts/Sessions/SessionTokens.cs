using LuckyGraph.Accounts.Users;
using LuckyGraph.Engine;

namespace LuckyGraph.Accounts.Sessions;

/// <summary>What a signed-in client holds.</summary>
[ObjectType(Name = "Session")]
public sealed class SessionTokens
{
    internal SessionTokens(string accessToken, DateTimeOffset accessTokenExpiresAt, string refreshToken, DateTimeOffset refreshTokenExpiresAt, ViewerAccount viewer)
    {
        AccessToken = accessToken;
        AccessTokenExpiresAt = accessTokenExpiresAt;
        RefreshToken = refreshToken;
        RefreshTokenExpiresAt = refreshTokenExpiresAt;
        Viewer = viewer;
    }

    /// <summary>Goes into the <c>Authorization: Bearer</c> header of every request.</summary>
    public string AccessToken { get; }

    /// <summary>When to refresh at the latest.</summary>
    public DateTimeOffset AccessTokenExpiresAt { get; }

    /// <summary>Buys the next tokens with <c>sessionRefresh</c>, once. Using it twice ends the session.</summary>
    public string RefreshToken { get; }

    /// <summary>When the person has to sign in again.</summary>
    public DateTimeOffset RefreshTokenExpiresAt { get; }

    /// <summary>Whose session it is.</summary>
    public ViewerAccount Viewer { get; }
}
