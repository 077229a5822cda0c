using System.Net.Http.Json;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Hosting.Idempotency;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Subgraphs.Tests.Hosting;

[Collection("Servers")]
public sealed class IdempotencyTests(ServersFixture servers) : IAsyncLifetime
{
    private LedgerHost _host = null!;

    public async Task InitializeAsync() => _host = await LedgerHost.StartAsync(servers, ServersFixture.NewDatabase(), "keys", listens: false);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_call_that_is_repeated_at_the_same_moment_runs_once_and_answers_all()
    {
        var key = Guid.CreateVersion7();
        var runs = 0;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => WithKeysAsync(keys => keys.RunAsync(
            "ann", "pay", key, new { amount = 5 },
            async ct =>
            {
                await Task.Yield();
                return new Receipt(Interlocked.Increment(ref runs));
            }, CancellationToken.None))));

        Assert.Equal(1, runs);
        Assert.All(answers, answer => Assert.Equal(1, answer.Number));
    }

    [Fact]
    public async Task A_call_that_fails_gives_its_key_back()
    {
        var key = Guid.CreateVersion7();
        await Assert.ThrowsAsync<NotFoundException>(() => WithKeysAsync(keys => keys.RunAsync<Receipt>(
            "ann", "pay", key, new { amount = 5 }, _ => throw new NotFoundException("There is no such order."), CancellationToken.None)));

        var answer = await WithKeysAsync(keys => keys.RunAsync("ann", "pay", key, new { amount = 5 }, _ => Task.FromResult(new Receipt(7)), CancellationToken.None));

        Assert.Equal(7, answer.Number);
    }

    [Fact]
    public async Task A_key_is_refused_for_another_request_and_free_for_another_actor()
    {
        var key = Guid.CreateVersion7();
        await WithKeysAsync(keys => keys.RunAsync("ann", "pay", key, new { amount = 5 }, _ => Task.FromResult(new Receipt(1)), CancellationToken.None));

        await Assert.ThrowsAsync<IdempotencyKeyReusedException>(() => WithKeysAsync(keys => keys.RunAsync(
            "ann", "pay", key, new { amount = 6 }, _ => Task.FromResult(new Receipt(2)), CancellationToken.None)));
        var other = await WithKeysAsync(keys => keys.RunAsync("ben", "pay", key, new { amount = 6 }, _ => Task.FromResult(new Receipt(3)), CancellationToken.None));

        Assert.Equal(3, other.Number);
    }

    [Fact]
    public async Task A_running_call_without_transaction_conflicts_until_its_lease_ends()
    {
        var key = Guid.CreateVersion7();
        await WithKeysAsync(keys => keys.BeginAsync("ann", "confirm", key, "request", CancellationToken.None));
        await Assert.ThrowsAsync<ConflictException>(() => WithKeysAsync(keys => keys.BeginAsync("ann", "confirm", key, "request", CancellationToken.None)));

        using (var moved = await _host.Http.PostAsJsonAsync("/dev/clock", new { advanceSeconds = 61 }))
        {
            moved.EnsureSuccessStatusCode();
        }

        var call = await WithKeysAsync(keys => keys.BeginAsync("ann", "confirm", key, "request", CancellationToken.None));
        Assert.False(call.IsReplay);
        await WithKeysAsync(async keys =>
        {
            await keys.CompleteAsync(call, new Receipt(9), CancellationToken.None);
            return 0;
        });
        var replay = await WithKeysAsync(keys => keys.BeginAsync("ann", "confirm", key, "request", CancellationToken.None));
        Assert.Equal(9, replay.Replay<Receipt>().Number);
    }

    private async Task<T> WithKeysAsync<T>(Func<IdempotencyKeys, Task<T>> use)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<IdempotencyKeys>());
    }

    private sealed record Receipt(int Number);
}
