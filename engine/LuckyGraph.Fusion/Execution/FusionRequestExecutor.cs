using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
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
public sealed class FusionRequestExecutor : IRequestExecutor, IDisposable
{
    private readonly FusionOptions _options;
    private readonly CostEstimator _costs;
    private readonly PlanCache<PreparedOperation> _operations;
    private readonly ConcurrentDictionary<string, PlanCache<PreparedOperation>> _overridden = new(StringComparer.Ordinal);
    private readonly ExecutionResources _resources;
    private readonly SubscriptionHub _subscriptions;

    /// <summary>Makes an executor.</summary>
    /// <param name="schema">The composed schema.</param>
    /// <param name="clients">One client per source schema, matched by name. Disposed with the executor.</param>
    /// <param name="options">Limits.</param>
    /// <exception cref="ArgumentException">A source schema has no client.</exception>
    public FusionRequestExecutor(FusionSchema schema, IEnumerable<SubgraphClient> clients, FusionOptions? options = null)
    {
        FusionSchema = schema;
        _options = options ?? new FusionOptions();
        var byName = clients.ToDictionary(c => c.Name, StringComparer.Ordinal);
        SubgraphClient[] ordered = [.. schema.Sources.Select(s => byName.TryGetValue(s.Name, out var client) ? client
            : throw new ArgumentException($"There is no client for the source schema \"{s.Name}\".", nameof(clients)))];
        _resources = new ExecutionResources
        {
            Clients = ordered,
            InFlight = [.. ordered.Select(c => new InFlightRequests(c))],
            Introspection = SchemaExecutor.Create(schema.Client),
            OnDefect = _options.OnDefect,
            ErrorPolicy = _options.SubgraphErrors,
            MaxResultValues = _options.MaxResultValues,
            MaxResultBytes = _options.MaxResultBytes,
        };
        _costs = new CostEstimator(schema.Client, _options.Cost);
        _operations = NewCache(schema);
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
            client.Dispose();
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
        => GatewayTelemetry.ObservesOperations ? ObserveAsync(request, cancellationToken) : ExecuteAsync(request, null, cancellationToken);

    private async ValueTask<ExecutionResult> ObserveAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        using var observation = new OperationObservation();
        var result = await ExecuteAsync(request, observation, cancellationToken).ConfigureAwait(false);
        observation.Answered(result);
        return result;
    }

    private async ValueTask<ExecutionResult> ExecuteAsync(OperationRequest request, OperationObservation? observation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Refuse(request) is { } refused)
        {
            return refused;
        }

        if (_options.Admission is { } admission && await admission.AdmitAsync(request, 1, cancellationToken).ConfigureAwait(false) is { } turnedAway)
        {
            return FusionResult.OfError(turnedAway.Kind, turnedAway.Message, turnedAway.Code);
        }

        var operation = await Operations().GetAsync(request.Document, request.OperationName).ConfigureAwait(false);
        observation?.Prepared(operation);
        if (Refuse(request, operation) is { } failed)
        {
            return failed;
        }

        if (operation.AccessRules.Length > 0)
        {
            (operation, var failure) = await GrantAsync(request, operation, cancellationToken).ConfigureAwait(false);
            if (failure is not null)
            {
                return FusionResult.OfError(RequestErrorKind.Validation, failure.Message, failure.Code);
            }
        }

        return operation.Plan!.Operation == OperationKind.Subscription
            ? await SubscribeAsync(request, operation, cancellationToken).ConfigureAwait(false)
            : operation.Incremental is { } incremental && request.AllowIncremental
                ? await RunIncrementalAsync(request, operation, incremental, cancellationToken).ConfigureAwait(false)
            : await RunAsync(request, operation, request.Variables, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<SingleResult>> ExecuteBatchAsync(
        OperationRequest request, IReadOnlyList<JsonElement> variableSets, CancellationToken cancellationToken)
    {
        var (operation, refuse) = await PrepareBatchAsync(request, variableSets.Count, cancellationToken).ConfigureAwait(false);
        var results = new SingleResult[variableSets.Count];
        if (refuse is not null)
        {
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = refuse();
            }

            return results;
        }

        if (operation!.Plan!.Operation == OperationKind.Mutation)
        {
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = await RunAsync(request, operation, variableSets[i], cancellationToken).ConfigureAwait(false);
            }

            return results;
        }

        return await Task.WhenAll(RunAll(request, operation, variableSets, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<BatchItem> StreamBatchAsync(
        OperationRequest request, IReadOnlyList<JsonElement> variableSets, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (operation, refuse) = await PrepareBatchAsync(request, variableSets.Count, cancellationToken).ConfigureAwait(false);
        if (refuse is not null || operation!.Plan!.Operation == OperationKind.Mutation)
        {
            for (var i = 0; i < variableSets.Count; i++)
            {
                yield return new BatchItem(i, refuse?.Invoke() ?? await RunAsync(request, operation!, variableSets[i], cancellationToken).ConfigureAwait(false));
            }

            yield break;
        }

        var running = RunAll(request, operation, variableSets, cancellationToken);
        var unread = new HashSet<Task<SingleResult>>(running);
        try
        {
            await foreach (var done in Task.WhenEach(running).ConfigureAwait(false))
            {
                unread.Remove(done);
                yield return new BatchItem(Array.IndexOf(running, done), await done.ConfigureAwait(false));
            }
        }
        finally
        {
            foreach (var task in unread)
            {
                await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (task.IsCompletedSuccessfully)
                {
                    await task.Result.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>The operation of a batch; or what makes the answer to each of its sets, when none of them may run.</summary>
    private async ValueTask<(PreparedOperation? Operation, Func<FusionResult>? Refuse)> PrepareBatchAsync(OperationRequest request, int count, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_options.Admission is { } admission && await admission.AdmitAsync(request, count, cancellationToken).ConfigureAwait(false) is { } turnedAway)
        {
            return (null, () => FusionResult.OfError(turnedAway.Kind, turnedAway.Message, turnedAway.Code));
        }

        if (count > _options.MaxBatchSize)
        {
            return (null, () => FusionResult.OfError(RequestErrorKind.BadRequest, $"A batch has at most {_options.MaxBatchSize} sets of variables.", ErrorCodes.Limit));
        }

        // Each set has a response, and each response is disposed on its own.
        if (Refuse(request) is { } malformed)
        {
            return (null, Again(malformed, () => Refuse(request)!));
        }

        var operation = await Operations().GetAsync(request.Document, request.OperationName).ConfigureAwait(false);
        if (Refuse(request, operation) is { } refusal)
        {
            return (null, Again(refusal, () => Refuse(request, operation)!));
        }

        if (operation.Plan!.Operation == OperationKind.Subscription)
        {
            return (null, () => FusionResult.OfError(RequestErrorKind.BadRequest, "Subscriptions cannot be batched.", ErrorCodes.BadRequest));
        }

        if (operation.AccessRules.Length == 0)
        {
            return (operation, null);
        }

        var (granted, failure) = await GrantAsync(request, operation, cancellationToken).ConfigureAwait(false);
        return failure is null ? (granted, null) : (null, () => FusionResult.OfError(RequestErrorKind.Validation, failure.Message, failure.Code));

        static Func<FusionResult> Again(FusionResult first, Func<FusionResult> next)
        {
            FusionResult? unused = first;
            return () => Interlocked.Exchange(ref unused, null) ?? next();
        }
    }

    private Task<SingleResult>[] RunAll(OperationRequest request, PreparedOperation operation, IReadOnlyList<JsonElement> variableSets, CancellationToken cancellationToken)
    {
        var running = new Task<SingleResult>[variableSets.Count];
        for (var i = 0; i < running.Length; i++)
        {
            running[i] = RunAsync(request, operation, variableSets[i], cancellationToken).AsTask();
        }

        return running;
    }

    private PlanCache<PreparedOperation> NewCache(FusionSchema schema)
        => new(_options.PlanCacheSize, (document, name) => PreparedOperation.Create(schema, _options, _costs, document, name), static o => o.Plan is not null);

    /// <summary>The planned operations under the overrides that this request has: each combination of labels has its own plans.</summary>
    private PlanCache<PreparedOperation> Operations()
    {
        if (FusionSchema.OverrideLabels.IsEmpty)
        {
            return _operations;
        }

        var active = OverrideLabels.Decide(FusionSchema.OverrideLabels, _options.OverrideLabel, Random.Shared.NextDouble() * 100);
        return active.Count == 0 ? _operations : _overridden.GetOrAdd(string.Join('\n', active), _ => NewCache(FusionSchema.WithOverrides(active)));
    }

    private static FusionResult? Refuse(OperationRequest request)
    {
        if (request.Files is { Count: > 0 })
        {
            return FusionResult.OfError(RequestErrorKind.BadRequest, "Files are not forwarded to subgraphs: upload them to the subgraph itself.", ErrorCodes.BadRequest);
        }

        if (!request.Document.IsEmpty)
        {
            return null;
        }

        return request.DocumentId is null
            ? FusionResult.OfError(RequestErrorKind.BadRequest, "The request has no document.", ErrorCodes.BadRequest)
            : FusionResult.OfError(RequestErrorKind.BadRequest, "The persisted operation is unknown.", ErrorCodes.PersistedNotFound);
    }

    private FusionResult? Refuse(OperationRequest request, PreparedOperation operation)
    {
        if (operation.Plan is not { } plan)
        {
            return FusionResult.OfErrors(operation.ErrorKind, operation.Errors);
        }

        if (request.ReadOnly && plan.Operation == OperationKind.Mutation)
        {
            return FusionResult.OfError(RequestErrorKind.MethodNotAllowed, "Mutations need POST.", ErrorCodes.BadRequest);
        }

        if (operation.Introspects && _options.AllowIntrospection?.Invoke(request) == false)
        {
            return FusionResult.OfError(RequestErrorKind.Validation, "Introspection is not allowed here.", GatewayErrorCodes.IntrospectionDisabled);
        }

        return !request.AllowStream && plan.Operation == OperationKind.Subscription
            ? FusionResult.OfError(RequestErrorKind.BadRequest, "Subscriptions need a transport that streams.", ErrorCodes.BadRequest)
            : null;
    }

    private async ValueTask<SingleResult> RunAsync(OperationRequest request, PreparedOperation operation, JsonElement variables, CancellationToken cancellationToken)
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

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_options.ExecutionTimeout);
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
            await cached.StoreAsync(buffer.Memory).ConfigureAwait(false);
        }

        return new FusionResult(buffer, RequestErrorKind.None, document.Errors.Count > 0);
    }

    // Without anything to come later, or where the variables turn it off, the answer is a plain one.
    private async ValueTask<ExecutionResult> RunIncrementalAsync(
        OperationRequest request, PreparedOperation operation, PreparedOperation incremental, CancellationToken cancellationToken)
    {
        if (!incremental.TryBind(request.Variables, out var conditions, out var values, out var errors))
        {
            return FusionResult.OfErrors(RequestErrorKind.Validation, errors);
        }

        var plan = incremental.Plan!;
        var deferred = plan.Defers!.For(plan, conditions);
        if (!deferred.Divides)
        {
            return await RunAsync(request, operation, request.Variables, cancellationToken).ConfigureAwait(false);
        }

        var (cost, answer) = await PriceAsync(request, operation, values, cancellationToken).ConfigureAwait(false);
        if (answer is not null)
        {
            return answer;
        }

        var lifetime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lifetime.CancelAfter(_options.ExecutionTimeout);
        var execution = new OperationExecution(plan, _resources, request.Variables, conditions, RequestHeaders.From(request.State), lifetime.Token, deferred);
        var handedOver = false;
        try
        {
            await execution.RunAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            var delivery = new IncrementalDelivery();
            var buffer = execution.Write(request.OnError, IncludesPlan(request), request.Cost == CostMode.Report ? cost : null, delivery);
            var initial = new FusionResult(buffer, RequestErrorKind.None, execution.Document.Errors.Exists(static e => e.IsDelivered));
            handedOver = delivery.IsAnnounced;
            return handedOver ? new DeferredStream(execution, delivery, initial, request.OnError, lifetime, _options.ExecutionTimeout) : initial;
        }
        finally
        {
            if (!handedOver)
            {
                execution.Document.Dispose();
                lifetime.Dispose();
            }
        }
    }

    private static bool IncludesPlan(OperationRequest request)
        => request.State is { } state && state.TryGetValue(RequestState.IncludePlan, out var wanted) && wanted is true;

    private async ValueTask<ExecutionResult> SubscribeAsync(OperationRequest request, PreparedOperation operation, CancellationToken cancellationToken)
    {
        if (!operation.TryBind(request.Variables, out var conditions, out var values, out var errors))
        {
            return FusionResult.OfErrors(RequestErrorKind.Validation, errors);
        }

        var (_, answer) = await PriceAsync(request, operation, values, cancellationToken).ConfigureAwait(false);
        if (answer is not null)
        {
            return answer;
        }

        // 6.2.3: a subscription has one root field; without it there is nothing to wait for.
        if (operation.Plan!.Root.Output is [{ IsDenied: true } hidden])
        {
            return FusionResult.OfErrors(
                RequestErrorKind.Validation, [new GraphQLError("The caller may not see this field.") { Code = GatewayErrorCodes.Unauthorized, Path = [hidden.ResponseName] }]);
        }

        return new SubscriptionStream(_subscriptions, operation.Plan, request, conditions);
    }

    /// <summary>The operation as the caller may see it, or why it cannot be served so.</summary>
    private async ValueTask<(PreparedOperation Operation, PlanningException? Failure)> GrantAsync(OperationRequest request, PreparedOperation operation, CancellationToken cancellationToken)
    {
        var denied = 0UL;
        for (var i = 0; i < operation.AccessRules.Length; i++)
        {
            var rule = FusionSchema.Access.All[operation.AccessRules[i]];
            if (!await CallerAccess.MeetsAsync(rule, request, _options.Policies, cancellationToken).ConfigureAwait(false))
            {
                denied |= 1UL << i;
            }
        }

        try
        {
            return (operation.Without(denied), null);
        }
        catch (PlanningException e)
        {
            return (operation, e);
        }
    }

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

    /// <summary>What the operation costs where somebody wants to know, and the answer in place of an execution: it costs too much, or only its cost is asked for.</summary>
    private async ValueTask<(OperationPrice? Price, FusionResult? Answer)> PriceAsync(
        OperationRequest request, PreparedOperation operation, VariableValues? values, CancellationToken cancellationToken)
    {
        if (operation.IsAlwaysAllowed && request.Cost == CostMode.None && _options.Admission is null)
        {
            return default;
        }

        if (request.Cost == CostMode.Unknown || (request.Cost != CostMode.None && !_options.Cost.AllowReports))
        {
            var reason = _options.Cost.AllowReports ? "GraphQL-Cost is \"report\" or \"validate\"." : "Costs are not reported here.";
            return (null, FusionResult.OfError(RequestErrorKind.BadRequest, reason, ErrorCodes.BadRequest));
        }

        var (fieldCost, typeCost, error) = operation.Cost(values);
        var price = new OperationPrice(fieldCost, typeCost);
        if (request.Cost == CostMode.Validate)
        {
            return (price, FusionResult.OfPrice(price, error));
        }

        if (error is not null)
        {
            return (price, FusionResult.OfErrors(RequestErrorKind.Validation, [error]));
        }

        return _options.Admission is { } admission
            && await admission.ChargeAsync(request, fieldCost + typeCost, cancellationToken).ConfigureAwait(false) is { } refusal
            ? (price, FusionResult.OfError(refusal.Kind, refusal.Message, refusal.Code))
            : (price, null);
    }
}
