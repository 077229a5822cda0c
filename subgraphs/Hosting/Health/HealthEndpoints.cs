using LuckyGraph.Hosting.Data;
using LuckyGraph.Hosting.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LuckyGraph.Hosting.Health;

/// <summary>What supervisors ask: does the process live, and may it get requests.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Json(new { status = "live" }));
        app.MapGet("/health/ready", async (HttpContext http, CancellationToken ct) =>
        {
            var database = await DatabaseAsync(http.RequestServices, ct);

            // Redis is not needed to serve: it is told, and the host stays in rotation.
            var redis = http.RequestServices.GetRequiredService<RedisConnection>().IsConnected ? "up" : "down";
            var ready = database is "up" or "none";
            return Results.Json(
                new { status = ready ? "ready" : "unready", database, redis },
                statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
    }

    private static async Task<string> DatabaseAsync(IServiceProvider services, CancellationToken ct)
    {
        if (services.GetService<DatabaseStartup>() is not { } startup)
        {
            return "none";
        }

        if (!startup.IsReady)
        {
            return "starting";
        }

        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
            timeout.CancelAfter(TimeSpan.FromSeconds(2));
            await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select 1");
            await command.ExecuteScalarAsync(timeout.Token);
            return "up";
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return "down";
        }
    }
}
