using System.Text.Json;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Hosting.Data;
using LuckyGraph.Hosting.Locks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace LuckyGraph.Hosting.Events;

/// <summary>
/// Publishes the outbox in its order, one relay per database at a time. Rows are marked only after the bus has them, so a crash
/// repeats events and never loses one. Published rows are kept for a week: when the bus comes back without what it had
/// (see <see cref="IEventBus.LastPositionAsync"/>), they are published again.
/// </summary>
public sealed class OutboxRelay(
    NpgsqlDataSource database, IEventBus bus, DatabaseStartup startup, SubgraphSettings settings, TimeProvider clock, ILogger<OutboxRelay> log)
    : BackgroundService
{
    private const int BatchSize = 200;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Retention = TimeSpan.FromDays(7);
    private static readonly TimeSpan PositionCheck = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private long _checkedAt;
    private long _cleanedAt;

    /// <summary>Tells the relay that a transaction with events was committed.</summary>
    public void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Another thread woke it in the same moment.
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await startup.WaitAsync(stoppingToken);
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await PublishAsync(stoppingToken) < BatchSize)
                {
                    await CleanAsync(stoppingToken);
                    await _wake.WaitAsync(Poll, stoppingToken);
                }

                failures = 0;
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                if (failures++ % 20 == 0)
                {
                    log.LogWarning("Events wait in the outbox: {Reason}", e.Message);
                }

                _checkedAt = 0;
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(3000, 200 * failures)), stoppingToken);
            }
        }
    }

    /// <summary>Publishes one batch.</summary>
    /// <returns>How many events.</returns>
    internal async Task<int> PublishAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (!await TryLeadAsync(connection, ct))
        {
            return 0;
        }

        await RepublishLostAsync(connection, ct);
        var events = await ReadAsync(connection, ct);
        if (events.Count > 0)
        {
            await bus.PublishAsync(settings.Name, events, ct);
            await using var mark = new NpgsqlCommand("update outbox_message set published_at = $1 where id = any($2)", connection);
            mark.Parameters.AddWithValue(clock.GetUtcNow());
            mark.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Bigint, events.ConvertAll(e => e.Position).ToArray());
            await mark.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return events.Count;
    }

    private static async Task<bool> TryLeadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_xact_lock($1)", connection);
        command.Parameters.AddWithValue(AdvisoryLocks.KeyOf("outbox"));
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private async Task RepublishLostAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (_checkedAt != 0 && TimeProvider.System.GetElapsedTime(_checkedAt) < PositionCheck)
        {
            return;
        }

        var known = await bus.LastPositionAsync(settings.Name, ct) ?? 0;
        await using var command = new NpgsqlCommand("update outbox_message set published_at = null where id > $1 and published_at is not null", connection);
        command.Parameters.AddWithValue(known);
        var lost = await command.ExecuteNonQueryAsync(ct);
        if (lost > 0)
        {
            log.LogWarning("The bus lost {Count} events; they are published again", lost);
        }

        _checkedAt = TimeProvider.System.GetTimestamp();
    }

    private static async Task<List<(long Position, EventEnvelope Event)>> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select id, event_id, type, version, occurred_at, aggregate_id, correlation_id, payload
            from outbox_message where published_at is null order by id limit $1
            """, connection);
        command.Parameters.AddWithValue(BatchSize);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var events = new List<(long, EventEnvelope)>();
        while (await reader.ReadAsync(ct))
        {
            events.Add((reader.GetInt64(0), new EventEnvelope(
                reader.GetGuid(1),
                reader.GetString(2),
                reader.GetInt32(3),
                reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetGuid(5),
                reader.IsDBNull(6) ? null : reader.GetString(6),
                JsonElement.Parse(reader.GetString(7)))));
        }

        return events;
    }

    private async Task CleanAsync(CancellationToken ct)
    {
        if (_cleanedAt != 0 && TimeProvider.System.GetElapsedTime(_cleanedAt) < TimeSpan.FromHours(1))
        {
            return;
        }

        var outboxBefore = clock.GetUtcNow() - Retention;
        await using var batch = database.CreateBatch();
        AddDelete("delete from outbox_message where published_at < $1", outboxBefore);

        // The inbox remembers longer than any outbox repeats.
        AddDelete("delete from inbox_message where state = 'DONE' and received_at < $1", outboxBefore - Retention);
        AddDelete("delete from idempotency_record where created_at < $1", outboxBefore);
        await batch.ExecuteNonQueryAsync(ct);

        // The stream's ids are Redis's own time, which no test moves.
        await bus.TrimAsync(TimeProvider.System.GetUtcNow() - Retention, ct);
        _cleanedAt = TimeProvider.System.GetTimestamp();

        void AddDelete(string sql, DateTimeOffset before)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = before });
            batch.BatchCommands.Add(command);
        }
    }
}
