using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Data;

/// <summary>Keyset paging over EF Core queries: a page costs the same however far into the list it lies.</summary>
public static class PagingQueryable
{
    /// <summary>
    /// Loads one page: one statement, and one more only when the total is wanted. One row beyond the page tells whether more follow.
    /// </summary>
    /// <param name="source">The list; without an order of its own.</param>
    /// <param name="order">The total order.</param>
    /// <param name="arguments">The connection's arguments.</param>
    /// <param name="includeTotalCount">Whether the client selects <c>totalCount</c>.</param>
    /// <param name="cancellationToken">Ends the load.</param>
    /// <exception cref="LuckyGraph.Engine.Execution.GraphQLException">Arguments out of range, or a cursor that is malformed or of another order.</exception>
    public static async Task<PageConnection<T>> ToPageAsync<T>(
        this IQueryable<T> source,
        PageOrder<T> order,
        PagingArguments arguments,
        bool includeTotalCount = false,
        CancellationToken cancellationToken = default)
    {
        arguments = arguments.Validate();
        var page = source;
        if (arguments.After is { } after)
        {
            page = order.Seek(page, "after", after, before: false);
        }

        if (arguments.Before is { } before)
        {
            page = order.Seek(page, "before", before, before: true);
        }

        int? total = includeTotalCount ? await source.CountAsync(cancellationToken).ConfigureAwait(false) : null;
        var nodes = await order.Sort(page, reversed: arguments.Backward)
            .Take(arguments.Size + 1)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);

        var more = nodes.Count > arguments.Size;
        if (more)
        {
            nodes.RemoveAt(nodes.Count - 1);
        }

        if (arguments.Backward)
        {
            nodes.Reverse();
        }

        // Relay Cursor Connections, 4.4: the direction not asked for is known from the cursor alone.
        return new PageConnection<T>(
            nodes,
            order,
            hasNext: arguments.Backward ? arguments.Before is not null : more,
            hasPrevious: arguments.Backward ? more : arguments.After is not null,
            total);
    }
}
