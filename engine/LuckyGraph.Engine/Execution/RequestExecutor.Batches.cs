using System.Runtime.CompilerServices;
using System.Text.Json;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Uploads;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution;

// One operation for many sets of variables: queries run together, mutations one after another (6.2.2).
internal sealed partial class RequestExecutor
{
    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<SingleResult>> ExecuteBatchAsync(
        OperationRequest request, IReadOnlyList<JsonElement> variableSets, CancellationToken cancellationToken)
    {
        var results = new SingleResult[variableSets.Count];
        if (PrepareBatch(request, variableSets, results) is not { } batch)
        {
            return results;
        }

        if (batch.Operation.Kind == OperationKind.Mutation)
        {
            for (var i = 0; i < batch.Sets.Length; i++)
            {
                results[batch.Places[i]] = await ExecuteMutationOfBatchAsync(request, batch, i, cancellationToken).ConfigureAwait(false);
            }

            return results;
        }

        var answers = await ExecuteQueriesAsync(request, batch.Operation, batch.Sets, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < answers.Length; i++)
        {
            results[batch.Places[i]] = answers[i];
        }

        return results;
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<BatchItem> StreamBatchAsync(
        OperationRequest request, IReadOnlyList<JsonElement> variableSets, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var results = new SingleResult?[variableSets.Count];
        var prepared = PrepareBatch(request, variableSets, results);
        try
        {
            for (var i = 0; i < results.Length; i++)
            {
                if (results[i] is { } refusal)
                {
                    results[i] = null;
                    yield return new BatchItem(i, refusal);
                }
            }
        }
        finally
        {
            foreach (var unread in results)
            {
                if (unread is not null)
                {
                    await unread.DisposeAsync().ConfigureAwait(false);
                }
            }
        }

        if (prepared is not { } batch)
        {
            yield break;
        }

        if (batch.Operation.Kind == OperationKind.Mutation)
        {
            for (var i = 0; i < batch.Sets.Length; i++)
            {
                yield return new BatchItem(batch.Places[i], await ExecuteMutationOfBatchAsync(request, batch, i, cancellationToken).ConfigureAwait(false));
            }

            yield break;
        }

        await foreach (var (index, result) in StreamQueriesAsync(request, batch.Operation, batch.Sets, cancellationToken).ConfigureAwait(false))
        {
            yield return new BatchItem(batch.Places[index], result);
        }
    }

    /// <summary>The sets that may run; the refusals of the others, or of all, are in <paramref name="results"/>.</summary>
    private Batch? PrepareBatch(OperationRequest request, IReadOnlyList<JsonElement> variableSets, SingleResult?[] results)
    {
        if (variableSets.Count > _environment.Options.MaxBatchSize)
        {
            Refused(_ => Refuse(RequestErrorKind.BadRequest, $"A batch has at most {_environment.Options.MaxBatchSize} sets of variables.", ErrorCodes.Limit), results);
            return null;
        }

        if (!TryPrepare(request, out var operation, out var refusal))
        {
            // Each set has a response, and each response is disposed on its own.
            Refused(i => i == 0 || TryPrepare(request, out _, out var again) ? refusal : again, results);
            return null;
        }

        if (operation.Kind == OperationKind.Subscription)
        {
            Refused(_ => Refuse(RequestErrorKind.BadRequest, "Subscriptions cannot be batched.", ErrorCodes.BadRequest), results);
            return null;
        }

        var sets = new List<VariableSet>(results.Length);
        var places = new List<int>(results.Length);
        for (var i = 0; i < results.Length; i++)
        {
            if (!TryVariables(operation, variableSets[i], VariableFiles.Of(request, i), out var set, out refusal))
            {
                results[i] = refusal;
            }
            else if (CheckCost(request, operation, set) is { } priced)
            {
                results[i] = priced;
            }
            else
            {
                sets.Add(set);
                places.Add(i);
            }
        }

        return new Batch(operation, [.. sets], [.. places]);
    }

    private async ValueTask<SingleResult> ExecuteMutationOfBatchAsync(OperationRequest request, Batch batch, int index, CancellationToken cancellationToken)
        => await ExecuteSingleAsync(request, batch.Operation, batch.Sets[index], cancellationToken).ConfigureAwait(false) as SingleResult
            ?? throw new InvalidOperationException("A mutation answers with a single result.");

    private async ValueTask<SingleResult[]> ExecuteQueriesAsync(
        OperationRequest request, CompiledOperation operation, VariableSet[] sets, CancellationToken cancellationToken)
    {
        var results = new SingleResult[sets.Length];
        if (sets.Length == 0)
        {
            return results;
        }

        await using var services = new RequestServices(request, _environment, cancellationToken);
        var run = new OperationRun(_environment, operation, sets, services);
        try
        {
            var roots = AddRoots(run, request);
            await run.ResolveAsync(roots).ConfigureAwait(false);
            for (var i = 0; i < roots.Length; i++)
            {
                results[i] = WriteResult(run, i, roots[i], request.OnError);
            }

            // Only a run whose resolvers are all done gives its memory back.
            run.Dispose();
            return results;
        }
        catch (OperationCanceledException) when (services.IsTimedOut)
        {
            Refused(_ => Timeout(), results);
            return results;
        }
    }

    // As above, but no more than one response is in memory at a time.
    private async IAsyncEnumerable<BatchItem> StreamQueriesAsync(
        OperationRequest request, CompiledOperation operation, VariableSet[] sets, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (sets.Length == 0)
        {
            yield break;
        }

        await using var services = new RequestServices(request, _environment, cancellationToken);
        var run = new OperationRun(_environment, operation, sets, services);
        var roots = AddRoots(run, request);
        var isResolved = false;
        try
        {
            await run.ResolveAsync(roots).ConfigureAwait(false);
            isResolved = true;
        }
        catch (OperationCanceledException) when (services.IsTimedOut)
        {
            // Every set is answered below.
        }

        for (var i = 0; i < roots.Length; i++)
        {
            yield return new BatchItem(i, isResolved ? WriteResult(run, i, roots[i], request.OnError) : Timeout());
        }

        if (isResolved)
        {
            run.Dispose();
        }
    }

    private static int[] AddRoots(OperationRun run, OperationRequest request)
    {
        var roots = new int[run.Sets.Length];
        for (var i = 0; i < roots.Length; i++)
        {
            roots[i] = run.AddRoot(i, request.RootValue);
        }

        return roots;
    }

    private static void Refused(Func<int, SingleResult> make, SingleResult?[] results)
    {
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = make(i);
        }
    }

    /// <summary>What runs of a batch, and where among the client's sets each belongs.</summary>
    private readonly record struct Batch(CompiledOperation Operation, VariableSet[] Sets, int[] Places);
}
