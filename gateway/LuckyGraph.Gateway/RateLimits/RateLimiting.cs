using LuckyGraph.Fusion.Execution;
using LuckyGraph.Gateway.Settings;

namespace LuckyGraph.Gateway.RateLimits;

/// <summary>Adds the limits per client, and the Redis that gateways share.</summary>
internal static class RateLimiting
{
    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(static services => new SharedRedis(
            services.GetRequiredService<GatewaySettings>().Redis, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<SharedRedis>>()));
        builder.Services.AddSingleton(static services =>
        {
            var settings = services.GetRequiredService<GatewaySettings>();
            var redis = settings.RateLimitsAreShared ? services.GetRequiredService<SharedRedis>() : null;
            return new SharedRateCounters(redis, new RateCounters(services.GetRequiredService<TimeProvider>()));
        });
    }

    /// <summary>The limiter; null where nothing is limited.</summary>
    public static IRequestAdmission? Create(IServiceProvider services)
    {
        var settings = services.GetRequiredService<GatewaySettings>();
        return settings.RateLimits.IsNeeded ? new RateLimiter(settings.RateLimits, services.GetRequiredService<SharedRateCounters>()) : null;
    }
}
