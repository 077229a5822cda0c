using System.Net;
using System.Net.Http.Json;
using System.Net.Mail;
using System.Text.Json;

namespace LuckyGraph.Subgraphs.Tests.Sandbox;

public sealed class SandboxTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task Mail_sent_over_SMTP_is_in_its_recipients_mailbox_only()
    {
        using var smtp = new SmtpClient("127.0.0.1", sandbox.SmtpPort);
        await smtp.SendMailAsync(new MailMessage("shop@lucky.example", "mina@example.com", "인증 코드", "코드는 482913 입니다.\n.끝"));

        var mail = await sandbox.Customer.GetFromJsonAsync<JsonElement>("/api/mail?to=MINA@example.com");
        Assert.Equal("인증 코드", mail[0].GetProperty("subject").GetString());
        Assert.Contains("코드는 482913 입니다.", mail[0].GetProperty("body").GetString());
        Assert.Contains("\n.끝", mail[0].GetProperty("body").GetString());
        Assert.Equal(0, (await sandbox.Customer.GetFromJsonAsync<JsonElement>("/api/mail?to=other@example.com")).GetArrayLength());
        Assert.Contains("482913", await sandbox.Customer.GetStringAsync("/mail"));
    }

    [Fact]
    public async Task A_payment_is_captured_once_and_survives_a_crash()
    {
        var key = await BeginAsync("order-captured", 39.98m, "approve");
        var first = await ConfirmAsync(key, "order-captured", 39.98m);
        Assert.Equal("DONE", first.Body.GetProperty("status").GetString());

        await sandbox.RestartAsync();
        var again = await ConfirmAsync(key, "order-captured", 39.98m);
        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
        Assert.Equal("ALREADY_PROCESSED_PAYMENT", again.Body.GetProperty("code").GetString());
        var found = await sandbox.Merchant.GetFromJsonAsync<JsonElement>("/v1/payments/orders/order-captured");
        Assert.Equal(39.98m, found.GetProperty("balanceAmount").GetDecimal());
    }

    [Fact]
    public async Task The_same_idempotency_key_gets_the_first_answer()
    {
        var key = await BeginAsync("order-idempotent", 5m, "approve");
        var first = await ConfirmAsync(key, "order-idempotent", 5m, "once");
        var second = await ConfirmAsync(key, "order-idempotent", 5m, "once");
        Assert.Equal(first.Body.GetRawText(), second.Body.GetRawText());
    }

    [Fact]
    public async Task A_refused_card_and_a_server_error_capture_nothing()
    {
        var refused = await BeginAsync("order-refused", 5m, "decline");
        var answer = await ConfirmAsync(refused, "order-refused", 5m);
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Equal("REJECT_CARD_PAYMENT", answer.Body.GetProperty("code").GetString());

        var failing = await BeginAsync("order-failing", 5m, "server-error");
        Assert.Equal(HttpStatusCode.InternalServerError, (await ConfirmAsync(failing, "order-failing", 5m)).Status);
        Assert.Equal("IN_PROGRESS", (await sandbox.Merchant.GetFromJsonAsync<JsonElement>($"/v1/payments/{failing}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Refunds_never_exceed_what_was_captured()
    {
        var key = await BeginAsync("order-refunded", 10m, "approve");
        await ConfirmAsync(key, "order-refunded", 10m);

        Assert.Equal("PARTIAL_CANCELED", (await CancelAsync(key, 6m)).Body.GetProperty("status").GetString());
        Assert.Equal("NOT_CANCELABLE_AMOUNT", (await CancelAsync(key, 6m)).Body.GetProperty("code").GetString());
        Assert.Equal("CANCELED", (await CancelAsync(key, null)).Body.GetProperty("status").GetString());
        Assert.Equal("ALREADY_CANCELED_PAYMENT", (await CancelAsync(key, null)).Body.GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_merchants_side_is_closed_without_the_secret_key()
    {
        var answer = await sandbox.Customer.PostAsJsonAsync("/v1/payments/confirm", new { paymentKey = "x", orderId = "order-x", amount = 1 });
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private async Task<string> BeginAsync(string orderId, decimal amount, string behaviour)
    {
        using var response = await sandbox.Customer.PostAsJsonAsync("/api/payments", new { orderId, amount, currency = "USD", behaviour });
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("paymentKey").GetString()!;
    }

    private Task<(HttpStatusCode Status, JsonElement Body)> ConfirmAsync(string paymentKey, string orderId, decimal amount, string? idempotencyKey = null)
        => PostAsync("/v1/payments/confirm", new { paymentKey, orderId, amount }, idempotencyKey);

    private Task<(HttpStatusCode Status, JsonElement Body)> CancelAsync(string paymentKey, decimal? cancelAmount)
        => PostAsync($"/v1/payments/{paymentKey}/cancel", new { cancelReason = "changed my mind", cancelAmount }, null);

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, object body, string? idempotencyKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using var response = await sandbox.Merchant.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }
}
