using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LuckyGraph.Fusion.Events;
using StackExchange.Redis;

namespace LuckyGraph.Gateway.Events;

/// <summary>
/// Topics as Redis streams: one key each, whose entries have the message in the field <c>message</c>. All that this process reads
/// is read by one loop on a connection of its own, after the last entry it has seen of each stream: what is published while Redis
/// cannot be reached comes afterwards.
/// </summary>
internal sealed class RedisEventStreams(EventSettings settings, ILogger<RedisEventStreams> logger) : IEventStreams, IAsyncDisposable
{
    private const int BatchSize = 128;
    private const int BlockMilliseconds = 1_000;
    private static readonly TimeSpan s_answerTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_wakeLife = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(2);

    // An entry here ends the loop's waiting, so that it goes on with a topic that was added.
    private readonly string _wakeKey = $"{settings.Prefix}wake:{Guid.NewGuid():N}";
    private readonly ConcurrentDictionary<string, Topic> _topics = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lock _lock = new();
    private Task<ConnectionMultiplexer>? _commands;
    private Task<ConnectionMultiplexer>? _blocking;
    private Task? _loop;

    /// <inheritdoc />
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(string topic, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (entry, reader) = await AddAsync(topic).ConfigureAwait(false);
        try
        {
            await foreach (var message in reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return message;
            }
        }
        finally
        {
            if (entry.Readers.Remove(reader))
            {
                _topics.TryRemove(KeyValuePair.Create(topic, entry));
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
        => await AskAsync(database => database.ExecuteAsync("XADD", settings.Prefix + topic, "MAXLEN", "~", settings.Kept, "*", "message", message.ToArray()));

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        if (_loop is { } loop)
        {
            await loop.WaitAsync(s_answerTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var connection in new[] { _commands, _blocking })
        {
            if (connection is { IsCompletedSuccessfully: true })
            {
                await connection.Result.CloseAsync(allowCommandsToComplete: false).WaitAsync(s_answerTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        _stopped.Dispose();
    }

    private async ValueTask<(Topic Entry, ChannelReader<ReadOnlyMemory<byte>> Reader)> AddAsync(string topic)
    {
        while (true)
        {
            if (_topics.TryGetValue(topic, out var known) && known.Readers.TryAdd() is { } joined)
            {
                return (known, joined);
            }

            // Whatever comes after this entry is read, however late the loop learns of the topic.
            var newest = (RedisResult[])(await AskAsync(database => database.ExecuteAsync("XREVRANGE", settings.Prefix + topic, "+", "-", "COUNT", 1)).ConfigureAwait(false))!;
            var entry = new Topic(settings.Prefix + topic) { LastId = newest is [var last] ? Id(last) : "0-0" };
            var reader = entry.Readers.TryAdd()!;
            if (!_topics.TryAdd(topic, entry))
            {
                continue;
            }

            lock (_lock)
            {
                _loop ??= Task.Run(LoopAsync);
            }

            // The loop finds out by itself within a second, should this fail.
            _ = AskAsync(WakeAsync).AsTask().ContinueWith(static _ => { }, TaskScheduler.Default);
            return (entry, reader);
        }
    }

    private Task<bool> WakeAsync(IDatabase database)
    {
        _ = database.ExecuteAsync("XADD", _wakeKey, "MAXLEN", 1, "*", "topic", "");
        return database.KeyExpireAsync(_wakeKey, s_wakeLife);
    }

    private async Task LoopAsync()
    {
        var failures = 0;
        var wakeId = "0-0";
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                Topic[] topics = [.. _topics.Values];
                var answer = await ReadAsync(topics, wakeId).ConfigureAwait(false);
                failures = 0;
                foreach (var stream in answer.IsNull ? [] : (RedisResult[])answer!)
                {
                    var parts = (RedisResult[])stream!;
                    var (key, entries) = ((string)parts[0]!, (RedisResult[])parts[1]!);
                    if (key == _wakeKey)
                    {
                        wakeId = Id(entries[^1]);
                    }
                    else if (Array.Find(topics, t => t.Key == key) is { } topic)
                    {
                        Hand(topic, entries);
                    }
                }
            }
            catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
            {
                if (failures++ == 0)
                {
                    logger.LogWarning("The event bus does not answer ({Reason}); subscriptions wait for it.", e.GetType().Name);
                }

                var pause = TimeSpan.FromMilliseconds(Math.Min(s_longestPause.TotalMilliseconds, 50 * Math.Pow(2, Math.Min(failures, 10))));
                await Task.Delay(pause, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<RedisResult> ReadAsync(Topic[] topics, string wakeId)
    {
        object[] arguments =
        [
            "COUNT", BatchSize, "BLOCK", BlockMilliseconds, "STREAMS",
            .. topics.Select(static t => t.Key), _wakeKey,
            .. topics.Select(static t => t.LastId), wakeId,
        ];
        var connection = await ConnectAsync(isBlocking: true).WaitAsync(s_answerTime, _stopped.Token).ConfigureAwait(false);
        return await connection.GetDatabase().ExecuteAsync("XREAD", arguments).WaitAsync(s_answerTime, _stopped.Token).ConfigureAwait(false);
    }

    private static void Hand(Topic topic, RedisResult[] entries)
    {
        foreach (var entry in entries)
        {
            var fields = (RedisResult[])((RedisResult[])entry!)[1]!;
            for (var i = 0; i + 1 < fields.Length; i += 2)
            {
                if ((string?)fields[i] == "message")
                {
                    topic.Readers.Write((byte[])fields[i + 1]!);
                }
            }

            topic.LastId = Id(entry);
        }
    }

    private static string Id(RedisResult entry) => (string)((RedisResult[])entry!)[0]!;

    private async ValueTask<T> AskAsync<T>(Func<IDatabase, Task<T>> ask)
    {
        try
        {
            var connection = await ConnectAsync(isBlocking: false).WaitAsync(s_answerTime).ConfigureAwait(false);
            return await ask(connection.GetDatabase()).WaitAsync(s_answerTime).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            throw new EventStreamException("The event bus does not answer.", e);
        }
    }

    private Task<ConnectionMultiplexer> ConnectAsync(bool isBlocking)
    {
        lock (_lock)
        {
            ref var connection = ref isBlocking ? ref _blocking : ref _commands;
            if (connection is null or { IsFaulted: true } or { IsCanceled: true })
            {
                var options = ConfigurationOptions.Parse(settings.Redis!);
                // Connects whenever the server comes; until then every command fails at once.
                options.AbortOnConnectFail = false;
                connection = Task.Run(() => ConnectionMultiplexer.ConnectAsync(options));
            }

            return connection;
        }
    }

    private sealed class Topic(string key)
    {
        public string Key { get; } = key;

        public TopicReaders Readers { get; } = new();

        /// <summary>The last entry that was read; the loop's own.</summary>
        public string LastId { get; set; } = "0-0";
    }
}
