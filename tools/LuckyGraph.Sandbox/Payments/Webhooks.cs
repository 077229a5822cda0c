using System.Threading.Channels;

namespace LuckyGraph.Sandbox.Payments;

/// <summary>
/// Tells the merchant that a payment's status changed (<c>PAYMENT_STATUS_CHANGED</c>). A delivery that is not answered with 200 in
/// ten seconds is tried seven times more, as Toss does, with seconds in place of its minutes.
/// </summary>
public sealed partial class Webhooks(SandboxSettings settings, PaymentDesk desk, TimeProvider clock, ILogger<Webhooks> log) : BackgroundService
{
    private const int Retries = 7;

    private readonly Channel<string> changed = Channel.CreateUnbounded<string>();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Announces that a payment changed.</summary>
    public void Announce(string paymentKey) => changed.Writer.TryWrite(paymentKey);

    /// <inheritdoc />
    public override void Dispose()
    {
        http.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var paymentKey in changed.Reader.ReadAllAsync(stoppingToken))
        {
            if (settings.WebhookUrl is { } url && desk.Find(paymentKey) is { } payment)
            {
                _ = DeliverAsync(url, payment.Payment, stoppingToken);
            }
        }
    }

    private async Task DeliverAsync(string url, TossPayment payment, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt <= Retries && !cancellationToken.IsCancellationRequested; attempt++)
        {
            try
            {
                using var response = await http.PostAsJsonAsync(
                    url, new { eventType = "PAYMENT_STATUS_CHANGED", createdAt = clock.GetUtcNow(), data = payment }, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }

                LogRefused(log, payment.PaymentKey, (int)response.StatusCode);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                LogUnreachable(log, payment.PaymentKey, e.Message);
            }

            await Task.Delay(TimeSpan.FromSeconds(Math.Pow(4, attempt)), clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The webhook for {PaymentKey} was answered with {Status}")]
    private static partial void LogRefused(ILogger log, string paymentKey, int status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The webhook for {PaymentKey} was not delivered: {Reason}")]
    private static partial void LogUnreachable(ILogger log, string paymentKey, string reason);
}
