using System.Runtime.CompilerServices;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Execution;

/// <content>Batches of variables: one operation, admitted, planned and granted once, run with each set.</content>
public sealed partial class FusionRequestExecutor
{
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
                results[i] = Refused(request, refuse);
            }

            return results;
        }

        if (operation!.Plan!.Operation == OperationKind.Mutation)
        {
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = await RunSetAsync(request, operation, variableSets[i], cancellationToken).ConfigureAwait(false);
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
                yield return new BatchItem(
                    i, refuse is not null ? Refused(request, refuse) : await RunSetAsync(request, operation!, variableSets[i], cancellationToken).ConfigureAwait(false));
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
            running[i] = RunSetAsync(request, operation, variableSets[i], cancellationToken).AsTask();
        }

        return running;
    }

    /// <summary>Runs a batch's operation with one set of variables: an operation of its own to whoever observes.</summary>
    private async ValueTask<SingleResult> RunSetAsync(OperationRequest request, PreparedOperation operation, JsonElement variables, CancellationToken cancellationToken)
    {
        using var observation = Observes ? Observe(request) : null;
        observation?.Prepared(operation);
        var result = await RunAsync(request, operation, variables, cancellationToken).ConfigureAwait(false);
        observation?.Answered(result);
        return (SingleResult)result;
    }

    private FusionResult Refused(OperationRequest request, Func<FusionResult> refuse)
    {
        if (!Observes)
        {
            return refuse();
        }

        using var observation = Observe(request);
        var refusal = refuse();
        observation.Answered(refusal);
        return refusal;
    }
}
