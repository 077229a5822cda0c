using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Mvc;

namespace LuckyGraph.Sandbox.Payments;

/// <summary>The merchant's API as Toss documents it, and the customer's side as a page and an API.</summary>
internal static class PaymentEndpoints
{
    private sealed record BeginRequest(string? OrderId, string? OrderName, decimal? Amount, string? Currency, PaymentBehaviour? Behaviour);

    private sealed record ConfirmRequest(string? PaymentKey, string? OrderId, decimal? Amount);

    private sealed record CancelRequest(string? CancelReason, decimal? CancelAmount);

    public static void AddPayments(this IServiceCollection services)
    {
        services.AddSingleton<PaymentDesk>();
        services.AddSingleton<Webhooks>();
        services.AddHostedService(provider => provider.GetRequiredService<Webhooks>());
    }

    public static void MapPayments(this IEndpointRouteBuilder app)
    {
        var merchant = app.MapGroup("/v1/payments").AddEndpointFilter(RequireSecretKeyAsync);
        merchant.MapPost("/confirm", ConfirmAsync);
        merchant.MapGet("/{paymentKey}", (string paymentKey, PaymentDesk desk) => Answer(desk.Find(paymentKey)));
        merchant.MapGet("/orders/{orderId}", (string orderId, PaymentDesk desk) => Answer(desk.FindByOrder(orderId)));
        merchant.MapPost("/{paymentKey}/cancel", Cancel);

        app.MapPost("/api/payments", Begin);
        app.MapGet("/pay", (string? orderId, decimal? amount, string? currency, string? orderName) =>
            orderId is null || amount is null
                ? Page.Html("Sandbox payment", "<p>A checkout's address carries <code>orderId</code>, <code>amount</code> and <code>currency</code>.</p>")
                : Page.Html($"Pay {amount} {currency ?? "KRW"}", PayForm(orderId, amount.Value, currency ?? "KRW", orderName ?? "Order")));
    }

    private static IResult Begin(BeginRequest request, PaymentDesk desk)
    {
        if (request.OrderId is not { Length: >= 6 and <= 64 } orderId || request.Amount is not > 0)
        {
            return Answer(TossAnswer.Refuse(400, "INVALID_REQUEST", "orderId has 6 to 64 characters and amount is above 0."));
        }

        var begun = desk.Begin(orderId, request.OrderName ?? "Order", request.Amount.Value, request.Currency ?? "KRW", request.Behaviour ?? PaymentBehaviour.Approve);
        return Results.Json(new { paymentKey = begun.Payment.PaymentKey, status = begun.Payment.Status }, statusCode: 201);
    }

    private static async Task<IResult> ConfirmAsync(
        ConfirmRequest request, [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey, PaymentDesk desk, Webhooks webhooks, TimeProvider clock)
    {
        if (request is not { PaymentKey: { } paymentKey, OrderId: { } orderId, Amount: { } amount })
        {
            return Answer(TossAnswer.Refuse(400, "INVALID_REQUEST", "paymentKey, orderId and amount are required."));
        }

        var before = desk.Find(paymentKey);
        var answer = desk.Confirm(paymentKey, orderId, amount, idempotencyKey);
        if (before is not null && desk.Find(paymentKey)!.Payment.Status != before.Payment.Status)
        {
            webhooks.Announce(paymentKey);
        }

        // What was asked for is done already: a client that gives up here does not undo it.
        if (answer.Payment is not null && before?.Behaviour is PaymentBehaviour.Timeout or PaymentBehaviour.WebhookFirst)
        {
            await Task.Delay(before!.Behaviour == PaymentBehaviour.Timeout ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(1), clock);
        }

        return Answer(answer);
    }

    private static IResult Cancel(
        string paymentKey, CancelRequest request, [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey, PaymentDesk desk, Webhooks webhooks)
    {
        if (request.CancelReason is not { Length: > 0 } reason)
        {
            return Answer(TossAnswer.Refuse(400, "INVALID_REQUEST", "cancelReason is required."));
        }

        var answer = desk.Cancel(paymentKey, request.CancelAmount, reason, idempotencyKey);
        if (answer.Payment is not null)
        {
            webhooks.Announce(paymentKey);
        }

        return Answer(answer);
    }

    private static IResult Answer(SandboxPayment? payment)
        => Answer(payment is null ? TossAnswer.Refuse(404, "NOT_FOUND_PAYMENT", "There is no such payment.") : TossAnswer.Of(payment.Payment));

    private static IResult Answer(TossAnswer answer)
        => answer.Payment is not null ? Results.Json(answer.Payment) : Results.Json(answer.Error, statusCode: answer.Status);

    // Basic authentication: the secret key is the user name, the password is empty.
    private static ValueTask<object?> RequireSecretKeyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var settings = context.HttpContext.RequestServices.GetRequiredService<SandboxSettings>();
        var expected = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.TossSecretKey}:"))}";
        var given = context.HttpContext.Request.Headers.Authorization.ToString();
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given))
            ? next(context)
            : ValueTask.FromResult<object?>(Answer(TossAnswer.Refuse(401, "UNAUTHORIZED_KEY", "The secret key is missing or wrong.")));
    }

    private static string PayForm(string orderId, decimal amount, string currency, string orderName) =>
        $$"""
        <article>
          <h2>{{Page.Text(orderName)}}</h2>
          <div class="meta">order {{Page.Text(orderId)}}</div>
          <p>No money moves here. Choose how the card behaves:</p>
          <p>
            <button data-behaviour="approve">Approve</button><button data-behaviour="decline">Decline</button>
            <button data-behaviour="timeout">Answer late</button><button data-behaviour="server-error">Fail</button>
          </p>
          <div id="result"></div>
        </article>
        <script>
          const order = {{System.Text.Json.JsonSerializer.Serialize(new { orderId, amount, currency, orderName })}};
          for (const button of document.querySelectorAll('button')) button.onclick = async () => {
            const response = await fetch('/api/payments', {
              method: 'POST', headers: { 'Content-Type': 'application/json' },
              body: JSON.stringify({ ...order, behaviour: button.dataset.behaviour }),
            });
            const { paymentKey } = await response.json();
            const result = document.getElementById('result');
            result.textContent = 'Hand this token to paymentConfirm as providerToken: ';
            result.appendChild(Object.assign(document.createElement('code'), { textContent: paymentKey }));
          };
        </script>
        """;
}
