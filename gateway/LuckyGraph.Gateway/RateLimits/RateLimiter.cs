using System.Globalization;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Telemetry;

namespace LuckyGraph.Gateway.RateLimits;

/// <summary>Turns away clients that ask more often, or for more, than they may. Operations of batches, sockets and streams count like any other.</summary>
internal sealed class RateLimiter(RateLimitSettings settings, SharedRateCounters counters) : IRequestAdmission
{
    private static readonly RequestRefusal s_tooMany = new("Too many requests: try again later.", GatewayErrorCodes.RateLimited, RequestErrorKind.TooManyRequests);
    private static readonly RequestRefusal s_tooDear = new(
        "The operations of this client cost too much together: try again later, or select less.", GatewayErrorCodes.RateLimited, RequestErrorKind.TooManyRequests);

    /// <inheritdoc />
    public ValueTask<RequestRefusal?> AdmitAsync(OperationRequest request, int executions, CancellationToken cancellationToken)
    {
        if (RequestOrigin.Of(request) is not { } origin)
        {
            return default;
        }

        var limit = origin.Key?.Requests ?? settings.Requests;
        return limit.IsOff || origin.NameOf(request.User) is not { } client ? default : TakeAsync(origin, "requests:" + client, limit, executions, s_tooMany);
    }

    /// <inheritdoc />
    public ValueTask<RequestRefusal?> ChargeAsync(OperationRequest request, double cost, CancellationToken cancellationToken)
        => settings.Cost.IsOff || cost <= 0 || RequestOrigin.Of(request) is not { } origin || origin.NameOf(request.User) is not { } client
            ? default
            : TakeAsync(origin, "cost:" + client, settings.Cost, cost, s_tooDear);

    private async ValueTask<RequestRefusal?> TakeAsync(RequestOrigin origin, string client, RateLimit limit, double amount, RequestRefusal refusal)
    {
        var wait = await counters.TakeAsync(client, limit, amount).ConfigureAwait(false);
        if (wait <= TimeSpan.Zero)
        {
            return null;
        }

        if (origin.Context?.Response is { HasStarted: false } response)
        {
            response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        GatewayTelemetry.RateLimited.Add(1, new KeyValuePair<string, object?>("limit", refusal == s_tooDear ? "cost" : "requests"));
        return refusal;
    }
}
