using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace LuckyGraph.AspNetCore.Authentication;

/// <summary>Authenticates requests by their <c>Authorization: Bearer</c> header. No header means an anonymous caller.</summary>
internal sealed class JwksBearerHandler(IOptionsMonitor<JwksBearerOptions> options, ILoggerFactory logger, UrlEncoder encoder, EcdsaTokenVerifier verifier)
    : AuthenticationHandler<JwksBearerOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (BearerToken.Of(Request.Headers.Authorization.ToString()) is not { } token)
        {
            return AuthenticateResult.NoResult();
        }

        try
        {
            var verification = await verifier.VerifyAsync(token, Context.RequestAborted);
            return verification.Principal is { } principal
                ? AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name))
                : AuthenticateResult.Fail(verification.Failure!);
        }
        catch (SigningKeysUnavailableException e)
        {
            Logger.LogError(e, "A token could not be verified.");
            return AuthenticateResult.Fail(e);
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return Task.CompletedTask;
    }
}

/// <summary>The token of an <c>Authorization</c> value (RFC 6750, 2.1).</summary>
public static class BearerToken
{
    private const string Prefix = "Bearer ";

    /// <summary>The token, or null when the value carries no bearer token.</summary>
    public static string? Of(string? authorization)
        => authorization is { Length: > 7 } && authorization.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? authorization[Prefix.Length..].Trim()
            : null;
}
