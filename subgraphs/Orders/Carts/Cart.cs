using LuckyGraph.Contracts;
using LuckyGraph.Engine;

namespace LuckyGraph.Orders.Carts;

/// <summary>What someone is about to order.</summary>
public sealed class Cart
{
    [ID]
    public required Guid Id { get; init; }
    [GraphQLIgnore]
    public required Guid OwnerId { get; init; }
    public CartStatus Status { get; set; }
    [GraphQLIgnore]
    public CurrencyCode? CurrencyCode { get; set; }
    [GraphQLIgnore]
    public Guid? OrderId { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    /// <summary>Counts the changes; checkoutStart takes it, so that nobody orders what they did not see.</summary>
    public int Version { get; set; }

    internal void Touch(DateTimeOffset now)
    {
        UpdatedAt = now;
        Version++;
    }
}

/// <summary>Whether a cart can still change.</summary>
public enum CartStatus
{
    Open,
    /// <summary>It became an order.</summary>
    CheckedOut,
}

/// <summary>One variant in a cart.</summary>
public sealed class CartLine
{
    [ID]
    public required Guid Id { get; init; }
    [GraphQLIgnore]
    public required Guid CartId { get; init; }
    [GraphQLIgnore]
    public required Guid VariantId { get; init; }
    public required int Quantity { get; set; }
    [GraphQLIgnore]
    public required long UnitPriceMinor { get; set; }
    [GraphQLIgnore]
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Something about a cart that its owner should know; nothing is refused because of it.</summary>
/// <param name="Code">What kind it is.</param>
/// <param name="Message">What to know, for people.</param>
/// <param name="LineId">The line.</param>
/// <param name="Available">How many can be had, where that is the matter.</param>
public sealed record CartWarning(CartWarningCode Code, string Message, [property: ID<CartLine>] Guid LineId, int? Available);

/// <summary>Kinds of warnings.</summary>
public enum CartWarningCode
{
    /// <summary>Less is in stock than the cart holds.</summary>
    InsufficientStock,
    /// <summary>The price is another than when it was put into the cart.</summary>
    PriceChanged,
    /// <summary>It is no longer sold.</summary>
    Unavailable,
}
