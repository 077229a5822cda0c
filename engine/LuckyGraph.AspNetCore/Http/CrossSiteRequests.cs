using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>
/// Tells requests that a foreign page can make a browser send without asking the server first ("simple" requests of the Fetch
/// standard) from all others.
/// </summary>
internal static class CrossSiteRequests
{
    public static bool IsPreflighted(HttpRequest request, IList<string> preflightHeaders)
    {
        foreach (var header in preflightHeaders)
        {
            if (request.Headers.ContainsKey(header))
            {
                return true;
            }
        }

        // A browser asks first before it sends one of these from another origin, and it sets Sec-Fetch-Site itself.
        return request.Headers.ContainsKey(HeaderNames.Authorization)
            || request.HasJsonContentType()
            || request.Headers["Sec-Fetch-Site"] is ["same-origin" or "none"];
    }
}
