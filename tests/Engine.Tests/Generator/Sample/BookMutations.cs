using LuckyGraph.Engine.Subscriptions;

namespace LuckyGraph.Engine.Tests.Generator.Sample;

public class BookTakenException(string title) : Exception($"{title} is taken.")
{
    /// <summary>The title that is taken.</summary>
    public string Title { get; } = title;
}

/// <summary>Taken for good.</summary>
public sealed class BookSoldException(string title, int price) : BookTakenException(title)
{
    public string Code => "SOLD";
    public int Price { get; } = price;
    public IReadOnlyList<string>? Path => ["input", "title"];
}

public sealed class UnforeseenTakenException() : BookTakenException("derived");

public sealed class ShelfFullError
{
    private ShelfFullError(string message) => Message = message;

    public string Message { get; }

    public static ShelfFullError CreateErrorFrom(InvalidOperationException exception) => new(exception.Message);
}

public sealed record BookAddedPayload(Book Book, int Position);

[MutationType]
public static partial class BookMutations
{
    /// <summary>Lends a book.</summary>
    /// <param name="title">The title.</param>
    [Error<BookTakenException>]
    [Error<BookSoldException>]
    [Error<ShelfFullError>]
    public static Task<Book> BookLendAsync(string title, Library library, int days = 14) => title switch
    {
        "taken" => throw new BookTakenException(title),
        "derived" => throw new UnforeseenTakenException(),
        "sold" => throw new BookSoldException(title, 5),
        "full" => throw new InvalidOperationException("No room."),
        "both" => throw new AggregateException(new BookTakenException("a"), new BookSoldException("b", 1)),
        "fault" => throw new ArgumentException("A bug."),
        _ => Task.FromResult(library.Books[days == 14 ? 0 : 1]),
    };

    public static BookAddedPayload BookAdd(string title, [Argument] Dimensions? size, Library library) => new(library.Books[0], size?.Width ?? title.Length);

    public static async Task BooksForget(Library library) => await Task.CompletedTask;

    [UseMutationConvention(PayloadFieldName = "titles")]
    public static Task<List<string>> BooksRenameAsync(BooksRenameInput input) => Task.FromResult(input.Titles);

    [UseMutationConvention(Disable = true)]
    public static int Plain(int number) => number;
}

public sealed class BooksRenameInput
{
    public required List<string> Titles { get; init; }
    public int Times { get; set; } = 3;
    public List<Dimensions> Sizes { get; init; } = [];
}

[SubscriptionType]
public static partial class BookSubscriptions
{
    [Subscribe]
    [Topic("book_{id}")]
    public static Book OnBookLent([ID<Book>] Guid id, [EventMessage] Book book) => book.Id == id ? book : throw new InvalidOperationException();

    public static IAsyncEnumerable<int> CountTo(int limit, CancellationToken cancellationToken) => Count(limit, cancellationToken);

    [Subscribe(With = nameof(CountTo))]
    public static int Counted([EventMessage] int number) => number;

    private static async IAsyncEnumerable<int> Count(int limit, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 1; i <= limit; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return i;
        }
    }
}
