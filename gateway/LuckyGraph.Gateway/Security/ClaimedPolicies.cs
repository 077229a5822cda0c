using LuckyGraph.Fusion.Execution;

namespace LuckyGraph.Gateway.Security;

/// <summary>The policies that a token claims for its subject: one claim per name, or one of names separated by spaces.</summary>
internal static class ClaimedPolicies
{
    public static PolicyEvaluator By(string claim) => (request, policy, _) =>
    {
        foreach (var held in request.User?.FindAll(claim) ?? [])
        {
            if (request.User!.Identity?.IsAuthenticated == true && Array.IndexOf(held.Value.Split(' '), policy) >= 0)
            {
                return ValueTask.FromResult(true);
            }
        }

        return ValueTask.FromResult(false);
    };
}
