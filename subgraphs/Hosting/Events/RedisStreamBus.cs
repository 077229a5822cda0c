using System.Globalization;
using System.Text.Json;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Hosting.Redis;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace LuckyGraph.Hosting.Events;

/// <summary>
/// The bus on one Redis stream with a consumer group per subgraph. A single stream keeps every aggregate's order; what a
/// consumer took and did not finish stays pending in its group and is claimed again.
/// </summary>
public sealed class RedisStreamBus(RedisConnection redis, ILogger<RedisStreamBus> log) : IEventBus
{
    private const string Stream = "lucky:events";
    private const int BatchSize = 64;
    private const int BlockMilliseconds = 1000;

    private readonly string _consumer = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.CreateVersion7():N}";
    private IDatabase? _blocking;

    /// <inheritdoc />
    public async Task PublishAsync(string producer, IReadOnlyList<(long Position, EventEnvelope Event)> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0)
        {
            return;
        }

        // Pipelined on one connection: Redis takes them in this order. The position goes last, so that it never runs ahead.
        var database = await redis.DatabaseAsync(cancellationToken);
        var pending = new Task[events.Count + 1];
        for (var i = 0; i < events.Count; i++)
        {
            pending[i] = database.ExecuteAsync("XADD", Stream, "*", "event", JsonSerializer.Serialize(events[i].Event, EventEnvelope.Json));
        }

        pending[^1] = database.StringSetAsync(PositionKey(producer), events[^1].Position);
        await Task.WhenAll(pending).WaitAsync(TimeSpan.FromSeconds(10), cancellationToken);
    }

    /// <inheritdoc />
    public async Task<long?> LastPositionAsync(string producer, CancellationToken cancellationToken)
    {
        var database = await redis.DatabaseAsync(cancellationToken);
        var value = await database.StringGetAsync(PositionKey(producer)).WaitAsync(TimeSpan.FromSeconds(5), cancellationToken);
        return value.IsNull ? null : (long)value;
    }

    /// <inheritdoc />
    public async Task ConsumeAsync(string group, Func<EventEnvelope, CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        var database = _blocking ??= await redis.DedicatedAsync(cancellationToken);
        await CreateGroupAsync(database, group);
        await DropIdleConsumersAsync(database, group, await FinishPendingAsync(database, group, handle, cancellationToken));
        while (!cancellationToken.IsCancellationRequested)
        {
            RedisResult answer;
            try
            {
                answer = await CallAsync(database, cancellationToken,
                    "XREADGROUP", "GROUP", group, _consumer, "COUNT", BatchSize, "BLOCK", BlockMilliseconds, "STREAMS", Stream, ">");
            }
            catch (RedisServerException e) when (e.Message.StartsWith("NOGROUP", StringComparison.Ordinal))
            {
                log.LogWarning("Redis lost the stream; the group {Group} begins anew", group);
                await CreateGroupAsync(database, group);
                continue;
            }

            if (!answer.IsNull)
            {
                foreach (var stream in (RedisResult[])answer)
                {
                    await HandleEntriesAsync(database, group, (RedisResult[])((RedisResult[])stream)[1], handle, cancellationToken);
                }
            }
        }
    }

    /// <inheritdoc />
    public async Task TrimAsync(DateTimeOffset olderThan, CancellationToken cancellationToken)
    {
        var database = await redis.DatabaseAsync(cancellationToken);
        await CallAsync(database, cancellationToken,
            "XTRIM", Stream, "MINID", "~", olderThan.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
    }

    private static async Task CreateGroupAsync(IDatabase database, string group)
    {
        try
        {
            await CallAsync(database, CancellationToken.None, "XGROUP", "CREATE", Stream, group, "0", "MKSTREAM");
        }
        catch (RedisServerException e) when (e.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
        {
            // The group is there already, as it should be.
        }
    }

    private async Task<int> FinishPendingAsync(
        IDatabase database, string group, Func<EventEnvelope, CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        var claimed = 0;
        for (var cursor = "0-0"; ;)
        {
            var answer = (RedisResult[])await CallAsync(database, cancellationToken,
                "XAUTOCLAIM", Stream, group, _consumer, "0", cursor, "COUNT", BatchSize);
            var entries = (RedisResult[])answer[1];
            claimed += entries.Length;
            await HandleEntriesAsync(database, group, entries, handle, cancellationToken);
            cursor = (string)answer[0];
            if (cursor == "0-0")
            {
                return claimed;
            }
        }
    }

    // Every start makes a consumer; those of processes that are gone hold nothing once their pending entries are claimed.
    private async Task DropIdleConsumersAsync(IDatabase database, string group, int claimed)
    {
        if (claimed > 0)
        {
            log.LogInformation("Took up {Count} events that were delivered before and not finished", claimed);
        }

        foreach (var consumer in (RedisResult[])await CallAsync(database, CancellationToken.None, "XINFO", "CONSUMERS", Stream, group))
        {
            var fields = (RedisResult[])consumer;
            if ((string)fields[1] is { } name && name != _consumer && (long)fields[3] == 0 && (long)fields[5] > 60_000)
            {
                await CallAsync(database, CancellationToken.None, "XGROUP", "DELCONSUMER", Stream, group, name);
            }
        }
    }

    private async Task HandleEntriesAsync(
        IDatabase database, string group, RedisResult[] entries, Func<EventEnvelope, CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
        {
            if (entry.IsNull)
            {
                continue; // trimmed since it was delivered
            }

            var parts = (RedisResult[])entry;
            var id = (string)parts[0];
            if (!parts[1].IsNull && Read((RedisResult[])parts[1], id) is { } envelope)
            {
                await handle(envelope, cancellationToken);
            }

            await CallAsync(database, cancellationToken, "XACK", Stream, group, id);
        }
    }

    private EventEnvelope? Read(RedisResult[] fields, string id)
    {
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            if ((string)fields[i] == "event")
            {
                try
                {
                    return JsonSerializer.Deserialize<EventEnvelope>((string)fields[i + 1], EventEnvelope.Json);
                }
                catch (JsonException e)
                {
                    log.LogError("Stream entry {Id} is no event and is skipped: {Reason}", id, e.Message);
                    return null;
                }
            }
        }

        log.LogError("Stream entry {Id} is no event and is skipped", id);
        return null;
    }

    // The client's asynchronous commands know no timeout; a half-open connection must not keep the caller for ever.
    private static Task<RedisResult> CallAsync(IDatabase database, CancellationToken cancellationToken, string command, params object[] arguments)
        => database.ExecuteAsync(command, arguments).WaitAsync(TimeSpan.FromSeconds(5), cancellationToken);

    private static RedisKey PositionKey(string producer) => $"lucky:events:position:{producer}";
}
