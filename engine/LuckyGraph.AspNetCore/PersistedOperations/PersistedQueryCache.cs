using System.Collections.Concurrent;

namespace LuckyGraph.AspNetCore.PersistedOperations;

/// <summary>
/// Documents that clients registered by their hash. Holds a bounded number of bytes; when it is full, the oldest go, and their
/// clients simply send them again.
/// </summary>
internal sealed class PersistedQueryCache(long maxBytes)
{
    private readonly ConcurrentDictionary<string, byte[]> _documents = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = [];
    private readonly Lock _lock = new();
    private long _bytes;

    public ReadOnlyMemory<byte> Find(string hash) => _documents.TryGetValue(hash, out var document) ? document : default;

    public void Add(string hash, ReadOnlySpan<byte> document)
    {
        if (document.Length > maxBytes || _documents.ContainsKey(hash))
        {
            return;
        }

        lock (_lock)
        {
            if (!_documents.TryAdd(hash, document.ToArray()))
            {
                return;
            }

            _order.Enqueue(hash);
            _bytes += document.Length;
            while (_bytes > maxBytes && _order.TryDequeue(out var oldest))
            {
                if (_documents.TryRemove(oldest, out var removed))
                {
                    _bytes -= removed.Length;
                }
            }
        }
    }
}
