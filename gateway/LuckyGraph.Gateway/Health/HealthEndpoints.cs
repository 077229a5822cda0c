using LuckyGraph.Gateway.Schema;

namespace LuckyGraph.Gateway.Health;

/// <summary>What supervisors ask: does the process live, and may it get requests.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", static () => Results.Json(new { status = "live" }));
        app.MapGet("/health/ready", static (ReloadingExecutor executor) => executor.IsReady
            ? Results.Json(new { status = "ready", schema = executor.Version, loadedAt = executor.LoadedAt, problem = executor.Problem })
            : Results.Json(new { status = "unready", problem = executor.Problem }, statusCode: StatusCodes.Status503ServiceUnavailable));
    }
}
