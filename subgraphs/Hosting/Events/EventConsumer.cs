using LuckyGraph.Hosting.Data;
using LuckyGraph.Hosting.Locks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LuckyGraph.Hosting.Events;

/// <summary>Brings events from the bus to the inbox, and parked ones to their next attempt. One process per subgraph does so at a time; the others stand by.</summary>
public sealed class EventConsumer(
    IEventBus bus, Inbox inbox, AdvisoryLocks locks, DatabaseStartup startup, SubgraphSettings settings, ILogger<EventConsumer> log) : BackgroundService
{
    private static readonly TimeSpan StandBy = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LeadershipCheck = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await startup.WaitAsync(stoppingToken);
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var leadership = await locks.TryAcquireAsync("event-consumer", stoppingToken);
                if (leadership is null)
                {
                    await Task.Delay(StandBy, stoppingToken);
                    continue;
                }

                using var term = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                var consuming = bus.ConsumeAsync(settings.Name, async (envelope, ct) =>
                {
                    await inbox.AcceptAsync(envelope, ct);
                    failures = 0;
                }, term.Token);
                var retrying = RetryAsync(leadership, term.Token);
                var ended = await Task.WhenAny(consuming, retrying);
                await term.CancelAsync();
                await Task.WhenAll(consuming, retrying).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await ended;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (failures++ % 20 == 0)
                {
                    log.LogWarning("Events are not taken from the bus: {Reason}", e.Message);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(3000, 200 * failures)), stoppingToken);
            }
        }
    }

    private async Task RetryAsync(AdvisoryLock leadership, CancellationToken ct)
    {
        var checkedAt = TimeProvider.System.GetTimestamp();
        while (!ct.IsCancellationRequested)
        {
            if (await inbox.RetryAsync(ct) == 0)
            {
                await Task.Delay(500, ct);
            }

            if (TimeProvider.System.GetElapsedTime(checkedAt) > LeadershipCheck)
            {
                if (!await leadership.IsHeldAsync(ct))
                {
                    throw new NpgsqlException("the lock that keeps other processes away was lost");
                }

                checkedAt = TimeProvider.System.GetTimestamp();
            }
        }
    }
}
