namespace LuckyGraph.Gateway.Schema;

/// <summary>
/// Loads the execution schema at start and looks again every second. Polling one file costs next to nothing and works where
/// change notifications do not: on mounted volumes, through symbolic links, after an atomic rename.
/// </summary>
internal sealed class SchemaWatcher(ReloadingExecutor executor, ISchemaSource source, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    // A subgraph that could not be asked may be there by now; files that are as they were say the same again.
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(10);
    private string? _failed;
    private DateTimeOffset _retryAt;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LoadIfChangedAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await LoadIfChangedAsync(stoppingToken);
        }
    }

    private async ValueTask LoadIfChangedAsync(CancellationToken cancellationToken)
    {
        var stamp = source.Stamp();
        var isKnown = executor.IsReady && stamp == executor.Stamp;
        var isRefused = executor.Problem is not null && stamp == _failed && clock.GetUtcNow() < _retryAt;
        if (!isKnown && !isRefused && !await executor.ReloadAsync(cancellationToken) && executor.Problem is not null)
        {
            _failed = stamp;
            _retryAt = clock.GetUtcNow() + s_retry;
        }
    }
}
