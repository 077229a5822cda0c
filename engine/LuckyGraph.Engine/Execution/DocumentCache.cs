using System.Collections.Concurrent;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// Compiled documents by their bytes: a hash finds candidates, equality of all bytes decides. Bounded by two generations: when
/// the young one is full it becomes the old one, and what is not used again until the next change is forgotten.
/// </summary>
internal sealed class DocumentCache(int capacity, Func<ReadOnlyMemory<byte>, CompiledDocument> compile)
{
    private readonly int _generationSize = Math.Max(1, capacity / 2);
    private readonly Lock _gate = new();
    private volatile ConcurrentDictionary<DocumentKey, Lazy<CompiledDocument>> _young = new();
    private volatile ConcurrentDictionary<DocumentKey, Lazy<CompiledDocument>> _old = new();

    /// <summary>The compiled document; compiled once, however many requests ask for it at the same time.</summary>
    public CompiledDocument Get(ReadOnlyMemory<byte> source)
    {
        var key = new DocumentKey(source);
        if (_young.TryGetValue(key, out var entry))
        {
            return entry.Value;
        }

        if (_old.TryGetValue(key, out entry))
        {
            Add(entry.Value.Key, entry);
            return entry.Value;
        }

        // The request's buffer is only borrowed: the cache and the tree keep a copy.
        var owned = new DocumentKey(source.ToArray());
        return Add(owned, new Lazy<CompiledDocument>(() =>
        {
            var document = compile(owned.Source);
            document.Key = owned;
            return document;
        })).Value;
    }

    private Lazy<CompiledDocument> Add(DocumentKey key, Lazy<CompiledDocument> entry)
    {
        var kept = _young.GetOrAdd(key, entry);
        if (_young.Count > _generationSize)
        {
            lock (_gate)
            {
                if (_young.Count > _generationSize)
                {
                    _old = _young;
                    _young = new ConcurrentDictionary<DocumentKey, Lazy<CompiledDocument>>();
                }
            }
        }

        return kept;
    }
}

/// <summary>The bytes of a document with their hash.</summary>
internal readonly struct DocumentKey : IEquatable<DocumentKey>
{
    private readonly int _hash;

    public DocumentKey(ReadOnlyMemory<byte> source)
    {
        Source = source;
        var hash = default(HashCode);
        hash.AddBytes(source.Span);
        _hash = hash.ToHashCode();
    }

    public ReadOnlyMemory<byte> Source { get; }

    public bool Equals(DocumentKey other) => _hash == other._hash && Source.Span.SequenceEqual(other.Source.Span);

    public override bool Equals(object? obj) => obj is DocumentKey other && Equals(other);

    public override int GetHashCode() => _hash;
}
