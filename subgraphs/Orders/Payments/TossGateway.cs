using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LuckyGraph.Contracts;
using LuckyGraph.Hosting;

namespace LuckyGraph.Orders.Payments;

/// <summary>
/// Toss Payments' core API: confirm, look up and cancel a payment over HTTP with basic authentication by the secret key.
/// Every answer is mapped to what is certain; a timeout, a server error or an answer that cannot be read is not.
/// </summary>
public sealed class TossGateway(HttpClient http, SubgraphSettings settings, IConfiguration configuration) : IPaymentGateway
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public PaymentProvider Provider => PaymentProvider.Toss;

    public PaymentWindow WindowOf(Payment payment) => new(
        $"{settings.SandboxUrl}/pay?orderId={payment.ProviderOrderId}&amount={Amount(payment.Amount)}&currency={payment.CurrencyCode.Code()}",
        configuration["LUCKY_TOSS_CLIENT_KEY"] ?? "test_ck_lucky");

    public Task<ProviderAnswer> ConfirmAsync(Payment payment, string providerKey, CancellationToken ct)
        => SendAsync(
            HttpMethod.Post, "/v1/payments/confirm", payment.Id,
            new { paymentKey = providerKey, orderId = payment.ProviderOrderId, amount = payment.Amount.Amount }, ct);

    public Task<ProviderAnswer> FetchAsync(string providerKey, CancellationToken ct)
        => SendAsync(HttpMethod.Get, $"/v1/payments/{Uri.EscapeDataString(providerKey)}", null, null, ct);

    public Task<ProviderAnswer> CancelAsync(string providerKey, Money? amount, string reason, Guid idempotencyKey, CancellationToken ct)
        => SendAsync(
            HttpMethod.Post, $"/v1/payments/{Uri.EscapeDataString(providerKey)}/cancel", idempotencyKey,
            amount is null ? new { cancelReason = reason } : new { cancelReason = reason, cancelAmount = amount.Amount }, ct);

    private async Task<ProviderAnswer> SendAsync(HttpMethod method, string path, Guid? idempotencyKey, object? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, settings.SandboxUrl + path);
        // The secret key is the user name; the password stays empty.
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(settings.TossSecretKey + ":")));
        if (idempotencyKey is { } key)
        {
            request.Headers.Add("Idempotency-Key", key.ToString());
        }

        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Timeout);
        try
        {
            using var response = await http.SendAsync(request, deadline.Token);
            using var json = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(deadline.Token), default, deadline.Token);
            return response.IsSuccessStatusCode ? Payment(json.RootElement) : Refusal(response.StatusCode, json.RootElement);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException or InvalidOperationException or FormatException or OverflowException or KeyNotFoundException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new ProviderAnswer(ProviderOutcome.Unknown, Code: "NO_ANSWER", Message: e.Message);
        }
    }

    private static ProviderAnswer Payment(JsonElement json)
    {
        var status = json.GetProperty("status").GetString();
        var outcome = status switch
        {
            "DONE" => ProviderOutcome.Captured,
            "READY" or "IN_PROGRESS" or "WAITING_FOR_DEPOSIT" => ProviderOutcome.Waiting,
            "ABORTED" or "EXPIRED" => ProviderOutcome.Declined,
            "CANCELED" or "PARTIAL_CANCELED" => ProviderOutcome.Cancelled,
            _ => ProviderOutcome.Unknown,
        };
        Money? amount = json.TryGetProperty("totalAmount", out var total)
            && Currencies.TryParse(json.TryGetProperty("currency", out var code) ? code.GetString() : "KRW", out var currency)
            ? Money.FromAmount(total.GetDecimal(), currency)
            : null;
        return new ProviderAnswer(
            outcome, json.GetProperty("paymentKey").GetString(), json.GetProperty("orderId").GetString(), amount, status);
    }

    private static ProviderAnswer Refusal(HttpStatusCode status, JsonElement json)
    {
        var code = json.TryGetProperty("code", out var value) ? value.GetString() : null;
        var message = json.TryGetProperty("message", out value) ? value.GetString() : null;
        var outcome = (status, code) switch
        {
            // The same key is being worked on, or was: ask for the payment itself.
            (_, "ALREADY_PROCESSED_PAYMENT" or "IDEMPOTENT_REQUEST_PROCESSING" or "ALREADY_PROCESSING_REQUEST") => ProviderOutcome.Unknown,
            (HttpStatusCode.NotFound, _) => ProviderOutcome.NotFound,
            (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized, _) => ProviderOutcome.Unknown,
            _ when (int)status >= 500 || code is null => ProviderOutcome.Unknown,
            (_, "ALREADY_CANCELED_PAYMENT") => ProviderOutcome.Cancelled,
            _ => ProviderOutcome.Declined,
        };
        return new ProviderAnswer(outcome, Code: code ?? $"HTTP_{(int)status}", Message: message);
    }

    private static string Amount(Money money) => money.Amount.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
