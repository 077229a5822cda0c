using System.Collections.Concurrent;
using System.Security.Claims;
using LuckyGraph.AspNetCore.Authentication;
using LuckyGraph.Hosting.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace LuckyGraph.Hosting.Identity;

/// <summary>
/// Sessions that ended while access tokens of theirs may still be valid. They stand in Redis for as long as such a token lives;
/// every host follows them in memory. A host that cannot reach Redis goes on with those that it knows: a token then ends with its
/// lifetime at the latest.
/// </summary>
public sealed class EndedSessions(RedisConnection redis, ILogger<EndedSessions> log) : BackgroundService, ITokenRevocations
{
    /// <summary>How long an access token is valid.</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(15);

    // A token may be used a little longer than it lives, where clocks differ.
    private static readonly TimeSpan Kept = TokenLifetime + TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenReads = TimeSpan.FromSeconds(15);
    private static readonly RedisKey Key = "lucky:sessions:ended";
    private static readonly RedisChannel Channel = "lucky:sessions:ended";

    // Tokens live by the system's time, so do the marks of their end.
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _ended = new();

    /// <inheritdoc />
    public bool IsRevoked(ClaimsPrincipal user)
        => !_ended.IsEmpty && Guid.TryParse(user.FindFirst("sid")?.Value, out var session) && _ended.ContainsKey(session);

    /// <summary>Marks sessions as ended, here at once and on all other hosts within moments.</summary>
    /// <param name="database">The caller's database or transaction.</param>
    /// <param name="sessions">The sessions.</param>
    public Task MarkAsync(IDatabaseAsync database, params ReadOnlySpan<Guid> sessions)
    {
        var until = DateTimeOffset.UtcNow + Kept;
        var tasks = new List<Task>();
        foreach (var session in sessions)
        {
            _ended[session] = until;
            tasks.Add(database.SortedSetAddAsync(Key, session.ToString(), until.ToUnixTimeMilliseconds()));
            tasks.Add(database.PublishAsync(Channel, session.ToString()));
        }

        return Task.WhenAll(tasks);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isFollowing = false;
        using var timer = new PeriodicTimer(BetweenReads);
        do
        {
            try
            {
                if (!isFollowing)
                {
                    // The client subscribes again by itself when a connection comes back.
                    var subscriber = await redis.SubscriberAsync(stoppingToken);
                    await subscriber.SubscribeAsync(Channel, (_, session) => Add(session, DateTimeOffset.UtcNow + Kept)).WaitAsync(stoppingToken);
                    isFollowing = true;
                }

                await ReadAsync(await redis.DatabaseAsync(stoppingToken), stoppingToken);
            }
            catch (Exception e) when (e is RedisException or TimeoutException)
            {
                log.LogWarning("Ended sessions cannot be read now: {Reason}", e.GetType().Name);
            }
        }
        while (await NextAsync(timer, stoppingToken));
    }

    // Messages may be lost while a connection is down, so the set is read from time to time.
    private async Task ReadAsync(IDatabase database, CancellationToken ct)
    {
        var now = DateTimeOffset.UtcNow;
        await database.SortedSetRemoveRangeByScoreAsync(Key, double.NegativeInfinity, now.ToUnixTimeMilliseconds()).WaitAsync(ct);
        foreach (var entry in await database.SortedSetRangeByScoreWithScoresAsync(Key).WaitAsync(ct))
        {
            Add(entry.Element, DateTimeOffset.FromUnixTimeMilliseconds((long)entry.Score));
        }

        foreach (var (session, until) in _ended)
        {
            if (until <= now)
            {
                _ended.TryRemove(session, out _);
            }
        }
    }

    private void Add(RedisValue session, DateTimeOffset until)
    {
        if (Guid.TryParse((string?)session, out var id))
        {
            _ended[id] = until;
        }
    }

    private static async ValueTask<bool> NextAsync(PeriodicTimer timer, CancellationToken ct)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
