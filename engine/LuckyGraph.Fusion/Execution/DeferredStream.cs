using System.Runtime.CompilerServices;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Fusion.Execution;

/// <summary>
/// The payloads of an incremental delivery. What is deferred is fetched from when the reader has taken the initial response;
/// a payload goes out when the fetches of its fields are over. The request's result lives until the last one.
/// </summary>
internal sealed class DeferredStream(
    OperationExecution execution, IncrementalDelivery delivery, SingleResult initial, ErrorMode mode, CancellationTokenSource lifetime, TimeSpan timeLimit)
    : StreamResult
{
    private bool _taken;

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
            done = execution.RunLaterAsync();
            var open = new List<DeferredGroup>();
            while (delivery.HasNext)
            {
                var progress = execution.ProgressAsync();
                open.AddRange(delivery.TakeReady().Groups);
                open.RemoveAll(group => execution.TryFinish(group, delivery, mode));
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
