using System.Diagnostics;
using System.Runtime.CompilerServices;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Telemetry;

namespace LuckyGraph.Fusion.Execution;

/// <summary>
/// The payloads of an incremental delivery. What is deferred is fetched from when the reader has taken the initial response;
/// a payload goes out when the fetches of its fields are over. The request's result lives until the last one.
/// </summary>
/// <param name="execution">The execution, whose initial fetches are over.</param>
/// <param name="delivery">What has been announced.</param>
/// <param name="initial">The initial response.</param>
/// <param name="mode">What errors make of their places.</param>
/// <param name="lifetime">Ends the execution.</param>
/// <param name="timeLimit">Longest wait for what is deferred.</param>
/// <param name="tell">Told of the errors of each later payload.</param>
internal sealed class DeferredStream(
    OperationExecution execution, IncrementalDelivery delivery, SingleResult initial, ErrorMode mode, CancellationTokenSource lifetime, TimeSpan timeLimit,
    Action<List<ResultError>> tell) : StreamResult
{
    private bool _taken;

    /// <summary>The observation of the operation, which lasts until the last payload; null when nobody observes. Taken over.</summary>
    public OperationObservation? Observation { get; set; }

    public bool BeginsWithErrors => initial.HasErrors;

    public override bool IsSubscription => false;

    public override async IAsyncEnumerable<SingleResult> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _taken = true;
        yield return initial;

        using var registration = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), lifetime);
        var done = Task.CompletedTask;
        try
        {
            lifetime.CancelAfter(timeLimit);
            done = RunLaterAsync();
            var open = new List<DeferredGroup>();
            var failed = new List<ResultError>();
            while (delivery.HasNext)
            {
                var progress = execution.ProgressAsync();
                open.AddRange(delivery.TakeReady().Groups);
                open.RemoveAll(group => execution.TryFinish(group, delivery, mode, failed));
                if (failed.Count > 0)
                {
                    Observation?.Failed();
                    tell(failed);
                    failed.Clear();
                }

                if (delivery.HasPayload)
                {
                    yield return Payload();
                }
                else
                {
                    await progress.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            // Fetches write into the request's memory: it may end only after them.
            await lifetime.CancelAsync().ConfigureAwait(false);
            await done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            execution.Document.Dispose();
            lifetime.Dispose();
            Observation?.Dispose();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (!_taken)
        {
            _taken = true;
            await initial.DisposeAsync().ConfigureAwait(false);
            execution.Document.Dispose();
            lifetime.Dispose();
            Observation?.Dispose();
        }
    }

    private Task RunLaterAsync()
    {
        // Requests to subgraphs belong to the operation's span, whichever span is the reader's.
        var current = Activity.Current;
        Activity.Current = Observation?.Activity ?? current;
        try
        {
            return execution.RunLaterAsync();
        }
        finally
        {
            Activity.Current = current;
        }
    }

    private FusionResult Payload()
    {
        using var writer = new ResponseWriter();
        delivery.WritePayload(writer);
        var buffer = new PooledBuffer(writer.Written.Length);
        buffer.Write(writer.Written.Span);
        return new FusionResult(buffer, RequestErrorKind.None, hasErrors: false);
    }
}
