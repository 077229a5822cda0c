namespace LuckyGraph.Engine;

/// <summary>What a connection field allows (Relay Cursor Connections, 4).</summary>
public abstract class ConnectionAttribute : Attribute
{
    /// <summary>Most edges per page; asking for more is an error.</summary>
    public int MaxPageSize { get; init; } = 100;
    /// <summary>Edges per page when the client does not say; never more than <see cref="MaxPageSize"/>.</summary>
    public int DefaultPageSize { get; init; } = 20;
    /// <summary>Whether <c>totalCount</c> is counted when the client selects it; otherwise it is null.</summary>
    public bool IncludeTotalCount { get; init; } = true;
}

/// <summary>
/// Makes a connection of a method that returns <c>IQueryable</c>: pages by keyset in the order that the client asks for, or that
/// of the query, and by the entity's key where that is equal.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UsePagingAttribute : ConnectionAttribute;

/// <summary>Sets the limits of a method that takes <c>PagingArguments</c> and returns a <c>PageConnection</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UseConnectionAttribute : ConnectionAttribute;

/// <summary>Loads only the columns that the client selects, for a method that returns <c>IQueryable</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UseProjectionAttribute : Attribute;

/// <summary>
/// Adds the argument <c>where: {Entity}FilterInput</c>. It is applied to the <c>IQueryable</c> that the method returns, or handed
/// to the method in its <c>QueryContext</c>. Members with <c>[Authorize]</c> or <c>[GraphQLIgnore]</c> cannot be filtered by.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UseFilteringAttribute : Attribute;

/// <summary>
/// Adds the argument <c>order: [{Entity}SortInput!]</c>, the first entry sorting first. It is applied as
/// <see cref="UseFilteringAttribute"/>'s is.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UseSortingAttribute : Attribute;
