using Microsoft.AspNetCore.Authentication;

namespace LuckyGraph.AspNetCore.Authentication;

/// <summary>How bearer tokens are verified.</summary>
public sealed class JwksBearerOptions : AuthenticationSchemeOptions
{
    /// <summary>Where the issuer publishes its keys; not needed with <see cref="KeySource"/>.</summary>
    public Uri? JwksUri { get; set; }

    /// <summary>The only accepted issuer (<c>iss</c>).</summary>
    public string Issuer { get; set; } = "";

    /// <summary>The audience (<c>aud</c>) that a token must name.</summary>
    public string Audience { get; set; } = "";

    /// <summary>The claim that holds the roles.</summary>
    public string RoleClaim { get; set; } = "role";

    /// <summary>How far clocks may differ.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After this long, keys in use are fetched again in the background.</summary>
    public TimeSpan RefreshAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Shortest time between two fetches for unknown key ids.</summary>
    public TimeSpan UnknownKeyCooldown { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Keys from elsewhere than an address, for the host that signs the tokens itself.</summary>
    public Func<IServiceProvider, ISigningKeySource>? KeySource { get; set; }

    /// <summary>The transport of key fetches; null for a plain one.</summary>
    public HttpMessageHandler? Backchannel { get; set; }

    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        if (JwksUri is null && KeySource is null)
        {
            throw new InvalidOperationException($"{nameof(JwksBearerOptions)} needs a {nameof(JwksUri)} or a {nameof(KeySource)}.");
        }

        if (Issuer.Length == 0 || Audience.Length == 0)
        {
            throw new InvalidOperationException($"{nameof(JwksBearerOptions)} needs an {nameof(Issuer)} and an {nameof(Audience)}.");
        }
    }
}
