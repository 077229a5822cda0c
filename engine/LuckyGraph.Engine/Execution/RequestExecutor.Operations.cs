using LuckyGraph.Engine.Execution.Costs;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Subscriptions;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution;

/// <content>Runs operations whose variables are coerced (6.2): queries, mutations field by field, events of subscriptions.</content>
internal sealed partial class RequestExecutor
{
    // No effects: nothing to wait for, nothing to schedule.
    private SingleResult ExecutePure(OperationRequest request, CompiledOperation operation, VariableSet set, CancellationToken cancellationToken)
    {
        var services = new RequestServices(request, _environment, cancellationToken);
        using var run = new OperationRun(_environment, operation, set.Alone, services);
        return WriteResult(run, 0, run.AddRoot(0, request.RootValue), request.OnError);
    }

    private async ValueTask<ExecutionResult> ExecuteSingleAsync(
        OperationRequest request, CompiledOperation operation, VariableSet set, CancellationToken cancellationToken)
    {
        if (operation.Kind == OperationKind.Query)
        {
            return (await ExecuteQueriesAsync(request, operation, [set], cancellationToken).ConfigureAwait(false))[0];
        }

        await using var services = new RequestServices(request, _environment, cancellationToken);
        var run = new OperationRun(_environment, operation, set.Alone, services);
        try
        {
            var result = await ExecuteMutationAsync(run, request).ConfigureAwait(false);
            run.Dispose();
            return result;
        }
        catch (OperationCanceledException) when (services.IsTimedOut)
        {
            return Timeout();
        }
    }

    // 6.2.2, 6.3.1 ExecuteSerially: each field is resolved and written with all that lies below before the next one starts.
    private async ValueTask<SingleResult> ExecuteMutationAsync(OperationRun run, OperationRequest request, IncrementalDelivery? delivery = null)
    {
        var root = run.AddRoot(0, request.RootValue);
        var plan = run.Store.Frame(root).Plan;
        var value = run.Store.Frame(root).Value!;
        var writer = new ResponseWriter(_environment.Options.MaxResponseBytes);
        try
        {
            writer.WriteRaw("{\"data\":"u8);
            var start = writer.Position;
            var result = new ResultWriter(run, 0, writer, request.OnError);
            var complete = true;
            foreach (var step in plan.Write)
            {
                if (step.Slot >= 0)
                {
                    await run.ResolveAsync(root, plan.Resolve[step.Slot]).ConfigureAwait(false);
                }

                if (!result.WriteStep(step, value, root))
                {
                    complete = false;
                    break;
                }

                // The next field must not see what was cached before this one's write.
                run.Services.Scheduler.Forget();
            }

            delivery?.Begin(complete ? result.Later : []);
            return Finish(run, 0, writer, start, complete, delivery);
        }
        catch (ResponseTooLargeException exception)
        {
            writer.Dispose();
            return TooLarge(exception);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    internal SingleResult WriteResult(OperationRun run, int set, int root, ErrorMode mode, IncrementalDelivery? delivery = null)
    {
        var writer = new ResponseWriter(_environment.Options.MaxResponseBytes);
        try
        {
            writer.WriteRaw("{\"data\":"u8);
            var start = writer.Position;
            var frame = run.Store.Frame(root);
            var result = new ResultWriter(run, set, writer, mode);
            var complete = result.WriteObject(frame.Plan, frame.Value!, root);
            delivery?.Begin(complete ? result.Later : []);
            if (complete)
            {
                // The object is whole: only what follows it is left to write.
                start = -1;
            }

            return Finish(run, set, writer, start, complete, delivery);
        }
        catch (ResponseTooLargeException exception)
        {
            writer.Dispose();
            return TooLarge(exception);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private async ValueTask<ExecutionResult> ExecuteIncrementalAsync(
        OperationRequest request, CompiledOperation general, VariableSet set, CancellationToken cancellationToken)
    {
        CompiledOperation? operation;
        try
        {
            operation = general.Incremental(set);
        }
        catch (GraphQLException exception)
        {
            return BufferedResult.OfErrors(_environment, RequestErrorKind.Validation, exception.Error);
        }

        if (operation is null)
        {
            return await ExecuteAsync(request, general, set, cancellationToken).ConfigureAwait(false);
        }

        // All passes share the state that resolvers leave for each other.
        request = request with { State = request.State ?? new System.Collections.Concurrent.ConcurrentDictionary<string, object?>() };
        var own = new VariableSet(operation, set.Values);
        var delivery = new IncrementalDelivery();
        var services = new RequestServices(request, _environment, cancellationToken);
        var run = new OperationRun(_environment, operation, [own], services);
        var isKept = false;
        try
        {
            SingleResult initial;
            if (operation.Kind == OperationKind.Mutation)
            {
                initial = await ExecuteMutationAsync(run, request, delivery).ConfigureAwait(false);
            }
            else
            {
                var root = run.AddRoot(0, request.RootValue);
                await run.ResolveAsync([root]).ConfigureAwait(false);
                initial = WriteResult(run, 0, root, request.OnError, delivery);
            }

            run.Dispose();
            if (!delivery.IsAnnounced)
            {
                return initial;
            }

            var stream = new IncrementalStream(_environment, request, operation, own, delivery, initial);
            if (run.HasSources)
            {
                stream.Keep(run);
                isKept = true;
            }

            return stream;
        }
        catch (OperationCanceledException) when (services.IsTimedOut)
        {
            return Timeout();
        }
        finally
        {
            if (!isKept)
            {
                await run.CloseSourcesAsync().ConfigureAwait(false);
                await services.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Executes a subscription's operation for one event (6.2.3.2 MapSourceToResponseEvent).</summary>
    internal async ValueTask<SingleResult> ExecuteEventAsync(
        OperationRequest request, CompiledOperation operation, VariableSet set, object? eventMessage, CancellationToken cancellationToken)
    {
        await using var services = new RequestServices(request, _environment, cancellationToken);
        var run = new OperationRun(_environment, operation, [set], services, eventMessage);
        try
        {
            var root = run.AddRoot(0, null);
            await run.ResolveAsync([root]).ConfigureAwait(false);
            var result = WriteResult(run, 0, root, request.OnError);
            run.Dispose();
            return result;
        }
        catch (OperationCanceledException) when (services.IsTimedOut)
        {
            return Timeout();
        }
    }

    /// <summary>A response for a source stream that failed.</summary>
    internal SingleResult SourceFailed(Exception exception) => BufferedResult.OfErrors(_environment, RequestErrorKind.None, [_environment.ToError(exception)]);

    private async ValueTask<ExecutionResult> SubscribeAsync(
        OperationRequest request, CompiledOperation operation, VariableSet set, CancellationToken cancellationToken)
    {
        var services = new RequestServices(request, _environment, cancellationToken, hasTimeout: false);
        var run = new OperationRun(_environment, operation, set.Alone, services);
        var opened = await run.OpenSourceAsync(request.RootValue).ConfigureAwait(false);
        if (opened.Source is { } source)
        {
            return new SubscriptionStream(this, request, operation, set, source, services);
        }

        await services.DisposeAsync().ConfigureAwait(false);
        var error = opened.Error!;
        run.Errors[0].Add(error, operation.Root.For(set).Resolve[0].Selection, set, [operation.Root.For(set).Resolve[0].Selection.ResponseName]);
        return BufferedResult.OfFiltered(RequestErrorKind.None, run.Errors[0].Items);
    }

    private SingleResult Finish(OperationRun run, int set, ResponseWriter writer, int start, bool complete, IncrementalDelivery? delivery = null)
    {
        var errors = run.Errors[set];
        if (!complete)
        {
            writer.Truncate(start);
            writer.WriteNull();
        }
        else if (start >= 0)
        {
            writer.EndObject(start);
        }

        if (errors.Count > 0)
        {
            writer.WriteRaw(",\"errors\":"u8);
            ErrorWriter.Write(writer, errors.Items);
        }

        if (run.Services.ReportsCost && run.Operation.Cost is { } cost)
        {
            writer.WriteByte((byte)',');
            OperationCost.Write(writer, cost.With(run.Sets[set].Values, _costs.Options).Cost);
        }

        delivery?.WriteInitial(writer);
        writer.WriteByte((byte)'}');
        return writer.Position <= _environment.Options.MaxResponseBytes
            ? BufferedResult.From(writer, RequestErrorKind.None, errors.Count > 0)
            : throw new ResponseTooLargeException(_environment.Options.MaxResponseBytes);
    }
}
