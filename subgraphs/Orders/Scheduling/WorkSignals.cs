namespace LuckyGraph.Orders.Scheduling;

/// <summary>Tells background work that there is something to do now; without it, work looks by itself every few seconds.</summary>
public sealed class WorkSignals
{
    public WorkSignal Refunds { get; } = new();
}

/// <summary>A signal that is raised or not; waiting lowers it.</summary>
public sealed class WorkSignal
{
    private readonly SemaphoreSlim _raised = new(0, 1);
    private readonly Lock _gate = new();

    public void Raise()
    {
        lock (_gate)
        {
            if (_raised.CurrentCount == 0)
            {
                _raised.Release();
            }
        }
    }

    /// <summary>Waits until it is raised, or for a while.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken ct) => _raised.WaitAsync(atMost, ct);
}
