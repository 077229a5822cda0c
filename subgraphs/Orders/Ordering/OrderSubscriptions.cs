using System.Runtime.CompilerServices;
using LuckyGraph.Contracts;
using LuckyGraph.Engine;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Subscriptions;
using LuckyGraph.Hosting.Identity;
using LuckyGraph.Orders.Data;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Ordering;

[SubscriptionType]
public static partial class OrderSubscriptions
{
    /// <summary>How long a lost hint can delay a change. Real time, whatever the shop's clock shows.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);

    /// <summary>
    /// An order as it is now, and again after every change. For its buyer, the sellers of its lines, and administrators. Whoever
    /// loses the connection subscribes again after the version seen last, and gets every change since then, in order and once.
    /// </summary>
    /// <param name="orderId">The order.</param>
    /// <param name="after">The version that you saw last: every later change is sent, beginning with those that you missed.</param>
    /// <param name="order">The event.</param>
    [Authorize]
    [Subscribe(With = nameof(WatchOrderAsync))]
    public static Order OrderUpdated([ID<Order>] Guid orderId, int? after, [EventMessage] Order order) => order;

    internal static async ValueTask<IAsyncEnumerable<Order>> WatchOrderAsync(
        [ID<Order>] Guid orderId, int? after, ViewerAccessor viewer, ITopicEventReceiver topics, IServiceScopeFactory scopes,
        ILogger<OrderNotices> log, CancellationToken ct)
    {
        var caller = viewer.Require();
        return await VersionAsync(orderId, caller, scopes, ct) is { } version
            ? StreamAsync(orderId, after ?? version - 1, caller, topics, scopes, log, ct)
            : throw new GraphQLException("There is no such order.", "NOT_FOUND");
    }

    private static async IAsyncEnumerable<Order> StreamAsync(
        Guid orderId, int seen, Viewer caller, ITopicEventReceiver topics, IServiceScopeFactory scopes, ILogger log,
        [EnumeratorCancellation] CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var hinted = new SemaphoreSlim(0);
        // Subscribed before the first look, so that no change falls in between.
        var listening = ListenAsync(orderId, topics, hinted, log, ending.Token);
        try
        {
            while (!ct.IsCancellationRequested)
            {
                if (await VersionAsync(orderId, caller, scopes, ct) is not { } version)
                {
                    yield break;
                }

                if (version > seen)
                {
                    foreach (var order in await ChangesAsync(orderId, seen, scopes, ct))
                    {
                        seen = order.Version;
                        yield return order;
                    }
                }

                await hinted.WaitAsync(Look, ct);
            }
        }
        finally
        {
            await ending.CancelAsync();
            await listening;
        }
    }

    /// <summary>Turns hints into looks. Without Redis there are none, and it tries again.</summary>
    private static async Task ListenAsync(Guid orderId, ITopicEventReceiver topics, SemaphoreSlim hinted, ILogger log, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var notices = await topics.SubscribeAsync<OrderNotice>(OrderNotices.TopicOf(orderId), ct);
                hinted.Release();
                await foreach (var _ in notices.WithCancellation(ct))
                {
                    hinted.Release();
                }
            }
            catch (Exception e)
            {
                if (!ct.IsCancellationRequested)
                {
                    log.LogDebug("Order {Order} is watched without hints: {Reason}", orderId, e.Message);
                }
            }

            await Task.Delay(Look, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<int?> VersionAsync(Guid orderId, Viewer caller, IServiceScopeFactory scopes, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrdersContext>();
        return await db.Orders.VisibleTo(caller, db).Where(o => o.Id == orderId).Select(o => (int?)o.Version).SingleOrDefaultAsync(ct);
    }

    /// <summary>The order as it was after each change since a version.</summary>
    private static async Task<List<Order>> ChangesAsync(Guid orderId, int after, IServiceScopeFactory scopes, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrdersContext>();
        var order = await db.Orders.AsNoTracking().SingleAsync(o => o.Id == orderId, ct);
        var changes = await db.OrderChanges.AsNoTracking().Where(c => c.OrderId == orderId && c.Version > after).OrderBy(c => c.Version).ToListAsync(ct);
        return changes.ConvertAll(order.AsOf);
    }
}
