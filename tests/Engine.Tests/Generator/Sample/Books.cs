using System.Collections.Immutable;
using System.Security.Claims;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Subscriptions;

namespace LuckyGraph.Engine.Tests.Generator.Sample;

/// <summary>A book of the <c>library</c>.</summary>
public sealed class Book : IHit
{
    /// <summary>The book's id.</summary>
    [ID]
    public required Guid Id { get; init; }

    public required string Title { get; init; }

    [ID<Author>]
    public required Guid AuthorId { get; init; }

    public Genre Genre { get; init; } = Genre.ShortStory;

    public decimal Price { get; init; }

    public long Copies { get; init; }

    public double? Rating { get; init; }

    public bool IsLent { get; init; }

    public DateTimeOffset AddedAt { get; init; }

    public DateOnly? PublishedOn { get; init; }

    public Uri? Cover { get; init; }

    public List<string> Tags { get; init; } = [];

    public Genre[]? AlsoIn { get; init; }

    [Obsolete("Use title.")]
    public string Name => Title;

    [GraphQLIgnore]
    public string ShelfSecret { get; init; } = "";

    [GraphQLName("isbn")]
    public string? Number { get; init; }

    public Dimensions Size { get; init; } = new(10, 20);

    internal string NotAField => "";
}

/// <summary>How large a book is.</summary>
/// <param name="Width">Millimetres from left to right.</param>
/// <param name="Height">Millimetres from bottom to top.</param>
[Shareable]
public sealed record Dimensions(int Width, int Height);

public sealed class Author
{
    [ID]
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    [Authorize(Roles = ["ADMIN"])]
    public string? Email { get; init; }
}

/// <summary>What a book is about.</summary>
public enum Genre
{
    /// <summary>Long.</summary>
    Novel,
    ShortStory,
    [Obsolete("Nobody writes it.")]
    SciFi,
    [GraphQLName("VERSE")]
    Poetry,
}

/// <summary>The books and authors of the sample.</summary>
public sealed class Library
{
    public static readonly Guid AuthorA = Guid.Parse("01900000-0000-7000-8000-00000000000a");
    public static readonly Guid AuthorB = Guid.Parse("01900000-0000-7000-8000-00000000000b");
    public static readonly Guid Book1 = Guid.Parse("01900000-0000-7000-8000-000000000001");
    public static readonly Guid Book2 = Guid.Parse("01900000-0000-7000-8000-000000000002");

    public int AuthorLoads { get; private set; }

    public List<Book> Books { get; } =
    [
        new() { Id = Book1, Title = "Dune \"one\"", AuthorId = AuthorA, Price = 12.50m, Copies = 5_000_000_000, Rating = 4.5, Tags = ["sand", "spice"], AddedAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), PublishedOn = new(1965, 8, 1), Cover = new("https://books.example/dune.png"), Number = "978", AlsoIn = [Genre.Novel, Genre.Poetry] },
        new() { Id = Book2, Title = "Emma", AuthorId = AuthorB, Genre = Genre.Novel, IsLent = true },
    ];

    public Task<Dictionary<Guid, Author>> AuthorsAsync(IReadOnlyList<Guid> ids)
    {
        AuthorLoads++;
        return Task.FromResult(ids.ToDictionary(i => i, i => new Author { Id = i, Name = i == AuthorA ? "Frank" : "Jane", Email = "mail@example" }));
    }
}

[QueryType]
public static partial class BookQueries
{
    /// <summary>Finds books.</summary>
    /// <param name="filter">Which books.</param>
    /// <param name="first">How many at most.</param>
    public static List<Book> GetBooks(Library library, BookFilter? filter, int first = 10)
        => [.. library.Books.Where(b => filter?.Genre is not { } genre || b.Genre == genre).Where(b => filter?.Title is not { HasValue: true, Value: { } title } || b.Title.Contains(title, StringComparison.Ordinal)).Take(first)];

    /// <summary>One book.</summary>
    [Lookup]
    public static async Task<Book?> GetBookAsync([ID] Guid id, Library library, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return library.Books.FirstOrDefault(b => b.Id == id);
    }

    [Lookup, Internal]
    public static ValueTask<Author?> AuthorByIdAsync([ID] Guid id, IAuthorByIdDataLoader authors, CancellationToken cancellationToken)
        => new(authors.LoadAsync(id, cancellationToken));

    public static string Echo(string text, int? times, Genre genre = Genre.Novel, bool loud = false, IReadOnlyList<int>? numbers = null)
        => $"{text}|{times?.ToString() ?? "null"}|{genre}|{loud}|{(numbers is null ? "null" : string.Join(",", numbers))}";

    public static string Choose(BookKey key) => key switch { { Id: { } id } => "id " + id, { Isbn: { } isbn } => "isbn " + isbn, _ => "none" };

    public static string Omitted(Optional<string?> note, Optional<int> count) => $"{(note.HasValue ? note.Value ?? "null" : "omitted")} {(count.HasValue ? count.Value : -1)}";

    public static string WhoAmI(ClaimsPrincipal user, [GlobalState("tenant")] string? tenant) => $"{user.Identity?.IsAuthenticated} {tenant}";

    public static bool Selects(ResolverContext context) => context.Field.Name == "selects";

    public static Book GetPicked(Library library, [IsSelected("author.name")] bool authorName) => library.Books[authorName ? 1 : 0];

    [Authorize]
    public static string Secret() => "secret";

    public static IReadOnlyList<IHit> Search(Library library) => [library.Books[0], new Magazine("Wired", 7)];

    public static IReadOnlyList<INamed> GetNamed() => [new Magazine("Wired", 7), new Shelf("A")];

    public static Box<Book>? GetBox(Library library) => new(library.Books[0], 1);

    public static Measures GetMeasures() => new(1, 2, 3.5f, 4, "x");

    [GraphQLDeprecated("Ask books.")]
    public static int? Nothing() => null;
}

[ObjectType<Book>]
public static partial class BookNode
{
    /// <summary>Who wrote it.</summary>
    [BindMember(nameof(Book.AuthorId))]
    public static Task<Author?> GetAuthorAsync([Parent(nameof(Book.AuthorId))] Book book, IAuthorByIdDataLoader authors, CancellationToken cancellationToken)
        => authors.LoadAsync(book.AuthorId, cancellationToken);

    public static string Label([Parent] Book book, string prefix = "#") => prefix + book.Title;

    public static Dimensions? Doubled([Parent] Book book) => new(book.Size.Width * 2, book.Size.Height * 2);

    [BatchResolver]
    public static IReadOnlyList<int> GetTitleLength([Parent] IReadOnlyList<Book> books, Library library, int plus = 0)
        => [.. books.Select(b => b.Title.Length + plus + (library.Books.Count - 2))];

    public static string DeliveryNote([Require("size.width")] int width, [Parent] Book book) => $"{book.Title} {width}";

    public static Task<Genre?> MoodAsync([Parent] Book book) => Task.FromResult<Genre?>(book.IsLent ? null : book.Genre);

    public static Task<List<Guid>> GetRawIdsAsync([Parent] Book book) => Task.FromResult<List<Guid>>([book.Id]);

    [ID<Book>]
    public static Task<List<Guid>> GetTwinIdsAsync([Parent] Book book) => Task.FromResult<List<Guid>>([book.Id]);
}

[ObjectType<Author>]
[EntityKey("name")]
internal static partial class AuthorNode
{
    [DataLoader]
    internal static Task<Dictionary<Guid, Author>> GetAuthorByIdAsync(IReadOnlyList<Guid> ids, Library library, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return library.AuthorsAsync(ids);
    }

    [DataLoader]
    internal static Task<ILookup<Guid, Book>> GetBooksByAuthorIdAsync(IReadOnlyList<Guid> ids, Library library)
        => Task.FromResult(library.Books.Where(b => ids.Contains(b.AuthorId)).ToLookup(b => b.AuthorId));

    [DataLoader]
    internal static Task<string> GetInitialsAsync(string name) => Task.FromResult(name[..1]);

    public static async Task<IReadOnlyList<Book>> GetBooksAsync([Parent] Author author, IBooksByAuthorIdDataLoader books, CancellationToken cancellationToken)
        => await books.LoadAsync(author.Id, cancellationToken) ?? [];

    public static Task<string?> GetInitialsAsync([Parent] Author author, IInitialsDataLoader initials) => initials.LoadAsync(author.Name);
}

/// <summary>Which books.</summary>
public sealed record BookFilter(Genre? Genre, Optional<string?> Title = default, [property: DefaultValue("[1, 2]")] ImmutableArray<int>? Shelves = null);

[OneOf]
public sealed record BookKey([property: ID<Book>] Guid? Id, string? Isbn);

[UnionType("Hit")]
public interface IHit;

[InterfaceType]
public interface INamed
{
    /// <summary>What it is called.</summary>
    string Name { get; }
}

public sealed record Magazine(string Name, int Issue) : IHit, INamed;

public sealed record Shelf(string Name) : INamed
{
    public Place Place => new(1, Name);
}

public sealed record Place([ID] int Id, string City);

public sealed record Box<T>(T Content, int Count);

public readonly record struct Measures(short A, uint B, float C, byte D, [property: ID] string Key);
