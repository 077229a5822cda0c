using System.Collections.Concurrent;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Fusion.Transport;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Execution;

/// <summary>
/// Runs a plan for one request: starts every fetch whose predecessors are over, places answers as they come, writes the result
/// when nothing is left. The result has one owner at a time: completions queue up, and whoever finds the queue unattended
/// attends to it.
/// </summary>
internal sealed partial class OperationExecution
{
    private readonly OperationPlan _plan;
    private readonly ExecutionResources _resources;
    private readonly JsonElement _variables;
    private readonly ulong _conditions;
    private readonly RequestHeaders _headers;
    private readonly CancellationToken _cancellationToken;
    private readonly int[] _waiting;
    private ConcurrentQueue<FetchRun>? _completed;
    private readonly TaskCompletionSource _done;
    private readonly BatchRun[] _batches;
    private int _unattended;
    private int _open;

    public OperationExecution(
        OperationPlan plan, ExecutionResources resources, JsonElement variables, ulong conditions, RequestHeaders headers, CancellationToken cancellationToken,
        DeferredPlan? deferred = null)
    {
        _deferred = deferred;
        // Whoever waits goes on writing the result, unless more fetches are to place their answers meanwhile.
        _done = new TaskCompletionSource(deferred is null ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        _plan = plan;
        _resources = resources;
        _variables = variables;
        _conditions = conditions;
        _headers = headers;
        _cancellationToken = cancellationToken;
        Document = new ResultDocument(plan, resources.MaxResultValues);
        _waiting = new int[plan.Fetches.Length];
        _batches = plan.Batches.Length == 0 ? [] : new BatchRun[plan.Batches.Length];
        _open = plan.Fetches.Length - (deferred?.LaterCount ?? 0);
        for (var i = 0; i < _waiting.Length; i++)
        {
            _waiting[i] = plan.Fetches[i].Dependencies.Length;
        }
    }

    public ResultDocument Document { get; }

    /// <summary>Runs all fetches. Completes when the last one is over; never throws for what a subgraph did.</summary>
    /// <param name="sourceEvent">The event of a subscription: the answer of its first fetch. Taken over.</param>
    public Task RunAsync(PooledBuffer? sourceEvent = null)
    {
        if (_open == 0)
        {
            // Everything is excluded, or is the name of the root type.
            return Task.CompletedTask;
        }

        _unattended = 1;
        for (var i = 0; i < _plan.Fetches.Length; i++)
        {
            if (_plan.Fetches[i].Dependencies.IsEmpty && !Holds(i))
            {
                if (_plan.Fetches[i].Kind == FetchKind.Event)
                {
                    TakeEvent(i, sourceEvent!);
                }
                else
                {
                    Start(i);
                }
            }
        }

        Attend();
        return _done.Task;
    }

    /// <summary>Writes the response; the initial one when more follows.</summary>
    public PooledBuffer Write(ErrorMode mode, bool includePlan, OperationPrice? price = null, IncrementalDelivery? delivery = null)
    {
        var buffer = new PooledBuffer(_plan.Size.Response + 256) { MaxLength = _resources.MaxResultBytes };
        buffer.Write("{\"data\":"u8);
        List<LaterFields>? later = null;
        try
        {
            var writer = new ResultWriter(Document, buffer, _conditions, mode == ErrorMode.Null, _deferred);
            writer.WriteData();
            later = writer.Later;
        }
        catch (BufferLimitException)
        {
            buffer.Truncate(8);
            buffer.Write("null"u8);
            Document.Errors.Clear();
            Document.Errors.Add(new ResultError { Message = $"The result is larger than {buffer.MaxLength} bytes.", Code = ErrorCodes.Limit });
        }

        // Errors are bounded by their number.
        buffer.MaxLength = Array.MaxLength;
        var errors = _deferred is null ? Document.Errors : TakeErrors(null, []);
        if (errors.Count > 0)
        {
            if (mode == ErrorMode.Halt)
            {
                buffer.Truncate(8);
                buffer.Write("null"u8);
                later = null;
            }

            buffer.Write(",\"errors\":"u8);
            ResultError.Write(buffer, errors);
        }

        if (includePlan || price is not null)
        {
            buffer.Write(",\"extensions\":{"u8);
            price?.Write(buffer);
            if (includePlan)
            {
                buffer.Write(price is null ? "\"plan\":"u8 : ",\"plan\":"u8);
                buffer.Write(_plan.ToJson());
            }

            buffer.Write((byte)'}');
        }

        if (delivery is not null)
        {
            Announce(delivery, later ?? [], buffer);
        }

        buffer.Write((byte)'}');
        _plan.Size.Response = buffer.Length;
        return buffer;
    }

    private void TakeEvent(int index, PooledBuffer sourceEvent)
    {
        var run = new FetchRun(_plan.Fetches[index], index);
        run.PrepareRoot(Document, _variables);
        run.Requests[0].Response = sourceEvent;
        Place(run);
    }

    private void Start(int index)
    {
        var node = _plan.Fetches[index];
        if (!Conditions.Hold(node.Conditions, _conditions) || _cancellationToken.IsCancellationRequested)
        {
            Join(node, null);
            Finish(index);
            return;
        }

        if (node.Nodes is { } nodes)
        {
            NodeObjects.Place(Document, nodes, _variables);
            Finish(index);
            return;
        }

        var run = new FetchRun(node, index);
        if (node.Kind == FetchKind.Introspection)
        {
            run.PrepareRoot(Document, _variables);
            _ = IntrospectAsync(run);
            return;
        }

        var client = _resources.Clients[node.Source!.Id];
        if (node.Kind != FetchKind.Lookup)
        {
            run.PrepareRoot(Document, _variables);
            Send(run, client);
            return;
        }

        run.CollectEntities(Document, _variables);
        if (run.RowCount == 0)
        {
            run.Dispose();
            Join(node, null);
            Finish(index);
        }
        else if (node.Batch >= 0)
        {
            Join(node, run);
        }
        else
        {
            Send(run, client);
        }
    }

    /// <summary>Counts a fetch of a batch as ready, with nothing to send or with a run. The last one sends them all.</summary>
    private void Join(FetchNode node, FetchRun? run)
    {
        if (node.Batch < 0)
        {
            return;
        }

        ref var batch = ref _batches[node.Batch];
        batch.Ready++;
        if (run is not null)
        {
            (batch.Runs ??= []).Add(run);
        }

        var fetches = _plan.Batches[node.Batch];
        if (batch.Ready < fetches.Count || batch.Runs is not { } runs)
        {
            return;
        }

        var client = _resources.Clients[node.Source!.Id];
        if (runs.Count > 1 && !fetches.IsList && MergedRequest.TryMake(fetches, runs, _variables, client.Options) is { } merged)
        {
            _ = SendMergedAsync(merged, fetches, runs, client);
            return;
        }

        if (runs.Count > 1 && fetches.IsList && SizeOf(runs) <= client.Options.MaxBatchSize)
        {
            _ = SendBatchAsync(runs, client);
            return;
        }

        foreach (var member in runs)
        {
            Send(member, client);
        }
    }

    private static int SizeOf(List<FetchRun> runs)
    {
        var size = runs.Count;
        foreach (var run in runs)
        {
            size += run.RowCount;
        }

        return size;
    }

    private async Task SendMergedAsync(FetchRequest request, FetchBatch batch, List<FetchRun> runs, SubgraphClient client)
    {
        await SendAsync(request, client, runs[0].Node).ConfigureAwait(false);
        request.Body?.Dispose();
        runs[0].Merged = new MergedAnswer(batch, runs, request);
        Post(runs[0]);
    }

    private async Task SendBatchAsync(List<FetchRun> runs, SubgraphClient client)
    {
        foreach (var run in runs)
        {
            run.MakeRequests(client.Options);
        }

        var request = new FetchRequest { Body = BatchAnswer.Body(runs), FirstRow = 0, RowCount = 2, Form = runs[0].Node.BatchForm, MayRepeat = true };
        await SendAsync(request, client, runs[0].Node).ConfigureAwait(false);
        request.Body?.Dispose();
        if (request.Response is { } response)
        {
            try
            {
                BatchAnswer.Split(Document, response, runs);
            }
            catch (InvalidResponseException e)
            {
                response.Dispose();
                request.Failure = new SubgraphException(
                    GatewayErrorCodes.InvalidResponse, $"The answer of the subgraph \"{client.Name}\" is no GraphQL response: {e.Message}.");
            }
        }

        foreach (var run in runs)
        {
            run.Requests[0].Failure = request.Failure;
        }

        // Posting the last one may end the request, so nothing is touched after.
        foreach (var run in runs)
        {
            Post(run);
        }
    }

    private void Send(FetchRun run, SubgraphClient client)
    {
        if (run.Requests.Count == 0)
        {
            run.MakeRequests(client.Options);
        }

        _ = run.Requests.Count == 1 ? SendAsync(run.Requests[0], client, run.Node, run) : SendAllAsync(run, client);
    }

    private async Task SendAllAsync(FetchRun run, SubgraphClient client)
    {
        var sending = new Task[run.Requests.Count];
        for (var i = 0; i < sending.Length; i++)
        {
            sending[i] = SendAsync(run.Requests[i], client, run.Node);
        }

        await Task.WhenAll(sending).ConfigureAwait(false);
        Post(run);
    }

    /// <param name="request">What is sent, and where its answer goes.</param>
    /// <param name="client">To whom.</param>
    /// <param name="node">The fetch, or the first of several.</param>
    /// <param name="run">The run that is over with this request; null when more than it is awaited.</param>
    private async Task SendAsync(FetchRequest request, SubgraphClient client, FetchNode node, FetchRun? run = null)
    {
        var isBatch = request.Form == BatchForm.Variables;
        try
        {
            if (client.MayShare && _plan.Operation != OperationKind.Mutation)
            {
                var body = request.Body!;
                request.Body = null;
                request.Response = await _resources.InFlight[node.Source!.Id].SendAsync(body, isBatch, _headers, _cancellationToken).ConfigureAwait(false);
            }
            else
            {
                var answer = await client.AskAsync(request.Body!.Memory, isBatch, request.MayRepeat, _headers, _cancellationToken).ConfigureAwait(false);
                _headers.Sink?.Add(client.Name, answer.Headers);
                request.Response = answer.Body;
            }
        }
        catch (OperationCanceledException)
        {
            request.Failure = new SubgraphException(GatewayErrorCodes.Timeout, $"The request ran out of time while the subgraph \"{client.Name}\" was asked.");
        }
        catch (Exception e)
        {
            request.Failure = e;
        }

        if (node.IsMutation)
        {
            // Who asks from now on must see what it changed.
            foreach (var requests in _resources.InFlight)
            {
                requests.Seal();
            }
        }

        if (run is not null)
        {
            Post(run);
        }
    }

    private async Task IntrospectAsync(FetchRun run)
    {
        var request = run.Requests[0];
        try
        {
            await using var result = await _resources.Introspection.ExecuteAsync(
                new OperationRequest { Document = System.Text.Encoding.UTF8.GetBytes(run.Node.Document), Variables = _variables }, _cancellationToken).ConfigureAwait(false);
            var json = ((SingleResult)result).Json;
            request.Response = new PooledBuffer(json.Length);
            request.Response.Write(json.Span);
        }
        catch (Exception e)
        {
            request.Failure = e;
        }

        Post(run);
    }

    private void Post(FetchRun run)
    {
        if (_deferred is null && Interlocked.CompareExchange(ref _unattended, 1, 0) == 0)
        {
            // The usual case: nobody else is at it.
            Place(run);
            Attend();
            return;
        }

        (_completed ?? Interlocked.CompareExchange(ref _completed, new ConcurrentQueue<FetchRun>(), null) ?? _completed).Enqueue(run);
        if (Interlocked.Increment(ref _unattended) == 1)
        {
            Take();
            Attend();
        }
    }

    private void Attend()
    {
        while (Interlocked.Decrement(ref _unattended) != 0)
        {
            Take();
        }
    }

    private void Take()
    {
        if (_completed is not { } completed || !completed.TryDequeue(out var run))
        {
            return;
        }

        if (_deferred is null)
        {
            Place(run);
            return;
        }

        lock (_writing)
        {
            Place(run);
        }
    }

    private void Place(FetchRun run)
    {
        if (run.Merged is { } merged)
        {
            run.Merged = null;
            Place(merged);
            return;
        }

        try
        {
            new FetchResponse(Document, run, _conditions, _resources.ErrorPolicy).Place();
        }
        catch (Exception e)
        {
            // A defect here must not leave the request hanging.
            Document.Errors.Add(new ResultError { Message = "The response could not be merged.", Code = ErrorCodes.Internal, Service = run.Node.Service, Path = null });
            _resources.OnDefect?.Invoke(e);
        }

        run.Dispose();
        Finish(run.Index);
    }

    private void Place(MergedAnswer merged)
    {
        List<FetchRun> unanswered = [];
        try
        {
            unanswered = new MergedResponse(Document, merged, _conditions, _resources.ErrorPolicy).Place();
        }
        catch (Exception e)
        {
            Document.Errors.Add(new ResultError { Message = "The response could not be merged.", Code = ErrorCodes.Internal, Service = merged.Runs[0].Node.Service, Path = null });
            _resources.OnDefect?.Invoke(e);
        }

        foreach (var run in unanswered)
        {
            Send(run, _resources.Clients[run.Node.Source!.Id]);
        }

        foreach (var run in merged.Runs)
        {
            if (!unanswered.Contains(run))
            {
                run.Dispose();
                Finish(run.Index);
            }
        }
    }

    private void Finish(int index)
    {
        foreach (var dependent in _plan.Fetches[index].Dependents)
        {
            if (--_waiting[dependent] == 0 && !Holds(dependent))
            {
                Start(dependent);
            }
        }

        NoteOver(index);

        if (--_open == 0)
        {
            _done.TrySetResult();
        }
    }
}

/// <summary>The fetches of a batch while they get ready.</summary>
internal struct BatchRun
{
    public int Ready;
    public List<FetchRun>? Runs;
}
