using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Data;

/// <summary>The arguments of a connection field (Relay Cursor Connections, 4).</summary>
/// <param name="First">How many edges from the start; 20 when neither it nor <paramref name="Last"/> is given.</param>
/// <param name="After">Only edges after this cursor.</param>
/// <param name="Last">How many edges from the end.</param>
/// <param name="Before">Only edges before this cursor.</param>
public readonly record struct PagingArguments(int? First = null, string? After = null, int? Last = null, string? Before = null)
{
    /// <summary>Edges per page when the client does not say.</summary>
    public const int DefaultPageSize = 20;
    /// <summary>Most edges per page.</summary>
    public const int MaxPageSize = 100;
    /// <summary>Longest cursor that is looked at, in characters.</summary>
    internal const int MaxCursorLength = 1024;

    /// <summary>Most edges that this field gives; 0 stands for <see cref="MaxPageSize"/>.</summary>
    public int PageSizeLimit { get; init; }

    /// <summary>Edges that this field gives when the client does not say; 0 stands for <see cref="DefaultPageSize"/>.</summary>
    public int PageSizeDefault { get; init; }

    /// <summary>Whether the client selects <c>totalCount</c>, and may; set by <c>[UseConnection]</c> and <c>[UsePaging]</c>.</summary>
    public bool IncludeTotalCount { get; init; }

    /// <summary>Whether the page is taken from the end.</summary>
    public bool Backward => Last is not null;

    /// <summary>Edges on the page.</summary>
    public int Size => Last ?? First ?? Math.Min(PageSizeDefault > 0 ? PageSizeDefault : DefaultPageSize, Limit(MaxPageSize));

    private int Limit(int max) => PageSizeLimit > 0 ? PageSizeLimit : max;

    /// <summary>Checks the arguments.</summary>
    /// <exception cref="GraphQLException">
    /// Both <c>first</c> and <c>last</c>, a negative number, or more than <see cref="MaxPageSize"/> edges; code <c>BAD_USER_INPUT</c>.
    /// </exception>
    public PagingArguments Validate(int maxPageSize = MaxPageSize)
    {
        if (First is not null && Last is not null)
        {
            throw Invalid("Give either \"first\" or \"last\", not both.");
        }

        Check("first", First, Limit(maxPageSize));
        Check("last", Last, Limit(maxPageSize));
        return this;
    }

    internal static GraphQLException Invalid(string message) => new(message, ErrorCodes.Variables);

    private static void Check(string name, int? value, int maxPageSize)
    {
        if (value < 0)
        {
            throw Invalid($"\"{name}\" must not be negative, but is {value}.");
        }

        if (value > maxPageSize)
        {
            throw Invalid($"\"{name}\" must be at most {maxPageSize}, but is {value}.");
        }
    }
}
