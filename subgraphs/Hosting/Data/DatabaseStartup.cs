using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LuckyGraph.Hosting.Data;

/// <summary>Brings the database up to date when the host starts, and tries again while the server cannot be reached.</summary>
public sealed class DatabaseStartup(
    DatabaseMigrator migrator, Assembly subgraph, IHostApplicationLifetime lifetime, ILogger<DatabaseStartup> log) : BackgroundService
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the database is up to date.</summary>
    public bool IsReady => _ready.Task.IsCompletedSuccessfully;

    /// <summary>Completes when the database is up to date.</summary>
    public Task WaitAsync(CancellationToken ct) => _ready.Task.WaitAsync(ct);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await migrator.MigrateAsync(subgraph, stoppingToken);
                _ready.SetResult();
                return;
            }
            catch (Exception e) when (e is NpgsqlException { IsTransient: true } or TimeoutException
                or PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections })
            {
                log.LogWarning("The database cannot be reached yet: {Reason}", e.Message);
                await Task.Delay(TimeSpan.FromSeconds(Math.Min(5, 0.2 * (attempt + 1))), stoppingToken);
            }
            catch (Exception e) when (e is MigrationException or PostgresException)
            {
                log.LogCritical("The database cannot be brought up to date: {Reason}", e.Message);
                Environment.ExitCode = 1;
                _ready.SetException(e);
                lifetime.StopApplication();
                return;
            }
        }
    }
}
