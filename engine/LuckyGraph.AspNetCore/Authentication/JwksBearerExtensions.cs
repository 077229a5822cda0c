using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace LuckyGraph.AspNetCore.Authentication;

/// <summary>Adds bearer authentication to a host.</summary>
public static class JwksBearerExtensions
{
    /// <summary>The name of the authentication scheme.</summary>
    public const string Scheme = "Bearer";

    /// <summary>
    /// Verifies ES256 bearer tokens against an issuer's published keys, as the default authentication scheme; the host calls
    /// <c>UseAuthentication()</c>. The same verification serves tokens in a WebSocket's <c>connection_init</c> payload.
    /// </summary>
    public static AuthenticationBuilder AddJwksBearer(this IServiceCollection services, Action<JwksBearerOptions> configure)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EcdsaTokenVerifier>(static provider =>
        {
            var options = provider.GetRequiredService<IOptionsMonitor<JwksBearerOptions>>().Get(Scheme);
            options.Validate();
            var clock = provider.GetRequiredService<TimeProvider>();
            var keys = options.KeySource?.Invoke(provider) ?? new JwksClient(
                options.Backchannel is { } handler ? new HttpClient(handler, disposeHandler: false) : new HttpClient(), options.JwksUri!, clock)
            {
                RefreshAfter = options.RefreshAfter,
                UnknownKeyCooldown = options.UnknownKeyCooldown,
            };
            var rules = new TokenRules { Issuer = options.Issuer, Audience = options.Audience, ClockSkew = options.ClockSkew, RoleClaim = options.RoleClaim };
            return new EcdsaTokenVerifier(keys, rules, clock);
        });
        services.TryAddSingleton<IConnectionInitHandler, BearerConnectionInitHandler>();
        return services.AddAuthentication(Scheme).AddScheme<JwksBearerOptions, JwksBearerHandler>(Scheme, configure);
    }
}
