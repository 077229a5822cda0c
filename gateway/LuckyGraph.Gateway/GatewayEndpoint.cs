using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Gateway.Explorer;
using LuckyGraph.Gateway.Headers;
using LuckyGraph.Gateway.RateLimits;

namespace LuckyGraph.Gateway;

/// <summary>The gateway's one GraphQL endpoint, for all transports.</summary>
internal static class GatewayEndpoint
{
    private const string PlanHeader = "GraphQL-Plan";

    /// <summary>Reads the settings and makes them a service.</summary>
    public static GatewaySettings AddSettings(this WebApplicationBuilder builder)
    {
        var settings = new GatewaySettings(builder.Configuration, builder.Environment);
        builder.Services.AddSingleton(settings);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls("http://127.0.0.1:4000");
        }

        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.AddServerHeader = false);
        // Sockets and streams are told at once that the gateway ends; requests get this long.
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        return settings;
    }

    /// <summary>Maps <c>/graphql</c>.</summary>
    public static void MapGateway(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<GatewaySettings>();
        var clients = new Clients(settings.RateLimits);
        app.MapGraphQL("/graphql", options =>
        {
            options.MaxRequestBytes = settings.MaxRequestBytes;
            options.AllowBatching = settings.AllowBatching;
            options.RequirePreflight = settings.RequirePreflight;
            options.MaxOperationsPerSocket = settings.MaxOperationsPerSocket;
            options.IsSocketOriginAllowed = (context, origin) => IsOwnOrigin(context.Request, origin) || settings.IsOriginAllowed(origin);
            options.Explorer = ExplorerPage.WriteAsync;
            options.TrustedDocuments = settings.Limits.TrustedDocuments;
            options.OnlyTrustedDocuments = settings.Limits.OnlyTrustedDocuments;
            options.AllowAutomaticPersistedQueries = settings.Limits.AllowPersistedQueries;
            var isForwarding = settings.Cache.IsOn || settings.Headers.Merges.Count > 0 || !settings.Headers.ClientFields.IsEmpty;
            options.HasState = context
                => isForwarding || (settings.AllowPlan && context.Request.Headers.ContainsKey(PlanHeader)) || clients.Matters(context);
            options.ConfigureState = (context, state) =>
            {
                if (settings.AllowPlan && context.Request.Headers[PlanHeader] == "1")
                {
                    state[RequestState.IncludePlan] = true;
                }

                if (clients.Matters(context))
                {
                    state[RequestOrigin.State] = clients.Of(context);
                }

                HeaderForwarding.Configure(context, state, settings.Headers, settings.Cache.IsOn);
            };
        });
    }

    private static bool IsOwnOrigin(HttpRequest request, string origin)
        => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
}
