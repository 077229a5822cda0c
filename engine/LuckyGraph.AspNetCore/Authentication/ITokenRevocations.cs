using System.Security.Claims;

namespace LuckyGraph.AspNetCore.Authentication;

/// <summary>Knows which tokens ended before their time, such as those of a session that its owner closed.</summary>
public interface ITokenRevocations
{
    /// <summary>Whether a token that is valid otherwise is refused. Asked once per request, so it must answer from memory.</summary>
    /// <param name="user">The token's claims.</param>
    bool IsRevoked(ClaimsPrincipal user);
}
