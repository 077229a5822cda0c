using LuckyGraph.Hosting.Data;
using LuckyGraph.Hosting.Time;

namespace LuckyGraph.Orders.Scheduling;

/// <summary>
/// Work that looks every few seconds whether something is due, and at once when it is signalled or when the clock was moved.
/// The database alone says what is due, so a missed look loses nothing.
/// </summary>
public abstract class PeriodicWork(
    TimeSpan period, WorkSignal signal, IServiceScopeFactory scopes, DatabaseStartup database, TimeProvider clock, ILogger log) : BackgroundService
{
    /// <summary>Does one piece of what is due.</summary>
    /// <returns>Whether there may be more.</returns>
    protected abstract Task<bool> RunOnceAsync(IServiceProvider services, CancellationToken ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (clock is ShiftableClock shiftable)
        {
            shiftable.Moved += signal.Raise;
        }

        await database.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var more = true;
                while (more && !stoppingToken.IsCancellationRequested)
                {
                    await using var scope = scopes.CreateAsyncScope();
                    more = await RunOnceAsync(scope.ServiceProvider, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was, what is due stays due; the next look tries again.
                log.LogError(e, "{Work} failed and tries again", GetType().Name);
            }

            await signal.WaitAsync(period, stoppingToken);
        }
    }
}
