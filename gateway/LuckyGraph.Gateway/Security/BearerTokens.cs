using LuckyGraph.AspNetCore.Authentication;

namespace LuckyGraph.Gateway.Security;

/// <summary>Who is calling: tokens that accounts signed, in a header or a socket's first message. No token is an anonymous caller.</summary>
internal static class BearerTokens
{
    public static void AddBearerTokens(this WebApplicationBuilder builder, GatewaySettings gateway)
    {
        if (gateway.JwksUri is null)
        {
            // Nobody says where keys are: tokens go to the subgraphs as they come, and those check them.
            builder.Services.AddAuthentication();
            return;
        }

        builder.Services.AddOptions<JwksBearerOptions>(JwksBearerExtensions.Scheme).Configure<GatewaySettings>(static (options, settings) =>
        {
            options.JwksUri = settings.JwksUri;
            options.Issuer = settings.TokenIssuer;
            options.Audience = settings.TokenAudience;
        });
        builder.Services.AddJwksBearer(static _ => { });
    }
}
