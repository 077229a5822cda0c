using LuckyGraph.Engine.Subscriptions;

namespace LuckyGraph.Orders.Ordering;

/// <summary>A hint that an order changed.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Version">Its version.</param>
public sealed record OrderNotice(Guid OrderId, int Version);

/// <summary>
/// Hints subscribers that an order changed. Called after the commit; a hint that is lost (Redis away) costs its subscribers a
/// few seconds, never a change: they look at the database by themselves, too.
/// </summary>
public sealed class OrderNotices(ITopicEventSender topics, ILogger<OrderNotices> log)
{
    public static string TopicOf(Guid orderId) => $"order:{orderId:N}";

    public void Changed(Order order) => _ = SendAsync(new OrderNotice(order.Id, order.Version));

    private async Task SendAsync(OrderNotice notice)
    {
        // Publishing must not hold up who changed the order, not even by connecting.
        await Task.Yield();
        try
        {
            await topics.SendAsync(TopicOf(notice.OrderId), notice);
        }
        catch (Exception e)
        {
            log.LogDebug("No hint was sent for order {Order}: {Reason}", notice.OrderId, e.Message);
        }
    }
}
