using System.Globalization;
using LuckyGraph.Hosting.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Hosting.Time;

/// <summary>What tests may do to a host of the Development environment: move its clock, count its statements.</summary>
internal static class DevelopmentEndpoints
{
    public static void MapDevelopment(this WebApplication app)
    {
        var clock = app.Services.GetRequiredService<ShiftableClock>();
        app.MapPost("/dev/clock", (ClockMove move) =>
        {
            if (move.AdvanceSeconds is < 0 or > 10 * 365 * 86_400L)
            {
                return Results.Json(new { message = "advanceSeconds: from 0 to ten years." }, statusCode: StatusCodes.Status400BadRequest);
            }

            clock.Advance(TimeSpan.FromSeconds(move.AdvanceSeconds));
            return Results.Json(new { now = clock.GetUtcNow(), offsetSeconds = (long)clock.Offset.TotalSeconds });
        });

        var counter = app.Services.GetRequiredService<SqlCounter>();
        app.MapGet("/dev/sql", () => Results.Json(new { requests = counter.Requests, statements = counter.Statements, recent = counter.Recent }));
        app.MapPost("/dev/sql/reset", () =>
        {
            counter.Reset();
            return Results.NoContent();
        });
    }

    /// <summary>Counts each GraphQL request's statements and tells them in the <c>X-Sql-Statements</c> header.</summary>
    public static void UseSqlCount(this WebApplication app)
    {
        var counter = app.Services.GetRequiredService<SqlCounter>();
        app.Use(async (http, next) =>
        {
            if (!http.Request.Path.StartsWithSegments("/graphql", StringComparison.Ordinal))
            {
                await next(http);
                return;
            }

            var request = counter.Begin();
            http.Response.OnStarting(() =>
            {
                http.Response.Headers["X-Sql-Statements"] = request.Count.ToString(CultureInfo.InvariantCulture);
                return Task.CompletedTask;
            });
            await next(http);
        });
    }

    private sealed record ClockMove(long AdvanceSeconds);
}
