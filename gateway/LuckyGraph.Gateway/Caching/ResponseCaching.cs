using LuckyGraph.Fusion.Caching;
using LuckyGraph.Gateway.Security;
using LuckyGraph.Gateway.Settings;

namespace LuckyGraph.Gateway.Caching;

/// <summary>Adds the response cache and the endpoint that invalidates it.</summary>
internal static class ResponseCaching
{
    private const int MaxTags = 1_000;
    private const int LongestTag = 512;

    public static void AddResponseCache(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(static services => new MemoryResponseCache(
            services.GetRequiredService<GatewaySettings>().Cache, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(static services => new RedisResponseCache(
            services.GetRequiredService<SharedRedis>(), services.GetRequiredService<GatewaySettings>().Cache, services.GetRequiredService<TimeProvider>()));
    }

    /// <summary>The cache; null where responses are not kept.</summary>
    public static IResponseCache? Create(IServiceProvider services) => services.GetRequiredService<GatewaySettings>().Cache.Store switch
    {
        "memory" => services.GetRequiredService<MemoryResponseCache>(),
        "redis" => services.GetRequiredService<RedisResponseCache>(),
        _ => null,
    };

    /// <summary>Maps <c>POST /admin/cache/invalidate</c> with <c>{"tags":["Product","Product:1","Query.topProducts"]}</c>; only where there is a secret to show.</summary>
    public static void MapInvalidation(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<GatewaySettings>().Cache;
        if (settings.AdminSecret is not { } secret || !settings.IsOn)
        {
            return;
        }

        var admin = new AdminSecret(secret);
        var cache = (IInvalidation)Create(app.Services)!;
        app.MapPost("/admin/cache/invalidate", async (HttpContext context) =>
        {
            if (!admin.IsShownBy(context.Request))
            {
                return AdminSecret.Refusal;
            }

            Invalidation? asked;
            try
            {
                asked = await context.Request.ReadFromJsonAsync<Invalidation>(context.RequestAborted);
            }
            catch (System.Text.Json.JsonException)
            {
                asked = null;
            }

            if (asked?.Tags is not { Length: > 0 and <= MaxTags } tags || tags.Any(static t => t is not { Length: > 0 and <= LongestTag }))
            {
                return Results.Json(new { error = $"The body is {{\"tags\":[…]}} with 1 to {MaxTags} tags: Product, Product:1 or Query.topProducts, of at most {LongestTag} characters each." }, statusCode: StatusCodes.Status400BadRequest);
            }

            return await cache.InvalidateAsync(WithUntold(tags))
                ? Results.NoContent()
                : Results.Json(new { error = "The store does not answer: nothing was invalidated." }, statusCode: StatusCodes.Status503ServiceUnavailable);
        });
    }

    /// <summary>With every entity goes what holds one of its type without saying which.</summary>
    private static HashSet<string> WithUntold(string[] tags)
    {
        var all = new HashSet<string>(tags, StringComparer.Ordinal);
        foreach (var tag in tags)
        {
            if (tag.IndexOf(':') is > 0 and var colon)
            {
                all.Add(tag[..colon] + ":*");
            }
        }

        return all;
    }

    private sealed record Invalidation(string[]? Tags);
}
