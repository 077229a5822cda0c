using Microsoft.AspNetCore.Cors.Infrastructure;

namespace LuckyGraph.Gateway.Security;

/// <summary>Which pages may call the gateway from a browser (Fetch standard, CORS protocol). Cookies are never used, so never allowed.</summary>
internal static class Origins
{
    private static readonly TimeSpan s_preflightMaxAge = TimeSpan.FromHours(1);

    public static void AddOrigins(this WebApplicationBuilder builder)
    {
        builder.Services.AddCors();
        builder.Services.AddOptions<CorsOptions>().Configure<GatewaySettings>(static (cors, settings) => cors.AddDefaultPolicy(policy => policy
            .SetIsOriginAllowed(settings.IsOriginAllowed)
            .WithMethods("GET", "POST")
            .AllowAnyHeader()
            .SetPreflightMaxAge(s_preflightMaxAge)));
    }

    /// <summary>Answers pages; other clients send no origin.</summary>
    public static void UseOrigins(this WebApplication app)
        => app.UseWhen(static context => context.Request.Headers.Origin.Count > 0, static branch => branch.UseCors());
}
