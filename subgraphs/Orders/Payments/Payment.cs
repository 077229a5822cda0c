using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;

namespace LuckyGraph.Orders.Payments;

/// <summary>One attempt to pay an order.</summary>
public sealed class Payment
{
    [ID]
    public required Guid Id { get; init; }
    [GraphQLIgnore]
    public required Guid OrderId { get; init; }
    public required PaymentProvider Provider { get; init; }
    [GraphQLIgnore]
    public string? ProviderKey { get; set; }
    public PaymentStatus Status { get; private set; }
    [GraphQLIgnore]
    public required long AmountMinor { get; init; }
    [GraphQLIgnore]
    public long CapturedMinor { get; set; }
    [GraphQLIgnore]
    public long RefundedMinor { get; set; }
    [GraphQLIgnore]
    public required CurrencyCode CurrencyCode { get; init; }
    /// <summary>The provider's code for why it was declined.</summary>
    public string? FailureCode { get; set; }
    /// <summary>Why it was declined, for people.</summary>
    public string? FailureMessage { get; set; }
    [GraphQLIgnore]
    public DateTimeOffset? ConfirmStartedAt { get; set; }
    [GraphQLIgnore]
    public int Checks { get; set; }
    [GraphQLIgnore]
    public DateTimeOffset? NextCheckAt { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; private set; }
    [GraphQLIgnore]
    public int Version { get; private set; } = 1;

    /// <summary>What is to be paid.</summary>
    public Money Amount => new(AmountMinor, CurrencyCode);
    /// <summary>What was given back.</summary>
    public Money Refunded => new(RefundedMinor, CurrencyCode);
    /// <summary>The order's id at the provider; its payment window wants it.</summary>
    public string ProviderOrderId => ProviderOrderIdOf(Id);

    internal static string ProviderOrderIdOf(Guid id) => id.ToString("N");

    /// <summary>Moves the payment along its state machine.</summary>
    /// <exception cref="InvalidTransitionException">The machine has no such transition.</exception>
    internal void MoveTo(PaymentStatus status, DateTimeOffset now)
    {
        if (!PaymentMachine.CanMove(Status, status))
        {
            throw new InvalidTransitionException(
                $"A payment that is {Status.ToGraphQLName()} cannot become {status.ToGraphQLName()}.",
                Status.ToGraphQLName(),
                status.ToGraphQLName());
        }

        Status = status;
        UpdatedAt = now;
        Version++;
        if (status is not (PaymentStatus.Confirming or PaymentStatus.Unknown))
        {
            NextCheckAt = null;
        }
    }
}

/// <summary>Who takes the money.</summary>
public enum PaymentProvider
{
    /// <summary>Toss Payments.</summary>
    Toss,
}

/// <summary>Where a payment is in its life.</summary>
public enum PaymentStatus
{
    /// <summary>Waits for the buyer.</summary>
    Ready,
    /// <summary>The provider is being asked to take the money.</summary>
    Confirming,
    /// <summary>The provider did not answer; it is asked again until it does.</summary>
    Unknown,
    /// <summary>The money is taken.</summary>
    Captured,
    PartiallyRefunded,
    Refunded,
    /// <summary>The provider refused.</summary>
    Declined,
    /// <summary>Given up before any money moved.</summary>
    Voided,
    /// <summary>Money was taken that no order can take; it is being given back.</summary>
    Orphaned,
}

/// <summary>The payment's state machine.</summary>
internal static class PaymentMachine
{
    public static bool CanMove(PaymentStatus from, PaymentStatus to) => (from, to) switch
    {
        (PaymentStatus.Ready, PaymentStatus.Confirming) => true,          // paymentConfirm
        (PaymentStatus.Ready, PaymentStatus.Captured) => true,            // learnt from the provider
        (PaymentStatus.Ready, PaymentStatus.Voided) => true,              // sweeper, buyer
        (PaymentStatus.Ready, PaymentStatus.Declined) => true,            // learnt from the provider
        (PaymentStatus.Confirming, PaymentStatus.Captured) => true,
        (PaymentStatus.Confirming, PaymentStatus.Declined) => true,
        (PaymentStatus.Confirming, PaymentStatus.Unknown) => true,        // no answer
        (PaymentStatus.Unknown, PaymentStatus.Captured) => true,
        (PaymentStatus.Unknown, PaymentStatus.Declined) => true,
        (PaymentStatus.Unknown, PaymentStatus.Voided) => true,            // never resolved
        (PaymentStatus.Captured, PaymentStatus.PartiallyRefunded) => true,
        (PaymentStatus.Captured, PaymentStatus.Refunded) => true,
        (PaymentStatus.PartiallyRefunded, PaymentStatus.PartiallyRefunded) => true,
        (PaymentStatus.PartiallyRefunded, PaymentStatus.Refunded) => true,
        (PaymentStatus.Captured, PaymentStatus.Orphaned) => true,         // its order cannot take it
        (PaymentStatus.Orphaned, PaymentStatus.Refunded) => true,
        // Money that arrives although we had given the attempt up: taken note of, then orphaned.
        (PaymentStatus.Declined or PaymentStatus.Voided, PaymentStatus.Captured) => true,
        _ => false,
    };
}

/// <summary>Something that was said about a payment.</summary>
public sealed class PaymentEvent
{
    public long Id { get; init; }
    public required Guid PaymentId { get; init; }
    public required string Type { get; init; }
    public string? Detail { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Money to give back, or given back.</summary>
public sealed class Refund
{
    public required Guid Id { get; init; }
    public required Guid PaymentId { get; init; }
    public required Guid OrderId { get; init; }
    public required long AmountMinor { get; init; }
    public required string Reason { get; init; }
    public RefundStatus Status { get; set; } = RefundStatus.Approved;
    public int Attempts { get; set; }
    public required DateTimeOffset NextAttemptAt { get; set; }
    public string? Failure { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>APPROVED → PROCESSING → SUCCEEDED | FAILED; FAILED → PROCESSING (retry) | MANUAL.</summary>
public enum RefundStatus
{
    Approved,
    Processing,
    Succeeded,
    Failed,
    /// <summary>The provider kept refusing; someone must look.</summary>
    Manual,
}
