using System.Text.Json;

namespace LuckyGraph.Orders.Payments;

/// <summary>
/// <c>POST /webhooks/toss</c>. A webhook is a hint that anybody could send: only its payment key is used, to ask Toss itself.
/// Answers 200 when nothing is left to do, so that Toss stops repeating, and 503 when Toss should come again.
/// </summary>
internal static class TossWebhook
{
    private const int MaxBody = 64 * 1024;

    public static void MapTossWebhook(this IEndpointRouteBuilder endpoints)
        => endpoints.MapPost("/webhooks/toss", HandleAsync).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MaxBody));

    private static async Task<IResult> HandleAsync(HttpRequest request, IPaymentGateway gateway, OutcomeDesk outcomes, CancellationToken ct)
    {
        string? key, orderId;
        try
        {
            using var json = await JsonDocument.ParseAsync(request.Body, new JsonDocumentOptions { MaxDepth = 16 }, ct);
            var data = json.RootElement.GetProperty("data");
            key = data.GetProperty("paymentKey").GetString();
            orderId = data.GetProperty("orderId").GetString();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Results.BadRequest();
        }

        if (key is not { Length: > 0 and <= 200 } || !Guid.TryParseExact(orderId, "N", out var paymentId))
        {
            // Not a payment of ours.
            return Results.Ok();
        }

        var answer = await gateway.FetchAsync(key, ct);
        if (answer.Outcome == ProviderOutcome.Unknown)
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        if (answer.ProviderOrderId == orderId && answer.Outcome is ProviderOutcome.Captured or ProviderOutcome.Declined or ProviderOutcome.Cancelled)
        {
            await outcomes.ApplyAsync(paymentId, answer, PaymentStep.Webhook, CancellationToken.None);
        }

        return Results.Ok();
    }
}
