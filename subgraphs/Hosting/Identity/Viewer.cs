using System.Security.Claims;
using LuckyGraph.Contracts;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Hosting.Identity;

/// <summary>The signed-in caller. Asking for one as a resolver's parameter answers anonymous callers with an error.</summary>
public sealed class Viewer
{
    private Viewer(Guid id, string role, Guid? sellerId, Guid? sessionId)
    {
        Id = id;
        Role = role;
        SellerId = sellerId;
        SessionId = sessionId;
    }

    /// <summary>The account.</summary>
    public Guid Id { get; }

    /// <summary>One of <see cref="Contracts.Role"/>.</summary>
    public string Role { get; }

    /// <summary>The seller that the account acts for; null for all others.</summary>
    public Guid? SellerId { get; }

    /// <summary>The session that the token belongs to; null for tokens without one.</summary>
    public Guid? SessionId { get; }

    /// <summary>Whether the caller runs the platform.</summary>
    public bool IsAdmin => Role == Contracts.Role.Admin;

    /// <summary>Whether the caller is that seller, or runs the platform.</summary>
    public bool MayActFor(Guid? sellerId) => IsAdmin || (SellerId is { } own && own == sellerId);

    /// <summary>The seller that the caller acts for.</summary>
    /// <exception cref="GraphQLException">The caller is no seller.</exception>
    public Guid RequireSeller()
        => SellerId ?? throw new GraphQLException("Only sellers may do this.", ErrorCodes.NotAuthorized);

    /// <summary>The caller of a verified token, or null when anonymous or when the token lacks what it must have.</summary>
    public static Viewer? From(ClaimsPrincipal? principal)
    {
        if (principal?.Identity is not { IsAuthenticated: true })
        {
            return null;
        }

        return Guid.TryParse(principal.FindFirstValue("sub"), out var id) && principal.FindFirstValue("role") is { Length: > 0 } role
            ? new Viewer(
                id,
                role,
                Guid.TryParse(principal.FindFirstValue("seller"), out var seller) ? seller : null,
                Guid.TryParse(principal.FindFirstValue("sid"), out var session) ? session : null)
            : null;
    }
}
