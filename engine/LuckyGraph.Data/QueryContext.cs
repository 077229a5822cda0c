using System.Linq.Expressions;

namespace LuckyGraph.Data;

/// <summary>
/// What a request asks of a list of entities. As a resolver's parameter it is made of the selection, and of the arguments
/// <c>where</c> (<c>[UseFiltering]</c>) and <c>order</c> (<c>[UseSorting]</c>); <c>.With(context)</c> and
/// <c>.ToPageAsync(context, …)</c> apply it.
/// </summary>
/// <typeparam name="T">The entity.</typeparam>
/// <param name="Selector">Loads the columns asked for; null loads the entity whole.</param>
/// <param name="Predicate">What the client's filter keeps; null keeps everything.</param>
/// <param name="Sorting">The order that the client asks for; null leaves it open. It need not be total.</param>
public sealed record QueryContext<T>(
    Expression<Func<T, T>>? Selector = null, Expression<Func<T, bool>>? Predicate = null, PageOrder<T>? Sorting = null)
{
    internal DataModel<T>? Model { get; init; }

    internal ulong Columns { get; init; }

    /// <summary>The selector with the columns that cursors are made of.</summary>
    internal Expression<Func<T, T>>? SelectorWith(PageOrder<T> order)
        => Selector is null || Model is null ? Selector : Model.Selector(Columns, order);
}
