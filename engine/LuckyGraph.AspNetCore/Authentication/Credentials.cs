using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.AspNetCore.Authentication;

/// <summary>Tells requests with credentials that failed verification from those that carry none.</summary>
internal static class Credentials
{
    /// <summary>Asks the host's default scheme about the request, once; its answer is the one that the middleware had.</summary>
    public static async ValueTask<Exception?> CheckAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization.Count == 0 || context.User.Identity?.IsAuthenticated == true
            || context.RequestServices.GetService<IAuthenticationSchemeProvider>() is not { } schemes
            || await schemes.GetDefaultAuthenticateSchemeAsync() is not { } scheme)
        {
            return null;
        }

        var result = await context.AuthenticateAsync(scheme.Name);
        context.Features.Set(new Outcome(result.Failure));
        return result.Failure;
    }

    /// <summary>Why the request's credentials were refused; null when they are valid or absent, or nothing verifies any.</summary>
    public static Exception? Failure(HttpContext context) => context.Features.Get<Outcome>()?.Failure;

    private sealed record Outcome(Exception? Failure);
}
