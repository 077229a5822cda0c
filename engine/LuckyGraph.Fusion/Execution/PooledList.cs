using System.Buffers;

namespace LuckyGraph.Fusion.Execution;

/// <summary>A growing list on pooled arrays; to be held in a field, never copied.</summary>
internal struct PooledList<T>() : IDisposable where T : unmanaged
{
    private T[] _items = [];

    public int Count { get; private set; }

    public readonly ref T this[int index] => ref _items.AsSpan(0, Count)[index];

    public readonly Span<T> AsSpan() => _items.AsSpan(0, Count);

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Grow();
        }

        _items[Count++] = item;
    }

    /// <summary>Gives the array back; the list is empty.</summary>
    public void Dispose()
    {
        var items = _items;
        (_items, Count) = ([], 0);
        if (items.Length > 0)
        {
            ArrayPool<T>.Shared.Return(items);
        }
    }

    private void Grow()
    {
        var grown = ArrayPool<T>.Shared.Rent(Math.Max(16, Count * 2));
        AsSpan().CopyTo(grown);
        if (Count > 0)
        {
            ArrayPool<T>.Shared.Return(_items);
        }

        _items = grown;
    }
}
