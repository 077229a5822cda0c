using System.Collections.Immutable;
using System.Security.Claims;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Execution;

/// <summary>Decides whether a caller holds a policy of <c>@policy</c>.</summary>
/// <param name="request">The request.</param>
/// <param name="policy">The policy's name.</param>
/// <param name="cancellationToken">Ends with the request.</param>
public delegate ValueTask<bool> PolicyEvaluator(OperationRequest request, string policy, CancellationToken cancellationToken);

/// <summary>Decides whether a caller meets an access rule, by its claims and, for policies, by what the host says.</summary>
internal static class CallerAccess
{
    public static async ValueTask<bool> MeetsAsync(AccessRule rule, OperationRequest request, PolicyEvaluator? policies, CancellationToken cancellationToken)
        => (!rule.Authenticated || request.User?.Identity?.IsAuthenticated == true)
            && (rule.Scopes.IsEmpty || HasScopes(rule.Scopes, request.User))
            && (rule.Policies.IsEmpty || (policies is not null && await HoldAsync(rule.Policies, request, policies, cancellationToken).ConfigureAwait(false)));

    // One list must be granted in full.
    private static bool HasScopes(ImmutableArray<ImmutableArray<string>> alternatives, ClaimsPrincipal? user)
    {
        if (user?.Identity?.IsAuthenticated != true)
        {
            return false;
        }

        var granted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var claim in user.Claims)
        {
            // RFC 8693, 4.2: one claim of names separated by spaces; some issuers send a list.
            if (claim.Type is "scope" or "scp" or "scopes")
            {
                granted.UnionWith(claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        }

        foreach (var alternative in alternatives)
        {
            if (granted.IsSupersetOf(alternative))
            {
                return true;
            }
        }

        return false;
    }

    private static async ValueTask<bool> HoldAsync(
        ImmutableArray<ImmutableArray<string>> alternatives, OperationRequest request, PolicyEvaluator policies, CancellationToken cancellationToken)
    {
        foreach (var alternative in alternatives)
        {
            var all = true;
            foreach (var policy in alternative)
            {
                if (!await policies(request, policy, cancellationToken).ConfigureAwait(false))
                {
                    all = false;
                    break;
                }
            }

            if (all)
            {
                return true;
            }
        }

        return false;
    }
}
