namespace LuckyGraph.Contracts.Events;

/// <summary>Someone opened an account.</summary>
public sealed record UserRegistered(Guid UserId) : IEvent
{
    Guid IEvent.AggregateId => UserId;
}

/// <summary>Someone closed their account; what belongs to them is detached or made anonymous.</summary>
public sealed record UserWithdrawn(Guid UserId) : IEvent
{
    Guid IEvent.AggregateId => UserId;
}

/// <summary>A seller was approved, suspended or the like.</summary>
public sealed record SellerStatusChanged(Guid SellerId, string Status) : IEvent
{
    Guid IEvent.AggregateId => SellerId;
}
