using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace LuckyGraph.Hosting.Redis;

/// <summary>
/// The connection to Redis, made on first use. A host starts without Redis and picks it up when it comes; commands meanwhile
/// fail at once with <see cref="RedisConnectionException"/>.
/// </summary>
public sealed class RedisConnection(SubgraphSettings settings, ILogger<RedisConnection> log) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<ConnectionMultiplexer> _dedicated = [];
    private ConnectionMultiplexer? _shared;

    /// <summary>Whether Redis can be reached now.</summary>
    public bool IsConnected => _shared?.IsConnected ?? false;

    /// <summary>The database, over the connection that all share. Never send it blocking commands.</summary>
    public async ValueTask<IDatabase> DatabaseAsync(CancellationToken ct = default) => (await SharedAsync(ct)).GetDatabase();

    /// <summary>Publish and subscribe.</summary>
    public async ValueTask<ISubscriber> SubscriberAsync(CancellationToken ct = default) => (await SharedAsync(ct)).GetSubscriber();

    /// <summary>A connection of one's own, for blocking commands. Closed with the host.</summary>
    public async Task<IDatabase> DedicatedAsync(CancellationToken ct = default)
    {
        var connection = await ConnectAsync();
        await _gate.WaitAsync(ct);
        try
        {
            _dedicated.Add(connection);
        }
        finally
        {
            _gate.Release();
        }

        return connection.GetDatabase();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_shared is not null)
        {
            await _shared.CloseAsync(allowCommandsToComplete: false);
        }

        foreach (var connection in _dedicated)
        {
            await connection.CloseAsync(allowCommandsToComplete: false);
        }
    }

    private async ValueTask<ConnectionMultiplexer> SharedAsync(CancellationToken ct)
    {
        if (_shared is { } ready)
        {
            return ready;
        }

        await _gate.WaitAsync(ct);
        try
        {
            return _shared ??= await ConnectAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var options = ConfigurationOptions.Parse(settings.Redis);
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 2000;
        options.SyncTimeout = 5000;
        options.KeepAlive = 10;
        options.ConnectRetry = 1;
        options.ReconnectRetryPolicy = new LinearRetry(500);
        options.ClientName = "lucky-" + settings.Name;
        var connection = await ConnectionMultiplexer.ConnectAsync(options);
        connection.ConnectionFailed += (_, failure) => log.LogWarning("Redis connection lost: {Failure}", failure.FailureType);
        connection.ConnectionRestored += (_, _) => log.LogInformation("Redis connection restored");
        return connection;
    }
}
