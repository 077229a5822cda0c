using System.Collections.Immutable;
using System.Security.Claims;
using LuckyGraph.Engine.Types;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Execution;

/// <summary>Checks what a field requires of the caller, before the field is resolved.</summary>
internal static class FieldAuthorization
{
    private static readonly FieldFailure NotAuthenticated = new(
        new GraphQLError("Sign in to use this field.") { Code = ErrorCodes.NotAuthenticated });

    private static readonly FieldFailure NotAuthorized = new(
        new GraphQLError("You are not allowed to use this field.") { Code = ErrorCodes.NotAuthorized });

    /// <summary>Null when the caller may, otherwise the failure.</summary>
    public static async ValueTask<FieldFailure?> CheckAsync(FieldDefinition field, RequestServices services)
    {
        if (field.Authorization.IsEmpty)
        {
            return null;
        }

        var user = services.User;
        if (user.Identity is not { IsAuthenticated: true })
        {
            return NotAuthenticated;
        }

        foreach (var requirement in field.Authorization)
        {
            if (!requirement.Roles.IsDefaultOrEmpty && !HasRole(user, requirement.Roles))
            {
                return NotAuthorized;
            }

            if (requirement.Policy is { } policy && !await SatisfiesAsync(policy, field, services).ConfigureAwait(false))
            {
                return NotAuthorized;
            }
        }

        return null;
    }

    private static bool HasRole(ClaimsPrincipal user, ImmutableArray<string> roles)
    {
        foreach (var claim in user.Claims)
        {
            if (claim.Type is "role" or ClaimTypes.Role && roles.Contains(claim.Value))
            {
                return true;
            }
        }

        return false;
    }

    private static async ValueTask<bool> SatisfiesAsync(string policy, FieldDefinition field, RequestServices services)
    {
        // Without the service nothing can vouch for the caller: refuse.
        var authorization = services.RequestScope.GetService<IAuthorizationService>();
        return authorization is not null && (await authorization.AuthorizeAsync(services.User, field, policy).ConfigureAwait(false)).Succeeded;
    }
}
