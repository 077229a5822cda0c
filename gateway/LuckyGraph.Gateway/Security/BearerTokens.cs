using LuckyGraph.AspNetCore.Authentication;

namespace LuckyGraph.Gateway.Security;

/// <summary>Who is calling: tokens that accounts signed, in a header or a socket's first message. No token is an anonymous caller.</summary>
internal static class BearerTokens
{
    private const string MiddlewareIsSet = "__AuthenticationMiddlewareSet";

    public static void AddBearerTokens(this WebApplicationBuilder builder, GatewaySettings gateway)
    {
        if (gateway.JwksUri is null)
        {
            // Nobody says where keys are: tokens go to the subgraphs as they come, and those check them.
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

    /// <summary>Verifies the tokens of requests that have one. Others are spared the scope of services that this takes.</summary>
    public static void UseBearerTokens(this WebApplication app)
    {
        // Without this the host puts the middleware in front of all requests by itself.
        ((IApplicationBuilder)app).Properties[MiddlewareIsSet] = true;
        if (app.Services.GetRequiredService<GatewaySettings>().JwksUri is not null)
        {
            app.UseWhen(static context => context.Request.Headers.Authorization.Count > 0, static branch => branch.UseAuthentication());
        }
    }
}
