using LuckyGraph.Contracts;

namespace LuckyGraph.Orders.Payments;

/// <summary>
/// A payment provider as the checkout needs it. Calls may be repeated: the provider answers a repeated call as it answered the
/// first one, by the idempotency key.
/// </summary>
public interface IPaymentGateway
{
    /// <summary>Which provider it is.</summary>
    PaymentProvider Provider { get; }

    /// <summary>Where the buyer pays, and the public key for the provider's payment window.</summary>
    PaymentWindow WindowOf(Payment payment);

    /// <summary>Takes the money that the buyer authenticated. Nobody knows what happened when the answer is <see cref="ProviderOutcome.Unknown"/>.</summary>
    Task<ProviderAnswer> ConfirmAsync(Payment payment, string providerKey, CancellationToken ct);

    /// <summary>What the provider knows of a payment.</summary>
    Task<ProviderAnswer> FetchAsync(string providerKey, CancellationToken ct);

    /// <summary>Gives money back; all that is left without an amount.</summary>
    /// <param name="providerKey">The payment at the provider.</param>
    /// <param name="amount">How much.</param>
    /// <param name="reason">Why, for the buyer's statement.</param>
    /// <param name="idempotencyKey">The same key again gives nothing back twice.</param>
    /// <param name="ct">Ends the call.</param>
    Task<ProviderAnswer> CancelAsync(string providerKey, Money? amount, string reason, Guid idempotencyKey, CancellationToken ct);
}

/// <summary>How the buyer gets to pay.</summary>
/// <param name="CheckoutUrl">The page.</param>
/// <param name="ClientKey">The public key.</param>
public sealed record PaymentWindow(string CheckoutUrl, string ClientKey);

/// <summary>What a provider says about a payment.</summary>
/// <param name="Outcome">Where it stands.</param>
/// <param name="ProviderKey">Its key at the provider.</param>
/// <param name="ProviderOrderId">Our id of it.</param>
/// <param name="Amount">The whole amount; null when the provider did not say.</param>
/// <param name="Code">The provider's error code.</param>
/// <param name="Message">The provider's message, for people.</param>
public sealed record ProviderAnswer(
    ProviderOutcome Outcome, string? ProviderKey = null, string? ProviderOrderId = null, Money? Amount = null, string? Code = null, string? Message = null);

/// <summary>Where a payment stands at the provider.</summary>
public enum ProviderOutcome
{
    /// <summary>The money is taken.</summary>
    Captured,
    /// <summary>The buyer has authenticated or has yet to; no money moved.</summary>
    Waiting,
    /// <summary>Refused, expired or aborted; no money will move.</summary>
    Declined,
    /// <summary>Taken and given back, wholly or in part.</summary>
    Cancelled,
    /// <summary>The provider has no such payment.</summary>
    NotFound,
    /// <summary>No answer, or none that can be trusted.</summary>
    Unknown,
}
