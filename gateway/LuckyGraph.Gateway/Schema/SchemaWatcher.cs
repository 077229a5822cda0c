namespace LuckyGraph.Gateway.Schema;

/// <summary>
/// Loads the execution schema at start and looks again every second. Polling one file costs next to nothing and works where
/// change notifications do not: on mounted volumes, through symbolic links, after an atomic rename.
/// </summary>
internal sealed class SchemaWatcher(ReloadingExecutor executor, GatewaySettings settings) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private (DateTime Written, long Length) _seen;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        LoadIfChanged();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            LoadIfChanged();
        }
    }

    private void LoadIfChanged()
    {
        var file = new FileInfo(settings.SchemaFile);
        var now = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        if (now != _seen || !executor.IsReady)
        {
            // Read again at the next look when it is being written right now.
            _seen = executor.Reload() || executor.Problem is null ? now : default;
        }
    }
}
