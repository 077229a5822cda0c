using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Fusion.Caching;
using LuckyGraph.Fusion.Events;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Fusion.Telemetry;

namespace LuckyGraph.Fusion.Execution;

/// <summary>Limits of the gateway's executor. The defaults protect a public endpoint.</summary>
public sealed record FusionOptions
{
    /// <summary>Longest execution of one operation, or of one event of a subscription. Default 30 seconds.</summary>
    public TimeSpan ExecutionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most tokens of a document. Default 20,000.</summary>
    public int MaxTokens { get; init; } = 20_000;

    /// <summary>Deepest nesting of a document. Default 200.</summary>
    public int MaxDepth { get; init; } = 200;

    /// <summary>What validation checks.</summary>
    public ValidationOptions Validation { get; init; } = ValidationOptions.Default;

    /// <summary>Bounds of planning.</summary>
    public PlannerOptions Planner { get; init; } = PlannerOptions.Default;

    /// <summary>Operations kept planned. Default 1,000.</summary>
    public int PlanCacheSize { get; init; } = 1_000;

    /// <summary>Most variable sets of one client batch. Default 64.</summary>
    public int MaxBatchSize { get; init; } = 64;

    /// <summary>Events kept for a subscriber that reads slowly. Default 256.</summary>
    public int SubscriptionBuffer { get; init; } = 256;

    /// <summary>What happens to a subscriber whose buffer is full. Default: it is disconnected with an error.</summary>
    public SubscriptionOverflow SubscriptionOverflow { get; init; }

    /// <summary>Most subscriptions of clients at a time; more are refused with <c>LIMIT_EXCEEDED</c>. Default 50,000.</summary>
    public int MaxSubscriptions { get; init; } = 50_000;

    /// <summary>Most subscriptions at a time of one caller, who is known by credentials. Default 1,000.</summary>
    public int MaxSubscriptionsPerCaller { get; init; } = 1_000;

    /// <summary>Names the client of a subscription without credentials, typically by its address; null for one that is not limited. Default: none is.</summary>
    public Func<OperationRequest, string?>? ClientOf { get; init; }

    /// <summary>Most subscriptions at a time without credentials of one client by <see cref="ClientOf"/>. Default 1,000.</summary>
    public int MaxSubscriptionsPerClient { get; init; } = 1_000;

    /// <summary>
    /// Whether a subscription joins an equal one that has had events already. It then misses what the stream began with, so
    /// the default is false; set it where no stream begins with the present state.
    /// </summary>
    public bool JoinRunningSubscriptions { get; init; }

    /// <summary>The event bus that feeds the root fields which declare an event stream. Default none: such subscriptions end with <c>EVENT_STREAM_UNAVAILABLE</c>.</summary>
    public IEventStreams? EventStreams { get; init; }

    /// <summary>Most values that one result is put together of, counting objects, list items and fields. Default 8,000,000 (96 MB).</summary>
    public int MaxResultValues { get; init; } = 8_000_000;

    /// <summary>Largest result in bytes; an entity that stands in many places counts at each. Default 128 MiB.</summary>
    public int MaxResultBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>What operations may cost by <c>@cost</c> and <c>@listSize</c>. Default 5,000 of each cost.</summary>
    public CostOptions Cost { get; init; } = new() { MaxFieldCost = 5_000, MaxTypeCost = 5_000 };

    /// <summary>Whether a caller may select <c>__schema</c> and <c>__type</c>, where <see cref="Validation"/> allows it at all. Default everyone.</summary>
    public Func<OperationRequest, bool>? AllowIntrospection { get; init; }

    /// <summary>Whether a caller may be served now. Default everyone always.</summary>
    public IRequestAdmission? Admission { get; init; }

    /// <summary>Decides about the policies of <c>@policy</c>. Without, none holds.</summary>
    public PolicyEvaluator? Policies { get; init; }

    /// <summary>Keeps responses for everybody. Default none.</summary>
    public IResponseCache? ResponseCache { get; init; }

    /// <summary>Keeps apart what is stored for different schemas: typically a version of the execution schema.</summary>
    public string ResponseCacheScope { get; init; } = "";

    /// <summary>Tells how old stored responses are.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Told of operations that were executed and answered with errors.</summary>
    public Action<OperationErrors>? OnErrors { get; init; }

    /// <summary>What clients see of the errors that subgraphs report. Default everything.</summary>
    public SubgraphErrorPolicy SubgraphErrors { get; init; } = SubgraphErrorPolicy.Default;

    /// <summary>
    /// Decides for one request whether the label of a progressive override (<c>@override(label:)</c>) is active; null leaves it to
    /// the label: <c>percent(n)</c> is active for n % of requests, others are not. Default: always leaves it.
    /// </summary>
    public Func<string, bool?> OverrideLabel { get; init; } = static _ => null;

    /// <summary>
    /// Whether operations have spans only below one that is there already: the host decides once, for the whole request, whether
    /// it is traced. Default false: each operation asks the listeners of its own span.
    /// </summary>
    public bool TracesHostedRequestsOnly { get; init; }

    /// <summary>Told of exceptions that should not happen; clients only see <c>INTERNAL_SERVER_ERROR</c>.</summary>
    public Action<Exception>? OnDefect { get; init; }
}
