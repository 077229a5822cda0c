using LuckyGraph.Engine;

namespace LuckyGraph.Data;

/// <summary>One page of a list.</summary>
/// <remarks>Relay Cursor Connections, 2. In GraphQL: <c>{Node}Connection</c>.</remarks>
/// <typeparam name="T">The node.</typeparam>
public sealed class PageConnection<T>
{
    private readonly PageOrder<T>? _order;
    private readonly List<object?[]>? _values;
    private PageEdge<T>[]? _edges;

    /// <param name="nodes">The nodes.</param>
    /// <param name="order">Their order.</param>
    /// <param name="values">The values of their cursors; null when the nodes themselves have them.</param>
    /// <param name="hasNext">Whether more nodes follow.</param>
    /// <param name="hasPrevious">Whether nodes come before.</param>
    /// <param name="totalCount">How many nodes the whole list has, when that is asked for.</param>
    internal PageConnection(IReadOnlyList<T> nodes, PageOrder<T>? order, List<object?[]>? values, bool hasNext, bool hasPrevious, int? totalCount)
    {
        Nodes = nodes;
        _order = order;
        _values = values;
        TotalCount = totalCount;
        PageInfo = new PageInfo(
            hasNext,
            hasPrevious,
            nodes.Count == 0 ? null : order!.CursorOf(nodes[0], values?[0]),
            nodes.Count == 0 ? null : order!.CursorOf(nodes[^1], values?[^1]));
    }

    /// <summary>An empty page.</summary>
    public static PageConnection<T> Empty { get; } = new([], null, null, false, false, 0);

    /// <summary>The nodes with their cursors.</summary>
    public IReadOnlyList<PageEdge<T>> Edges
    {
        get
        {
            if (_edges is null)
            {
                var edges = new PageEdge<T>[Nodes.Count];
                for (var i = 0; i < edges.Length; i++)
                {
                    edges[i] = new PageEdge<T>(Nodes[i], _order!, _values?[i]);
                }

                _edges = edges;
            }

            return _edges;
        }
    }

    /// <summary>The nodes of the page.</summary>
    public IReadOnlyList<T> Nodes { get; }

    /// <summary>Where the page stands in the list.</summary>
    public PageInfo PageInfo { get; }

    /// <summary>How many nodes the whole list has; counted only when selected.</summary>
    public int? TotalCount { get; }
}

/// <summary>A node of a page with its cursor.</summary>
/// <remarks>In GraphQL: <c>{Node}Edge</c>.</remarks>
/// <typeparam name="T">The node.</typeparam>
public sealed class PageEdge<T>
{
    private readonly PageOrder<T> _order;
    private readonly object?[]? _values;

    internal PageEdge(T node, PageOrder<T> order, object?[]? values)
    {
        Node = node;
        _values = values;
        _order = order;
    }

    /// <summary>The node.</summary>
    public T Node { get; }

    /// <summary>An opaque cursor for <c>after</c> and <c>before</c>.</summary>
    public string Cursor => _order.CursorOf(Node, _values);
}

/// <summary>Where a page stands in its list.</summary>
/// <remarks>Relay Cursor Connections, 2.1.2.</remarks>
/// <param name="HasNextPage">Whether more nodes follow.</param>
/// <param name="HasPreviousPage">Whether nodes come before.</param>
/// <param name="StartCursor">The first node's cursor.</param>
/// <param name="EndCursor">The last node's cursor.</param>
[Shareable]
public sealed record PageInfo(bool HasNextPage, bool HasPreviousPage, string? StartCursor, string? EndCursor);
