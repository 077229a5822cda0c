namespace LuckyGraph.Sandbox.Payments;

/// <summary>
/// The provider's books: begins payments for customers, and confirms and cancels them for the merchant, by Toss's documented
/// rules and error codes.
/// </summary>
public sealed class PaymentDesk(SandboxSettings settings, TimeProvider clock) : IDisposable
{
    // Toss ends an authenticated payment that the merchant does not confirm within ten minutes.
    private static readonly TimeSpan ConfirmWindow = TimeSpan.FromMinutes(10);

    private readonly Journal<SandboxPayment> journal = new(Path.Combine(settings.DataFolder, "payments.jsonl"), p => p.Payment.PaymentKey);

    /// <summary>The customer authenticated: a payment that waits for the merchant's confirm.</summary>
    public SandboxPayment Begin(string orderId, string orderName, decimal amount, string currency, PaymentBehaviour behaviour)
    {
        var key = $"tviva_{Guid.CreateVersion7(clock.GetUtcNow()):N}";
        return journal.Change(key, _ => new SandboxPayment(
            new TossPayment
            {
                PaymentKey = key,
                OrderId = orderId,
                OrderName = orderName,
                Currency = currency,
                TotalAmount = amount,
                BalanceAmount = amount,
                Status = "IN_PROGRESS",
                RequestedAt = clock.GetUtcNow(),
            },
            behaviour))!;
    }

    /// <summary>A payment by its key.</summary>
    public SandboxPayment? Find(string paymentKey) => journal.Find(paymentKey);

    /// <summary>The latest payment of a merchant's order.</summary>
    public SandboxPayment? FindByOrder(string orderId)
        => journal.All.Where(p => p.Payment.OrderId == orderId).MaxBy(p => p.Payment.PaymentKey, StringComparer.Ordinal);

    /// <summary>All payments, newest first.</summary>
    public IReadOnlyList<SandboxPayment> Newest(int count)
        => [.. journal.All.OrderByDescending(p => p.Payment.PaymentKey, StringComparer.Ordinal).Take(count)];

    /// <summary>The merchant confirms: money moves now.</summary>
    public TossAnswer Confirm(string paymentKey, string orderId, decimal amount, string? idempotencyKey) => Once(paymentKey, $"confirm:{idempotencyKey}", idempotencyKey, current =>
    {
        var payment = current.Payment;
        if (payment.OrderId != orderId || payment.TotalAmount != amount)
        {
            return (current, TossAnswer.Refuse(400, "INVALID_REQUEST", "The order id or the amount differs from what the customer agreed to."));
        }

        if (payment.Status != "IN_PROGRESS")
        {
            return (current, TossAnswer.Refuse(400, "ALREADY_PROCESSED_PAYMENT", "The payment is processed already."));
        }

        if (clock.GetUtcNow() - payment.RequestedAt > ConfirmWindow)
        {
            return (current with { Payment = payment with { Status = "EXPIRED" } }, TossAnswer.Refuse(404, "NOT_FOUND_PAYMENT_SESSION", "The payment's ten minutes are over."));
        }

        switch (current.Behaviour)
        {
            case PaymentBehaviour.Decline:
                var failure = new TossFailure("REJECT_CARD_PAYMENT", "The card's limit is exceeded, or its balance too low.");
                return (current with { Payment = payment with { Status = "ABORTED", Failure = failure } }, new TossAnswer(403, null, failure));
            case PaymentBehaviour.ServerError:
                return (current, TossAnswer.Refuse(500, "FAILED_INTERNAL_SYSTEM_PROCESSING", "The payment could not be processed. Try again later."));
            default:
                var done = payment with { Status = "DONE", ApprovedAt = clock.GetUtcNow(), LastTransactionKey = NewTransaction() };
                return (current with { Payment = done }, TossAnswer.Of(done));
        }
    });

    /// <summary>The merchant gives all or a part back; without amount all that is left.</summary>
    public TossAnswer Cancel(string paymentKey, decimal? amount, string reason, string? idempotencyKey) => Once(paymentKey, $"cancel:{idempotencyKey}", idempotencyKey, current =>
    {
        var payment = current.Payment;
        if (payment.Status == "CANCELED")
        {
            return (current, TossAnswer.Refuse(400, "ALREADY_CANCELED_PAYMENT", "The payment is cancelled already."));
        }

        if (payment.Status == "IN_PROGRESS")
        {
            var dropped = payment with { Status = "CANCELED", BalanceAmount = 0, Cancels = [new TossCancel(payment.BalanceAmount, reason, clock.GetUtcNow(), NewTransaction())] };
            return (current with { Payment = dropped }, TossAnswer.Of(dropped));
        }

        if (payment.Status is not ("DONE" or "PARTIAL_CANCELED"))
        {
            return (current, TossAnswer.Refuse(403, "NOT_CANCELABLE_PAYMENT", $"A payment that is {payment.Status} cannot be cancelled."));
        }

        var cancelled = amount ?? payment.BalanceAmount;
        if (cancelled <= 0 || cancelled > payment.BalanceAmount)
        {
            return (current, TossAnswer.Refuse(403, "NOT_CANCELABLE_AMOUNT", $"At most {payment.BalanceAmount} can be cancelled."));
        }

        var left = payment.BalanceAmount - cancelled;
        var after = payment with
        {
            Status = left == 0 ? "CANCELED" : "PARTIAL_CANCELED",
            BalanceAmount = left,
            LastTransactionKey = NewTransaction(),
            Cancels = [.. payment.Cancels ?? [], new TossCancel(cancelled, reason, clock.GetUtcNow(), NewTransaction())],
        };
        return (current with { Payment = after }, TossAnswer.Of(after));
    });

    /// <inheritdoc />
    public void Dispose() => journal.Dispose();

    private TossAnswer Once(string paymentKey, string answerKey, string? idempotencyKey, Func<SandboxPayment, (SandboxPayment Next, TossAnswer Answer)> act)
    {
        var answer = TossAnswer.Refuse(404, "NOT_FOUND_PAYMENT", "There is no such payment.");
        journal.Change(paymentKey, current =>
        {
            if (current is null)
            {
                return null;
            }

            if (idempotencyKey is not null && current.Answers.TryGetValue(answerKey, out var given))
            {
                answer = given;
                return null;
            }

            var (next, fresh) = act(current);
            answer = fresh;

            // A server error is no outcome: the same key may be tried again.
            return idempotencyKey is null || fresh.Status >= 500
                ? next
                : next with { Answers = new Dictionary<string, TossAnswer>(next.Answers) { [answerKey] = fresh } };
        });
        return answer;
    }

    private static string NewTransaction() => Guid.NewGuid().ToString("N");
}
