using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LuckyGraph.Engine.Execution.Operations;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// The payloads of an incremental delivery. Later passes start when the reader has taken the initial response. The same
/// fragment at many places is one pass, so that its DataLoaders load once; different fragments run side by side, each pass
/// with services, loaders and a time limit of its own. A list that its resolver yields is pulled one payload ahead of the
/// reader; the services of the call that yields it live until it ends.
/// </summary>
internal sealed class IncrementalStream(
    ExecutionEnvironment environment,
    OperationRequest request,
    CompiledOperation operation,
    VariableSet set,
    IncrementalDelivery delivery,
    SingleResult initial) : StreamResult
{
    private static readonly TimeSpan s_longestClose = TimeSpan.FromSeconds(1);

    private readonly Channel<Action> _outcomes = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<Task> _passes = [];
    private readonly List<(OperationRun Run, Task Pump)> _kept = [];
    private bool _initialTaken;

    public override bool IsSubscription => false;

    public override async IAsyncEnumerable<SingleResult> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _initialTaken = true;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            yield return initial;
            StartReady(ends.Token);
            while (delivery.HasNext)
            {
                (await _outcomes.Reader.ReadAsync(cancellationToken).ConfigureAwait(false))();
                while (_outcomes.Reader.TryRead(out var outcome))
                {
                    outcome();
                }

                StartReady(ends.Token);
                if (delivery.HasPayload)
                {
                    yield return Payload();
                }
            }
        }
        finally
        {
            // Passes use memory of the request: it may end only after them.
            await ends.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_passes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await CloseAsync().ConfigureAwait(false);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (!_initialTaken)
        {
            await initial.DisposeAsync().ConfigureAwait(false);
            await CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Takes over a run whose resolvers still yield items, with its services.</summary>
    public void Keep(OperationRun run)
    {
        run.Services.KeepOpen();
        var pump = run.Services.Scheduler.PumpAsync().AsTask();
        lock (_kept)
        {
            _kept.Add((run, pump));
        }
    }

    // A resolver that ignores its cancellation is left behind.
    private async ValueTask CloseAsync()
    {
        if (_kept.Count > 0)
        {
            await Task.WhenAll(_kept.ConvertAll(kept => CloseAsync(kept.Run, kept.Pump))).WaitAsync(s_longestClose).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task CloseAsync(OperationRun run, Task pump)
    {
        run.Services.End();
        await pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await run.CloseSourcesAsync().ConfigureAwait(false);
        await run.Services.DisposeAsync().ConfigureAwait(false);
    }

    private BufferedResult Payload()
    {
        var writer = new ResponseWriter();
        try
        {
            delivery.WritePayload(writer);
            return BufferedResult.From(writer, RequestErrorKind.None, hasErrors: false);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private void StartReady(CancellationToken cancellationToken)
    {
        var (groups, lists) = delivery.TakeReady();
        foreach (var pass in groups.GroupBy(g => g.Work.Partition))
        {
            _passes.Add(RunAsync(new FieldsPass(this, [.. pass]), cancellationToken));
        }

        foreach (var pass in lists.Where(l => l.Work.Source is null).GroupBy(l => l.Work.Selection))
        {
            _passes.Add(RunAsync(new ItemsPass(this, [.. pass]), cancellationToken));
        }

        foreach (var list in lists)
        {
            if (list.Work.Source is { } source)
            {
                _passes.Add(RunAsync(list, source, cancellationToken));
            }
        }
    }

    private async Task RunAsync(Pass pass, CancellationToken cancellationToken)
        => _outcomes.Writer.TryWrite(await RunAsync(pass, new RequestServices(request, environment, cancellationToken), cancellationToken).ConfigureAwait(false));

    // One pass for what the source has yielded by the time the reader has taken what came before.
    private async Task RunAsync(StreamedList list, StreamedSource source, CancellationToken cancellationToken)
    {
        ItemsPass pass;
        var offset = list.Work.Offset;
        do
        {
            var services = new RequestServices(request, environment, cancellationToken);
            await source.ReadAsync(offset, services.CancellationToken).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
            {
                await services.DisposeAsync().ConfigureAwait(false);
                return;
            }

            var items = ListItems.Of(source.Items, environment.Options.MaxListSize);
            pass = new ItemsPass(this, [list with { Work = list.Work with { Items = items, Offset = offset } }]);
            offset = items.Count;
            var outcome = await RunAsync(pass, services, cancellationToken).ConfigureAwait(false);
            var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _outcomes.Writer.TryWrite(() =>
            {
                taken.SetResult();
                outcome();
            });
            await taken.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        while (!pass.IsOver);

        await source.DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // Every pass has an outcome, whatever happens in it: the reader waits for it.
    private async Task<Action> RunAsync(Pass pass, RequestServices services, CancellationToken cancellationToken)
    {
        Action outcome;
        var run = new OperationRun(environment, operation, pass.Sets(set), services);
        try
        {
            pass.Add(run);
            await run.ResolveAddedAsync().ConfigureAwait(false);
            outcome = pass.Write(run);
            run.Dispose();
            if (run.HasSources)
            {
                Keep(run);
                return outcome;
            }
        }
        catch (Exception exception)
        {
            pass.IsOver = true;
            outcome = cancellationToken.IsCancellationRequested
                ? () => cancellationToken.ThrowIfCancellationRequested()
                : () => pass.Fail(environment.Filter(ErrorOf(exception, services)));
        }

        try
        {
            await run.CloseSourcesAsync().ConfigureAwait(false);
            await services.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            pass.IsOver = true;
            outcome = () => pass.Fail(environment.Filter(environment.ToError(exception)));
        }

        return outcome;
    }

    private GraphQLError ErrorOf(Exception exception, RequestServices services) => exception switch
    {
        OperationCanceledException when services.IsTimedOut => new GraphQLError(
            $"The request took longer than {environment.Options.ExecutionTimeout.TotalSeconds:0.###} s.")
        { Code = ErrorCodes.Timeout },
        ResponseTooLargeException => new GraphQLError(exception.Message) { Code = ErrorCodes.Limit },
        _ => environment.ToError(exception),
    };

    private static VariableSet[] Repeat(VariableSet set, int count)
    {
        var sets = new VariableSet[count];
        Array.Fill(sets, set);
        return sets;
    }

    private abstract class Pass(IncrementalStream stream)
    {
        protected IncrementalStream Stream { get; } = stream;

        /// <summary>Whether nothing follows at its places.</summary>
        public bool IsOver { get; set; }

        public abstract VariableSet[] Sets(VariableSet set);
        public abstract void Add(OperationRun run);
        public abstract Action Write(OperationRun run);
        public abstract void Fail(GraphQLError error);

        protected ResultWriter Writer(OperationRun run, int index, ResponseWriter writer, ImmutableArray<object> path)
        {
            writer.Reset();
            var result = new ResultWriter(run, index, writer, Stream.Request.OnError);
            result.Enter(path);
            return result;
        }
    }

    /// <summary>One partition of deferred fields at all its places.</summary>
    private sealed class FieldsPass(IncrementalStream stream, DeferredGroup[] groups) : Pass(stream)
    {
        private readonly int[] _frames = new int[groups.Length];

        public override VariableSet[] Sets(VariableSet set) => Repeat(set, groups.Length);

        public override void Add(OperationRun run)
        {
            for (var i = 0; i < groups.Length; i++)
            {
                _frames[i] = run.AddFields(i, groups[i].Work);
            }
        }

        public override Action Write(OperationRun run)
        {
            var outcomes = new (byte[]? Data, IReadOnlyList<GraphQLError> Errors, IReadOnlyList<LaterWork> Later)[groups.Length];
            using var writer = new ResponseWriter(Stream.Environment.Options.MaxResponseBytes);
            for (var i = 0; i < groups.Length; i++)
            {
                var frame = run.Store.Frame(_frames[i]);
                var result = Writer(run, i, writer, groups[i].Work.Path);
                var complete = result.WriteObject(frame.Plan, frame.Value!, _frames[i]);
                outcomes[i] = (complete ? writer.Written.ToArray() : null, run.Errors[i].Items, result.Later);
            }

            return () =>
            {
                for (var i = 0; i < groups.Length; i++)
                {
                    Stream.Delivery.Finish(groups[i], outcomes[i].Data, outcomes[i].Errors, outcomes[i].Later);
                }
            };
        }

        public override void Fail(GraphQLError error)
        {
            foreach (var group in groups)
            {
                Stream.Delivery.Finish(group, null, [error with { Path = group.Work.Path }], []);
            }
        }
    }

    /// <summary>The later items of one streamed field at all its places, or some of them at one place.</summary>
    private sealed class ItemsPass(IncrementalStream stream, StreamedList[] lists) : Pass(stream)
    {
        private readonly int[] _slots = new int[lists.Length];

        public override VariableSet[] Sets(VariableSet set) => Repeat(set, lists.Length);

        public override void Add(OperationRun run)
        {
            for (var i = 0; i < lists.Length; i++)
            {
                _slots[i] = run.AddItems(i, lists[i].Work);
            }
        }

        public override Action Write(OperationRun run)
        {
            var outcomes = new (byte[] Items, IReadOnlyList<GraphQLError> Errors, IReadOnlyList<GraphQLError> Failure, IReadOnlyList<LaterWork> Later)[lists.Length];
            using var writer = new ResponseWriter(Stream.Environment.Options.MaxResponseBytes);
            for (var i = 0; i < lists.Length; i++)
            {
                var work = lists[i].Work;
                var selection = work.Selection.Stream!.Items ?? work.Selection;
                var result = Writer(run, i, writer, work.Path);
                var failedFrom = -1;
                for (var index = work.Offset; index < work.Items.Count && failedFrom < 0; index++)
                {
                    var (start, errors) = (writer.Position, run.Errors[i].Count);
                    if (!result.WriteItem(selection, work.Items[index], _slots[i] < 0 ? -1 : _slots[i] + index - work.Offset, index))
                    {
                        writer.Truncate(start);
                        failedFrom = errors;
                    }
                }

                if (work.Source?.Failure is { } failure && failedFrom < 0)
                {
                    failedFrom = run.Errors[i].Count;
                    run.Errors[i].Add(Stream.ErrorOf(failure, run.Services), selection, run.Sets[i], work.Path);
                }

                writer.EndList(0);
                IsOver = failedFrom >= 0 || work.Source is null or { IsEnded: true };
                var all = run.Errors[i].Items;
                outcomes[i] = (
                    writer.Written.ToArray(),
                    failedFrom < 0 ? all : [.. all.Take(failedFrom)],
                    failedFrom < 0 ? [] : [.. all.Skip(failedFrom)],
                    result.Later);
            }

            return () =>
            {
                for (var i = 0; i < lists.Length; i++)
                {
                    var (items, errors, failure, later) = outcomes[i];
                    if (IsOver)
                    {
                        Stream.Delivery.Finish(lists[i], items, errors, failure, later);
                    }
                    else
                    {
                        Stream.Delivery.Add(lists[i], items, errors, later);
                    }
                }
            };
        }

        public override void Fail(GraphQLError error)
        {
            foreach (var list in lists)
            {
                Stream.Delivery.Finish(list, "[]"u8.ToArray(), [], [error with { Path = list.Work.Path }], []);
            }
        }
    }

    private ExecutionEnvironment Environment => environment;
    private OperationRequest Request => request;
    private IncrementalDelivery Delivery => delivery;
}
