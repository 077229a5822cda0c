using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

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
        => await PageAsync(source, order, null, arguments, includeTotalCount || arguments.IncludeTotalCount, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Loads one page of what a query context describes: its predicate filters, its sorting goes before the given order, its
    /// selector loads the columns asked for and those of the order.
    /// </summary>
    /// <param name="source">The list; without an order of its own.</param>
    /// <param name="context">Filter, sorting and columns asked for.</param>
    /// <param name="order">A total order, for what the client leaves open.</param>
    /// <param name="arguments">The connection's arguments.</param>
    /// <param name="cancellationToken">Ends the load.</param>
    /// <exception cref="LuckyGraph.Engine.Execution.GraphQLException">Arguments out of range, or a cursor that is malformed or of another order.</exception>
    public static Task<PageConnection<T>> ToPageAsync<T>(
        this IQueryable<T> source,
        QueryContext<T> context,
        PageOrder<T> order,
        PagingArguments arguments,
        CancellationToken cancellationToken = default)
    {
        order = context.Sorting?.Then(order) ?? order;
        var filtered = context.Predicate is { } predicate ? source.Where(predicate) : source;
        return PageAsync(filtered, order, context.SelectorWith(order), arguments, arguments.IncludeTotalCount, cancellationToken);
    }

    /// <summary>Filters, sorts and projects as a query context says.</summary>
    /// <remarks>The result is to be loaded, or counted; what comes after a projection sees only the columns asked for.</remarks>
    public static IQueryable<T> With<T>(this IQueryable<T> source, QueryContext<T> context)
    {
        source = context.Predicate is { } predicate ? source.Where(predicate) : source;
        source = context.Sorting?.Sort(source, reversed: false) ?? source;
        return context.Selector is { } selector ? source.Select(selector) : source;
    }

    private static async Task<PageConnection<T>> PageAsync<T>(
        IQueryable<T> source,
        PageOrder<T> order,
        Expression<Func<T, T>>? selector,
        PagingArguments arguments,
        bool includeTotalCount,
        CancellationToken cancellationToken)
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

        int? total = !includeTotalCount ? null
            : IsInMemory(source) ? source.Count()
            : await source.CountAsync(cancellationToken).ConfigureAwait(false);
        page = order.Sort(page, reversed: arguments.Backward).Take(arguments.Size + 1);
        List<T> nodes;
        List<object?[]>? values = null;
        bool more;
        if (order.NeedsValues)
        {
            var rows = await LoadAsync(page.Select(order.Rows(selector, IsInMemory(source))), cancellationToken).ConfigureAwait(false);
            more = Arrange(rows, arguments);
            nodes = rows.ConvertAll(static r => r.Node);
            values = rows.ConvertAll(static r => r.Values);
        }
        else
        {
            nodes = await LoadAsync(selector is null ? page : page.Select(selector), cancellationToken).ConfigureAwait(false);
            more = Arrange(nodes, arguments);
        }

        // Relay Cursor Connections, 4.4: the direction not asked for is known from the cursor alone.
        return new PageConnection<T>(
            nodes,
            order,
            values,
            hasNext: arguments.Backward ? arguments.Before is not null : more,
            hasPrevious: arguments.Backward ? more : arguments.After is not null,
            total);
    }

    // Drops the row beyond the page, and returns whether there was one.
    private static bool Arrange<TRow>(List<TRow> rows, PagingArguments arguments)
    {
        var more = rows.Count > arguments.Size;
        if (more)
        {
            rows.RemoveAt(rows.Count - 1);
        }

        if (arguments.Backward)
        {
            rows.Reverse();
        }

        return more;
    }

    /// <summary>Whether a query runs as code, not as a statement.</summary>
    internal static bool IsInMemory<T>(IQueryable<T> query) => query.Provider is not IAsyncQueryProvider;

    /// <summary>Loads a query, one in memory too.</summary>
    internal static async Task<List<T>> LoadAsync<T>(IQueryable<T> query, CancellationToken cancellationToken)
        => IsInMemory(query) ? [.. query] : await query.ToListAsync(cancellationToken).ConfigureAwait(false);
}
