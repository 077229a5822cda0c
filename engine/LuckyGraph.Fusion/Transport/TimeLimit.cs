using System.Collections.Concurrent;

namespace LuckyGraph.Fusion.Transport;

/// <summary>
/// A token that is cancelled when time is up or when another one is. The source and its timer are kept for the next use when
/// neither happened, so that a request costs no timer of its own.
/// </summary>
internal readonly struct TimeLimit : IDisposable
{
    private const int MostKept = 1024;
    private static readonly ConcurrentQueue<CancellationTokenSource> s_kept = new();

    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;

    private TimeLimit(CancellationTokenSource source, CancellationTokenRegistration registration)
    {
        (_source, _registration) = (source, registration);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Starts the clock.</summary>
    public static TimeLimit Start(TimeSpan time, CancellationToken cancellationToken)
    {
        if (!s_kept.TryDequeue(out var source))
        {
            source = new CancellationTokenSource();
        }

        source.CancelAfter(time);
        return new TimeLimit(source, cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), source));
    }

    public void Dispose()
    {
        // Waits for a cancellation that is under way: after it, nobody else touches the source.
        _registration.Dispose();
        if (s_kept.Count < MostKept && _source.TryReset())
        {
            s_kept.Enqueue(_source);
        }
        else
        {
            _source.Dispose();
        }
    }
}
