using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Execution.Costs;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Caching;
using LuckyGraph.Fusion.Composition.Federation;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Fusion.Telemetry;
using LuckyGraph.Fusion.Transport;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Execution;

/// <summary>
/// Executes requests against a composed schema: prepared operation from the cache, variables, the plan's fetches, one write.
/// Immutable: a host that reloads its schema makes a new executor and disposes the old one when its last request is over.
/// </summary>
public sealed partial class FusionRequestExecutor : IRequestExecutor, IDisposable
{
    private readonly FusionOptions _options;
    private readonly CostEstimator _costs;
    private readonly PlanCache<PreparedOperation> _operations;
    private readonly ConcurrentDictionary<string, PlanCache<PreparedOperation>> _overridden = new(StringComparer.Ordinal);
    private readonly ExecutionResources _resources;
    private readonly SubscriptionHub _subscriptions;

    /// <summary>Makes an executor.</summary>
    /// <param name="schema">The composed schema.</param>
    /// <param name="clients">One client per source schema that has a server, matched by name. Disposed with the executor.</param>
    /// <param name="options">Limits.</param>
    /// <exception cref="ArgumentException">A source schema has no client.</exception>
    public FusionRequestExecutor(FusionSchema schema, IEnumerable<SubgraphClient> clients, FusionOptions? options = null)
    {
        FusionSchema = schema;
        _options = options ?? new FusionOptions();
        var byName = clients.ToDictionary(c => c.Name, StringComparer.Ordinal);
        SubgraphClient[] ordered = [.. schema.Sources.Select(s => s.IsEventStream ? null! : byName.TryGetValue(s.Name, out var client) ? client
            : throw new ArgumentException($"There is no client for the source schema \"{s.Name}\".", nameof(clients)))];
        _resources = new ExecutionResources
        {
            Schema = schema,
            Clients = ordered,
            InFlight = [.. ordered.Select(static c => c is null ? null! : new InFlightRequests(c))],
            Introspection = SchemaExecutor.Create(schema.Client),
            OnDefect = _options.OnDefect,
            ErrorPolicy = _options.SubgraphErrors,
            MaxResultValues = _options.MaxResultValues,
            MaxResultBytes = _options.MaxResultBytes,
        };
        _costs = new CostEstimator(schema.Client, _options.Cost);
        _operations = NewCache(() => schema);
        _subscriptions = new SubscriptionHub(_resources, _options);
    }

    /// <summary>The composed schema with its source schemas.</summary>
    public FusionSchema FusionSchema { get; }

    /// <inheritdoc />
    public Schema Schema => FusionSchema.Client;

    /// <inheritdoc />
    public void Dispose()
    {
        _subscriptions.Dispose();
        foreach (var client in _resources.Clients)
        {
            client?.Dispose();
        }
    }

    /// <summary>The subscriptions of clients that are open now.</summary>
    public int Subscriptions => _subscriptions.Listeners;

    /// <summary>The streams of subgraphs that are open now.</summary>
    public int SubscriptionUpstreams => _subscriptions.Upstreams;

    /// <summary>
    /// Ends every subscription with a <see cref="StreamInterruptedException"/>, and those that still come: another executor has
    /// taken this one's place, and clients that subscribe again reach it.
    /// </summary>
    public void EndSubscriptions() => _subscriptions.EndAll();

    /// <summary>The operations whose plans are kept, those used last first.</summary>
    /// <param name="most">How many.</param>
    public IReadOnlyList<(ReadOnlyMemory<byte> Document, string? OperationName)> RecentOperations(int most) => _operations.Recent(most);

    /// <summary>
    /// Plans operations before the first request needs them. What cannot be planned any more is passed over: its requests learn why.
    /// </summary>
    public async Task WarmAsync(IReadOnlyList<(ReadOnlyMemory<byte> Document, string? OperationName)> operations, CancellationToken cancellationToken)
    {
        foreach (var (document, name) in operations)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            await _operations.GetAsync(document, name).ConfigureAwait(false);
        }
    }

    /// <summary>Parses, validates and plans a document, without running it.</summary>
    /// <returns>The plan, or the errors that a request with the document gets.</returns>
    public async ValueTask<(OperationPlan? Plan, ImmutableArray<GraphQLError> Errors)> PlanAsync(ReadOnlyMemory<byte> document, string? operationName)
    {
        var prepared = await Operations().GetAsync(document, operationName).ConfigureAwait(false);
        return (prepared.Plan, prepared.Errors);
    }

    /// <inheritdoc />
    public ValueTask<ExecutionResult> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken)
        => Observes ? ObserveAsync(request, cancellationToken) : ExecuteAsync(request, null, cancellationToken);

    private bool Observes => GatewayTelemetry.OperationDuration.Enabled || Traces;

    private bool Traces => _options.TracesHostedRequestsOnly ? GatewayTelemetry.IsTraced : GatewayTelemetry.Source.HasListeners();

    private OperationObservation Observe(OperationRequest request)
        => new(Traces ? OperationObservation.Start(RequestHeaders.From(request.State).TraceParent) : null);

    private async ValueTask<ExecutionResult> ObserveAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        var observation = Observe(request);
        var isOver = true;
        try
        {
            var result = await ExecuteAsync(request, observation, cancellationToken).ConfigureAwait(false);
            observation.Answered(result);
            if (result is DeferredStream deferred)
            {
                deferred.Observation = observation;
                isOver = false;
            }

            return result;
        }
        finally
        {
            if (isOver)
            {
                observation.Dispose();
            }
        }
    }

    // Requests that wait for nothing before their fetches, nearly all, cost no task here.
    private ValueTask<ExecutionResult> ExecuteAsync(OperationRequest request, OperationObservation? observation, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ExecutionResult>(cancellationToken);
        }

        if (Refuse(request) is { } refused)
        {
            return new ValueTask<ExecutionResult>(refused);
        }

        if (_options.Admission is not null)
        {
            return AdmitAsync(request, observation, cancellationToken);
        }

        var preparing = Operations().GetAsync(request.Document, request.OperationName);
        return preparing.IsCompletedSuccessfully
            ? ExecuteAsync(request, preparing.Result, observation, cancellationToken)
            : PrepareAsync(request, preparing, observation, cancellationToken);
    }

    private async ValueTask<ExecutionResult> AdmitAsync(OperationRequest request, OperationObservation? observation, CancellationToken cancellationToken)
        => await _options.Admission!.AdmitAsync(request, 1, cancellationToken).ConfigureAwait(false) is { } turnedAway
            ? FusionResult.OfError(turnedAway.Kind, turnedAway.Message, turnedAway.Code)
            : await PrepareAsync(request, Operations().GetAsync(request.Document, request.OperationName), observation, cancellationToken).ConfigureAwait(false);

    private async ValueTask<ExecutionResult> PrepareAsync(
        OperationRequest request, ValueTask<PreparedOperation> preparing, OperationObservation? observation, CancellationToken cancellationToken)
        => await ExecuteAsync(request, await preparing.ConfigureAwait(false), observation, cancellationToken).ConfigureAwait(false);

    private ValueTask<ExecutionResult> ExecuteAsync(
        OperationRequest request, PreparedOperation operation, OperationObservation? observation, CancellationToken cancellationToken)
    {
        observation?.Prepared(operation);
        return Refuse(request, operation) is { } failed ? new ValueTask<ExecutionResult>(failed)
            : operation.AccessRules.Length > 0 ? ExecuteGrantedAsync(request, operation, cancellationToken)
            : StartAsync(request, operation, cancellationToken);
    }

    private async ValueTask<ExecutionResult> ExecuteGrantedAsync(OperationRequest request, PreparedOperation operation, CancellationToken cancellationToken)
    {
        (operation, var failure) = await GrantAsync(request, operation, cancellationToken).ConfigureAwait(false);
        return failure is not null
            ? FusionResult.OfError(RequestErrorKind.Validation, failure.Message, failure.Code)
            : await StartAsync(request, operation, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<ExecutionResult> StartAsync(OperationRequest request, PreparedOperation operation, CancellationToken cancellationToken)
        => operation.Plan!.Operation == OperationKind.Subscription ? SubscribeAsync(request, operation, cancellationToken)
            : operation.Incremental is { } incremental && request.AllowIncremental ? RunIncrementalAsync(request, operation, incremental, cancellationToken)
            : RunAsync(request, operation, request.Variables, cancellationToken);

    private PlanCache<PreparedOperation> NewCache(Func<FusionSchema> schema)
        => new(_options.PlanCacheSize, (document, name) => PreparedOperation.Create(schema(), _options, _costs, document, name), static o => o.Plan is not null);

    /// <summary>The planned operations under the overrides that this request has: each combination of labels has its own plans.</summary>
    private PlanCache<PreparedOperation> Operations()
    {
        if (FusionSchema.OverrideLabels.IsEmpty)
        {
            return _operations;
        }

        var active = OverrideLabels.Decide(FusionSchema.OverrideLabels, _options.OverrideLabel, Random.Shared.NextDouble() * 100);
        return active.Count == 0 ? _operations : _overridden.GetOrAdd(string.Join('\n', active), _ => NewCache(() => FusionSchema.WithOverrides(active)));
    }

    /// <summary>Runs an operation that has one response.</summary>
    private async ValueTask<ExecutionResult> RunAsync(OperationRequest request, PreparedOperation operation, JsonElement variables, CancellationToken cancellationToken)
    {
        if (!operation.TryBind(variables, out var conditions, out var values, out var errors))
        {
            return FusionResult.OfErrors(RequestErrorKind.Validation, errors);
        }

        var (cost, answer) = await PriceAsync(request, operation, values, cancellationToken).ConfigureAwait(false);
        if (answer is not null)
        {
            return answer;
        }

        var headers = RequestHeaders.From(request.State);
        CachedRequest? cached = null;
        // What depends on who asks is for nobody else, even where nobody signed in.
        if (_options.ResponseCache is not null && operation.Plan!.Operation == OperationKind.Query && operation.AccessRules.Length == 0)
        {
            cached = await CachedRequest.StartAsync(_options, operation.Cache, request, operation.DocumentHash, variables, headers, cancellationToken).ConfigureAwait(false);
            if (cached?.Hit() is { } hit)
            {
                GatewayTelemetry.CacheLookups.Add(1, new KeyValuePair<string, object?>("outcome", "hit"));
                return hit;
            }

            if (cached is not null)
            {
                GatewayTelemetry.CacheLookups.Add(1, new KeyValuePair<string, object?>("outcome", "miss"));
                headers = cached.Watch(headers);
            }
        }

        using var timeout = TimeLimit.Start(_options.ExecutionTimeout, cancellationToken);
        var execution = new OperationExecution(operation.Plan!, _resources, variables, conditions, headers, timeout.Token);
        using var document = execution.Document;
        await execution.RunAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var buffer = execution.Write(request.OnError, IncludesPlan(request), request.Cost == CostMode.Report ? cost : null);
        if (document.Errors.Count > 0)
        {
            Tell(operation, document.Errors);
        }
        else if (cached is not null)
        {
            await cached.StoreAsync(operation.Plan!, buffer.Memory).ConfigureAwait(false);
        }

        return new FusionResult(buffer, RequestErrorKind.None, document.Errors.Count > 0);
    }

    private static bool IncludesPlan(OperationRequest request)
        => request.State is { } state && state.TryGetValue(RequestState.IncludePlan, out var wanted) && wanted is true;

    private void Tell(PreparedOperation operation, List<ResultError> errors)
    {
        if (GatewayTelemetry.Errors.Enabled)
        {
            foreach (var error in errors)
            {
                GatewayTelemetry.Errors.Add(
                    1, new KeyValuePair<string, object?>("code", error.Code), new KeyValuePair<string, object?>("graphql.subgraph.name", error.Service));
            }
        }

        if (_options.OnErrors is { } tell)
        {
            var plan = operation.Plan!;
            tell(new OperationErrors(
                plan.OperationName, plan.Operation.ToString().ToLowerInvariant(), Convert.ToHexStringLower(operation.DocumentHash), errors.Count,
                [.. errors.Select(static e => e.Service is null ? e.Code ?? "" : $"{e.Code}@{e.Service}").Distinct(StringComparer.Ordinal).Take(10)]));
        }
    }
}
