using System.Threading.RateLimiting;
using LuckyGraph.Fusion;
using LuckyGraph.Fusion.Transport;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace LuckyGraph.Gateway.Resilience;

/// <summary>
/// Bulkhead, retry and circuit breaker of one subgraph, in this order from outside: a request that is repeated keeps its place,
/// every attempt counts for the circuit, and an open circuit is not tried again.
/// </summary>
internal sealed class ResilientSubgraph : SubgraphPolicy
{
    private static readonly ResiliencePropertyKey<bool> s_mayRepeat = new("lucky.mayRepeat");

    private readonly string _subgraph;
    private readonly ResiliencePipeline<SubgraphAnswer> _pipeline;
    private readonly ConcurrencyLimiter? _bulkhead;

    private ResilientSubgraph(string subgraph, ResilienceSettings settings)
    {
        _subgraph = subgraph;
        _bulkhead = settings.MaxConcurrent == 0 ? null : new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = settings.MaxConcurrent,
            QueueLimit = settings.MaxQueued,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        var pipeline = new ResiliencePipelineBuilder<SubgraphAnswer>();
        if (settings.Retries > 0)
        {
            pipeline.AddRetry(new RetryStrategyOptions<SubgraphAnswer>
            {
                MaxRetryAttempts = settings.Retries,
                Delay = settings.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = static attempt => ValueTask.FromResult(
                    attempt.Context.Properties.GetValue(s_mayRepeat, false)
                    && attempt.Outcome.Exception is SubgraphException { IsTransient: true } or null
                    && (attempt.Outcome.Exception is not null || attempt.Outcome.Result.IsTransientFailure)),
                OnRetry = static attempt =>
                {
                    attempt.Outcome.Result.Dispose();
                    return default;
                },
            });
        }

        if (settings.BreakerPercent > 0)
        {
            pipeline.AddCircuitBreaker(new CircuitBreakerStrategyOptions<SubgraphAnswer>
            {
                FailureRatio = settings.BreakerPercent / 100.0,
                MinimumThroughput = settings.BreakerMinRequests,
                SamplingDuration = settings.BreakerWindow,
                BreakDuration = settings.BreakerPause,
                ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome.Exception is null
                    ? attempt.Outcome.Result.IsTransientFailure
                    : attempt.Outcome.Exception is SubgraphException { IsTransient: true } or SubgraphException { Code: GatewayErrorCodes.Timeout }),
            });
        }

        _pipeline = pipeline.Build();
    }

    /// <summary>The policy of a subgraph; null where its settings ask for none.</summary>
    public static SubgraphPolicy? For(string subgraph, ResilienceSettings settings) => settings.IsNeeded ? new ResilientSubgraph(subgraph, settings) : null;

    public override async ValueTask<SubgraphAnswer> SendAsync(SubgraphCall call, CancellationToken cancellationToken)
    {
        if (_bulkhead is null)
        {
            return await RunAsync(call, cancellationToken);
        }

        using var lease = await _bulkhead.AcquireAsync(1, cancellationToken);
        return lease.IsAcquired
            ? await RunAsync(call, cancellationToken)
            : throw new SubgraphException(GatewayErrorCodes.Busy, $"The gateway waits for too many answers of the subgraph \"{_subgraph}\" already.");
    }

    private async ValueTask<SubgraphAnswer> RunAsync(SubgraphCall call, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        context.Properties.Set(s_mayRepeat, call.MayRepeat);
        try
        {
            return await _pipeline.ExecuteAsync(static (context, call) => call.SendAsync(context.CancellationToken), context, call);
        }
        catch (BrokenCircuitException e)
        {
            throw new SubgraphException(GatewayErrorCodes.CircuitOpen, $"The subgraph \"{_subgraph}\" failed too often and is not asked for a while.", e);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
