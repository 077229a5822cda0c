using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Hosting.Events;

namespace LuckyGraph.Accounts.Notifications;

/// <summary>Tells buyers that their order is paid.</summary>
public sealed class OrderPaidNotification(NotificationDesk desk) : IEventHandler<OrderPaid>
{
    public Task HandleAsync(OrderPaid @event, EventEnvelope envelope, CancellationToken cancellationToken)
        => desk.NotifyAsync(
            @event.BuyerId,
            NotificationType.OrderPaid,
            $"Order {@event.Number} is paid",
            $"We received {new Money(@event.TotalMinor, @event.Currency)} for your order {@event.Number}. Thank you.",
            $"/orders/{@event.Number}",
            cancellationToken);
}

/// <summary>Tells buyers that their order was cancelled, and why.</summary>
public sealed class OrderCancelledNotification(NotificationDesk desk) : IEventHandler<OrderCancelled>
{
    public Task HandleAsync(OrderCancelled @event, EventEnvelope envelope, CancellationToken cancellationToken)
        => desk.NotifyAsync(
            @event.BuyerId,
            NotificationType.OrderCancelled,
            $"Order {@event.Number} was cancelled",
            @event.Reason switch
            {
                "UNPAID_TIMEOUT" => $"Your order {@event.Number} was not paid in time.",
                "BUYER" => $"You cancelled your order {@event.Number}.",
                _ => $"Your order {@event.Number} was cancelled. What was paid for it is given back.",
            },
            $"/orders/{@event.Number}",
            cancellationToken);
}
