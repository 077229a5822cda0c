using StackExchange.Redis;

namespace LuckyGraph.Gateway.Settings;

/// <summary>
/// The gateway's connection to Redis. It never makes a request fail or wait for long: without an answer in time the caller goes
/// on alone, and for a second nobody asks again.
/// </summary>
internal sealed class SharedRedis(RedisSettings settings, TimeProvider clock, ILogger<SharedRedis> logger) : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<ConnectionMultiplexer>? _connecting;
    private long _pausedUntil;

    /// <summary>Asks Redis, or does without: <c>Answered</c> is false when there is no answer in time.</summary>
    public async ValueTask<(bool Answered, T? Value)> AskAsync<T>(Func<IDatabase, Task<T>> ask)
    {
        if (clock.GetTimestamp() < Volatile.Read(ref _pausedUntil))
        {
            return default;
        }

        try
        {
            var connection = await ConnectAsync().WaitAsync(settings.Timeout).ConfigureAwait(false);
            return (true, await ask(connection.GetDatabase()).WaitAsync(settings.Timeout).ConfigureAwait(false));
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            Volatile.Write(ref _pausedUntil, clock.GetTimestamp() + (long)(s_pause.TotalSeconds * clock.TimestampFrequency));
            logger.LogWarning("Redis does not answer ({Reason}); the gateway goes on with what it knows itself.", e.GetType().Name);
            return default;
        }
    }

    /// <summary>A key with the prefix of this system.</summary>
    public RedisKey Key(string name) => settings.Prefix + name;

    public void Dispose()
    {
        lock (_lock)
        {
            if (_connecting is { IsCompletedSuccessfully: true } connected)
            {
                connected.Result.Dispose();
            }

            _connecting = null;
        }
    }

    private Task<ConnectionMultiplexer> ConnectAsync()
    {
        lock (_lock)
        {
            if (_connecting is null or { IsFaulted: true } or { IsCanceled: true })
            {
                var options = ConfigurationOptions.Parse(settings.Configuration!);
                // Connects whenever the server comes; until then every command fails at once.
                options.AbortOnConnectFail = false;
                _connecting = Task.Run(() => ConnectionMultiplexer.ConnectAsync(options));
            }

            return _connecting;
        }
    }
}
