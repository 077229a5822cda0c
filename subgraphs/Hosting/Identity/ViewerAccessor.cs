using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.Hosting.Identity;

/// <summary>The caller, who may be anonymous.</summary>
public sealed class ViewerAccessor(IHttpContextAccessor http)
{
    /// <summary>The signed-in caller; null when anonymous.</summary>
    public Viewer? Current => Viewer.From(http.HttpContext?.User);

    /// <summary>The signed-in caller.</summary>
    /// <exception cref="GraphQLException">The caller is anonymous.</exception>
    public Viewer Require() => Current ?? throw new GraphQLException("Sign in first.", ErrorCodes.NotAuthenticated);

    /// <summary>Whether the caller is that account. Internal lookups of private entities ask this before they answer.</summary>
    public bool Is(Guid id) => Current?.Id == id;
}
