using System.Collections.Concurrent;

namespace LuckyGraph.Gateway.RateLimits;

/// <summary>
/// Counts in this process's memory by the generic cell rate algorithm (ITU-T I.371, A.1): per client one number, the time at
/// which everything it asked for so far is paid for. Bounded: when there are too many clients, those that owe nothing go.
/// </summary>
internal sealed class RateCounters(TimeProvider clock, int capacity = 200_000)
{
    private readonly ConcurrentDictionary<string, StrongBox> _paidAt = new(StringComparer.Ordinal);
    private int _count;
    private int _cleaning;

    /// <summary>How many clients are remembered.</summary>
    public int Count => _paidAt.Count;

    /// <summary>Takes an amount from a client's allowance.</summary>
    /// <returns>Zero when it may, else how long it has to wait.</returns>
    public TimeSpan Take(string client, RateLimit limit, double amount)
    {
        var now = clock.GetTimestamp();
        var window = (long)(limit.Window.TotalSeconds * clock.TimestampFrequency);
        // More than the whole allowance can never be saved up: it then takes all of it.
        var price = (long)(window * Math.Min(amount / limit.Amount, 1));
        var box = Box(client, now);
        while (true)
        {
            var paidAt = Volatile.Read(ref box.Value);
            var next = Math.Max(now, paidAt) + price;
            if (next - now > window)
            {
                return TimeSpan.FromSeconds((double)(next - now - window) / clock.TimestampFrequency);
            }

            if (Interlocked.CompareExchange(ref box.Value, next, paidAt) == paidAt)
            {
                return TimeSpan.Zero;
            }
        }
    }

    private StrongBox Box(string client, long now)
    {
        if (_paidAt.TryGetValue(client, out var box))
        {
            return box;
        }

        if (_paidAt.TryAdd(client, new StrongBox()) && Interlocked.Increment(ref _count) > capacity && Interlocked.Exchange(ref _cleaning, 1) == 0)
        {
            Clean(now);
            Volatile.Write(ref _cleaning, 0);
        }

        return _paidAt.GetOrAdd(client, static _ => new StrongBox());
    }

    private void Clean(long now)
    {
        foreach (var (client, box) in _paidAt)
        {
            if (Volatile.Read(ref box.Value) <= now)
            {
                _paidAt.TryRemove(client, out _);
            }
        }

        if (_paidAt.Count > capacity)
        {
            // Everybody owes something: forgetting all is kinder to the process than remembering without bound.
            _paidAt.Clear();
        }

        Volatile.Write(ref _count, _paidAt.Count);
    }

    private sealed class StrongBox
    {
        public long Value;
    }
}
