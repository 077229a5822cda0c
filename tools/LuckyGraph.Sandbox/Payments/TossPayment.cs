using System.Text.Json.Serialization;

namespace LuckyGraph.Sandbox.Payments;

/// <summary>How the customer's side of a payment will go; chosen when it is begun.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PaymentBehaviour>))]
public enum PaymentBehaviour
{
    /// <summary>Confirm captures.</summary>
    [JsonStringEnumMemberName("approve")]
    Approve,
    /// <summary>The card issuer refuses at confirm.</summary>
    [JsonStringEnumMemberName("decline")]
    Decline,
    /// <summary>Confirm captures, but answers only after 30 seconds.</summary>
    [JsonStringEnumMemberName("timeout")]
    Timeout,
    /// <summary>Confirm fails with a server error and captures nothing.</summary>
    [JsonStringEnumMemberName("server-error")]
    ServerError,
    /// <summary>Confirm captures and sends the webhook a second before it answers.</summary>
    [JsonStringEnumMemberName("webhook-first")]
    WebhookFirst,
}

/// <summary>A payment in the shape of Toss Payments' core API (the members a merchant reads).</summary>
public sealed record TossPayment
{
    public string MId { get; init; } = "lucky_sandbox";
    public string Version { get; init; } = "2022-11-16";
    public required string PaymentKey { get; init; }
    public string Type { get; init; } = "NORMAL";
    public required string OrderId { get; init; }
    public required string OrderName { get; init; }
    public required string Currency { get; init; }
    public string Method { get; init; } = "카드";
    public required decimal TotalAmount { get; init; }
    public required decimal BalanceAmount { get; init; }
    /// <summary>IN_PROGRESS, DONE, CANCELED, PARTIAL_CANCELED, ABORTED or EXPIRED.</summary>
    public required string Status { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }
    public string? LastTransactionKey { get; init; }
    public bool IsPartialCancelable { get; init; } = true;
    public string Country { get; init; } = "KR";
    public IReadOnlyList<TossCancel>? Cancels { get; init; }
    public TossFailure? Failure { get; init; }
}

/// <summary>One cancellation of a payment.</summary>
public sealed record TossCancel(decimal CancelAmount, string CancelReason, DateTimeOffset CanceledAt, string TransactionKey, string CancelStatus = "DONE");

/// <summary>Why a payment failed.</summary>
public sealed record TossFailure(string Code, string Message);

/// <summary>What the sandbox remembers of a payment beside what Toss shows.</summary>
public sealed record SandboxPayment(TossPayment Payment, PaymentBehaviour Behaviour)
{
    /// <summary>The answers already given, by idempotency key.</summary>
    public IReadOnlyDictionary<string, TossAnswer> Answers { get; init; } = new Dictionary<string, TossAnswer>();
}

/// <summary>An answer to a merchant: a payment, or an error with its status.</summary>
public sealed record TossAnswer(int Status, TossPayment? Payment, TossFailure? Error)
{
    public static TossAnswer Of(TossPayment payment) => new(200, payment, null);

    public static TossAnswer Refuse(int status, string code, string message) => new(status, null, new TossFailure(code, message));
}
