using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;
using LuckyGraph.Orders.Carts;
using LuckyGraph.Orders.Inventory;
using LuckyGraph.Orders.Ordering;
using LuckyGraph.Orders.Payments;

namespace LuckyGraph.Orders.Checkout;

/// <summary>A placed order and how to pay it.</summary>
/// <param name="Order">The order.</param>
/// <param name="Payment">The payment; null when there is nothing to pay.</param>
public sealed record Checkout(Order Order, Payment? Payment);

/// <summary>Where an order goes.</summary>
[InputObjectType(Name = "ShippingAddressInput")]
public sealed class ShippingAddressInput
{
    public required string Recipient { get; init; }
    public required string Phone { get; init; }
    public required string PostalCode { get; init; }
    public required string RoadAddress { get; init; }
    public string? Detail { get; init; }
}

/// <summary>Goods cost another price than when they were put into the cart; the cart has the new prices now.</summary>
[GraphQLName("PriceChangedError")]
public sealed class PriceChangedException(Cart cart)
    : UserErrorException("PRICE_CHANGED", "Prices have changed. Look at the cart and check out with its new version.")
{
    /// <summary>The cart with today's prices.</summary>
    public Cart Cart { get; } = cart;
}

[MutationType]
public static partial class CheckoutMutations
{
    /// <summary>Orders what is in your cart at the prices that you saw, and holds the stock for five minutes until it is paid.</summary>
    /// <param name="cartId">The cart; your open cart otherwise.</param>
    /// <param name="cartVersion">The cart's version that you saw.</param>
    /// <param name="address">Where it goes.</param>
    /// <param name="provider">Who takes the money.</param>
    /// <param name="idempotencyKey">The same key again gives the same order.</param>
    /// <param name="viewer">The caller.</param>
    /// <param name="desk">Where orders are placed.</param>
    /// <param name="ct">Ends the call.</param>
    [Authorize]
    [Error<ValidationFailedException>]
    [Error<NotFoundException>]
    [Error<ConflictException>]
    [Error<IdempotencyKeyReusedException>]
    [Error<PriceChangedException>]
    [Error<InsufficientStockException>]
    public static Task<Checkout> CheckoutStartAsync(
        [ID<Cart>] Guid? cartId, int cartVersion, ShippingAddressInput address, PaymentProvider provider, Guid idempotencyKey,
        Viewer viewer, CheckoutDesk desk, CancellationToken ct)
        => desk.StartAsync(
            viewer, cartId, cartVersion,
            new ShippingAddress(address.Recipient, address.Phone, address.PostalCode, address.RoadAddress, address.Detail),
            provider, idempotencyKey, ct);
}
