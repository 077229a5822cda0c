using System.Collections.Concurrent;

namespace LuckyGraph.Fusion.Planning;

/// <summary>
/// Prepared operations by document bytes and operation name; equal hashes are not enough, the bytes are compared. One request
/// prepares, others with the same document wait for it. When the cache is full the least recently used eighth goes.
/// </summary>
internal sealed class PlanCache<T>(int capacity, Func<ReadOnlyMemory<byte>, string?, T> prepare, Func<T, bool> keep) where T : class
{
    private readonly ConcurrentDictionary<Key, Entry> _entries = new();
    private int _evicting;
    private long _clock;

    public int Count => _entries.Count;

    /// <summary>What is kept, the entries used last first.</summary>
    public IReadOnlyList<(ReadOnlyMemory<byte> Document, string? OperationName)> Recent(int most)
        => [.. _entries.ToArray().OrderByDescending(static e => e.Value.LastUsed).Take(most).Select(static e => (e.Key.Document, e.Key.OperationName))];

    public ValueTask<T> GetAsync(ReadOnlyMemory<byte> document, string? operationName)
    {
        if (_entries.TryGetValue(new Key(document, operationName), out var entry))
        {
            entry.LastUsed = Volatile.Read(ref _clock);
            return new ValueTask<T>(entry.Value.Value);
        }

        return new ValueTask<T>(AddAsync(document, operationName));
    }

    private async Task<T> AddAsync(ReadOnlyMemory<byte> document, string? operationName)
    {
        // The request's bytes are pooled: the cache keeps its own.
        var key = new Key(document.ToArray(), operationName);
        var entry = _entries.GetOrAdd(key, k => new Entry
        {
            Value = new Lazy<Task<T>>(() => Task.Run(() => prepare(k.Document, k.OperationName))),
        });
        entry.LastUsed = Interlocked.Increment(ref _clock);
        try
        {
            var value = await entry.Value.Value.ConfigureAwait(false);
            if (!keep(value))
            {
                _entries.TryRemove(new KeyValuePair<Key, Entry>(key, entry));
            }
            else if (_entries.Count > capacity)
            {
                Evict();
            }

            return value;
        }
        catch
        {
            _entries.TryRemove(new KeyValuePair<Key, Entry>(key, entry));
            throw;
        }
    }

    private void Evict()
    {
        if (Interlocked.Exchange(ref _evicting, 1) == 1)
        {
            return;
        }

        foreach (var (key, _) in _entries.ToArray().OrderBy(e => e.Value.LastUsed).Take(Math.Max(1, capacity / 8)))
        {
            _entries.TryRemove(key, out _);
        }

        Volatile.Write(ref _evicting, 0);
    }

    private sealed class Entry
    {
        public required Lazy<Task<T>> Value { get; init; }
        public long LastUsed { get; set; }
    }

    private readonly struct Key : IEquatable<Key>
    {
        private readonly int _hash;

        public Key(ReadOnlyMemory<byte> document, string? operationName)
        {
            Document = document;
            OperationName = operationName;
            var hash = new HashCode();
            hash.AddBytes(document.Span);
            hash.Add(operationName);
            _hash = hash.ToHashCode();
        }

        public ReadOnlyMemory<byte> Document { get; }

        public string? OperationName { get; }

        public bool Equals(Key other)
            => _hash == other._hash && OperationName == other.OperationName && Document.Span.SequenceEqual(other.Document.Span);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => _hash;
    }
}
