namespace LuckyGraph.Engine.Tests.Generator;

public sealed class IdiomDiagnosticTests
{
    private static async Task ExpectAsync(string source, params string[] expected)
        => Assert.Equal(expected, await SourceCompilation.DiagnosticsAsync("using LuckyGraph.Engine.Execution;\n" + source));

    [Fact]
    public Task Node_resolvers_take_an_id_and_return_a_nullable_object() => ExpectAsync("""
        public sealed record Book([property: ID] Guid Id);

        public sealed record Page(Guid Id);

        [Node]
        public sealed record Shelf([property: ID] Guid Id);

        [ObjectType<Book>]
        public static partial class BookNode
        {
            [NodeResolver]
            public static Book Never(Guid id) => new(id);

            [NodeResolver]
            public static Book? Titled(Guid id, string title) => null;

            [NodeResolver]
            public static Book? First() => null;
        }

        [ObjectType<Page>]
        public static partial class PageNode
        {
            [NodeResolver]
            public static Page? Find(Guid id) => null;
        }
        """,
        "LG0020: The node resolver 'Shelf' must be a static method that takes one 'Guid id', besides services and DataLoaders, and returns 'Shelf?' or 'Task<Shelf?>', where 'Shelf' has the property '[ID] Guid Id': the class carries [Node], and none of its static methods carries [NodeResolver]",
        "LG0020: The node resolver 'Never' must be a static method that takes one 'Guid id', besides services and DataLoaders, and returns 'Book?' or 'Task<Book?>', where 'Book' has the property '[ID] Guid Id': its result cannot be null",
        "LG0020: The node resolver 'Titled' must be a static method that takes one 'Guid id', besides services and DataLoaders, and returns 'Book?' or 'Task<Book?>', where 'Book' has the property '[ID] Guid Id': 'title' is more than the id",
        "LG0020: The node resolver 'First' must be a static method that takes one 'Guid id', besides services and DataLoaders, and returns 'Book?' or 'Task<Book?>', where 'Book' has the property '[ID] Guid Id': it takes no id",
        "LG0020: The node resolver 'Find' must be a static method that takes one 'Guid id', besides services and DataLoaders, and returns 'Page?' or 'Task<Page?>', where 'Page' has the property '[ID] Guid Id': 'Page' has no such property");

    [Fact]
    public Task Two_types_do_not_have_one_name() => ExpectAsync("""
        namespace Shop.Sales
        {
            public sealed record Item(string Name);

            public enum State { Open }

            public sealed record BookInput(string Title);
        }

        namespace Shop.Stock
        {
            public sealed record Item(int Count);

            [GraphQLName("State")]
            public sealed record Condition(string Text);

            public sealed record Book(string Title);

            public sealed class Missing(string message) : Exception(message);

            [GraphQLName("Missing")]
            public sealed record Loss(string Text);

            public sealed class Row
            {
                public int Id { get; init; }
            }

            public sealed record RowFilter(int Id);

            public sealed record LineFilter(int Id);

            [ObjectType<Row>(Name = "Line")]
            public static partial class RowNode
            {
                public static Sales.Item Item() => new("");
            }
        }

        namespace Shop
        {
            [QueryType]
            public static partial class SalesQueries
            {
                public static Sales.Item Sold(Sales.State state, Sales.BookInput book) => new("");
            }

            [QueryType]
            public static partial class StockQueries
            {
                // The same type twice is one type.
                public static Sales.Item SoldToo() => new("");

                [UseFiltering]
                public static IQueryable<Stock.Row> Lines(IQueryable<Stock.Row> rows) => rows;

                public static Stock.Item? Stored([Argument] Stock.Book book, Stock.RowFilter row, Stock.LineFilter line) => null;

                public static Stock.Condition? Condition() => null;

                public static Stock.Loss? Lost() => null;
            }

            [MutationType]
            public static partial class Mutations
            {
                [Error<Stock.Missing>]
                public static Stock.Book Book(string title) => new(title);
            }
        }
        """,
        Same("'Shop.Sales.Item'", "'Shop.Stock.Item'", "Item"),
        Same("'Shop.Sales.State'", "'Shop.Stock.Condition'", "State"),
        Same("the input 'Shop.Sales.BookInput'", "the input 'Shop.Stock.Book'", "BookInput"),
        Same("the error 'Shop.Stock.Missing'", "'Shop.Stock.Loss'", "Missing"),
        Same("the input 'Shop.Stock.LineFilter'", "the filter of 'Line'", "LineFilterInput"),
        Same("the input 'Shop.Sales.BookInput'", "the input of the mutation 'book'", "BookInput"));

    private static string Same(string first, string second, string name)
        => $"LG0027: {first} and {second} both become the GraphQL type '{name}'; give one of them another name with [GraphQLName(\"…\")], or have them be one class";

    [Fact]
    public Task Middleware_is_there_once_and_around_single_calls() => ExpectAsync("""
        public sealed class Trace : IFieldMiddleware
        {
            public ValueTask<object?> InvokeAsync(ResolverContext context, FieldDelegate next) => next(context);
        }

        public sealed record Book(int Pages);

        [InterfaceType]
        public interface IPaged
        {
            [UseMiddleware<Trace>]
            int Count { get; }
        }

        [ObjectType<Book>]
        public static partial class BookNode
        {
            [BatchResolver, UseMiddleware<Trace>]
            public static List<int> GetStock([Parent] List<Book> books) => [];

            [UseMiddleware<Trace>, UseMiddleware<Trace>]
            public static int GetTwice([Parent] Book book) => book.Pages * 2;
        }
        """,
        "LG0021: 'Trace' cannot be middleware of 'Count': fields of interfaces resolve nothing; put it on the properties of the classes",
        "LG0021: 'Trace' cannot be middleware of 'GetStock': a batch resolver answers many parents at once; write it into the method",
        "LG0021: 'Trace' cannot be middleware of 'GetTwice': it is there already, and would run inside of itself; remove one");

    [Fact]
    public Task Middleware_stands_before_data_attributes() => ExpectAsync("""
        public sealed class Trace : IFieldMiddleware
        {
            public ValueTask<object?> InvokeAsync(ResolverContext context, FieldDelegate next) => next(context);
        }

        public sealed class Ware { public Guid Id { get; init; } }

        [QueryType]
        public static partial class Queries
        {
            [UsePaging, UseMiddleware<Trace>, UseFiltering]
            public static IQueryable<Ware> GetWares() => throw new NotSupportedException();

            [UseMiddleware<Trace>, UsePaging, UseFiltering]
            public static IQueryable<Ware> GetMoreWares() => throw new NotSupportedException();
        }
        """,
        "LG0021: 'Trace' cannot be middleware of 'GetWares': it runs around what the data attributes do; write it before them");

    [Fact]
    public Task Parents_are_of_the_type_that_gets_the_fields() => ExpectAsync("""
        public interface ISized { int Pages { get; } }

        public sealed record Book(int Pages) : ISized;

        public sealed record Shelf(int Width);

        [ObjectType<Book>]
        public static partial class BookNode
        {
            public static int One([Parent] Shelf shelf) => shelf.Width;

            public static int Two([Parent] ISized sized) => sized.Pages;

            [BatchResolver]
            public static List<int> Three([Parent] List<Shelf> shelves) => [];
        }

        [QueryType]
        public static partial class Queries
        {
            public static int Four([Parent] Book book) => book.Pages;
        }
        """,
        "LG0025: The parent 'shelf' of 'One' is a 'Book' and never a 'Shelf': write '[Parent] Book shelf'",
        "LG0025: The parent 'shelves' of 'Three' is a 'Book' and never a 'Shelf': write '[Parent] Book shelves'",
        "LG0026: 'Four' is a root field and has no parent: take 'book' as [Argument] or [Service], or move the method to a class with [ObjectType<T>]");

    [Fact]
    public Task Only_the_list_of_a_field_itself_is_yielded() => ExpectAsync("""
        public sealed record Book(int Pages);

        [ObjectType<Book>]
        public static partial class BookNode
        {
            [BatchResolver]
            public static List<IAsyncEnumerable<int>> GetStock([Parent] List<Book> books) => [];

            public static List<IAsyncEnumerable<int>> GetNested([Parent] Book book) => [];
        }

        [MutationType]
        public static partial class Mutations
        {
            public static IAsyncEnumerable<Book> Buy(int count) => throw new NotSupportedException();
        }
        """,
        "LG0005: 'GetStock' of 'BookNode' has the type 'List<IAsyncEnumerable<int>>', which is no GraphQL type: read it, and return a list",
        "LG0005: 'GetNested' of 'BookNode' has the type 'List<IAsyncEnumerable<int>>', which is no GraphQL type: only the list of a field itself is yielded; read the inner ones and return a list of lists",
        "LG0005: 'Buy' of 'Mutations' has the type 'IAsyncEnumerable<Book>', which is no GraphQL type: read it, and return a list");

    [Fact]
    public Task Root_methods_are_static() => ExpectAsync("""
        public class Anything
        {
            [Query]
            public int Instance() => 1;

            [Mutation]
            public static T Generic<T>(T value) => value;

            [Query]
            public static int Fine() => 1;
        }
        """,
        "LG0022: 'Instance' carries [Query] and must be a static method, not generic, of a class that is not generic: write 'public static'",
        "LG0022: 'Generic' carries [Mutation] and must be a static method, not generic, of a class that is not generic: write 'public static'");

    [Fact]
    public Task Batch_resolvers_and_DataLoaders_read_no_state_of_single_calls() => ExpectAsync("""
        public sealed record Book(int Pages);

        [ObjectType<Book>]
        public static partial class BookNode
        {
            [BatchResolver]
            public static List<int> GetStock([Parent] List<Book> books, [ScopedState] string? shop) => [];
        }

        public static class Loaders
        {
            [DataLoader]
            public static Task<Dictionary<int, Book>> GetBooksAsync(IReadOnlyList<int> ids, [LocalState] string shop) => throw new NotSupportedException();
        }
        """,
        "LG0006: The DataLoader 'GetBooksAsync' must be a static method, public or internal, whose first parameter is 'IReadOnlyList<TKey>' (or a single key) and that returns 'Task<Dictionary<TKey, TValue>>' or 'Task<ILookup<TKey, TValue>>' (or one value for a single key): 'shop' is state of single resolver calls, which a batch serves many of",
        "LG0023: The parents of the batch resolver 'GetStock' may lie below different fields, so that 'shop' has no single value: use [GlobalState], or a resolver for one parent");

    [Fact]
    public Task Lookups_of_DataLoaders_return_the_key_of_a_value() => ExpectAsync("""
        public sealed record Book(int Id);

        public static class Loaders
        {
            public static string KeyOf(Book book) => "";

            [DataLoader(Lookups = [nameof(KeyOf)])]
            public static Task<Dictionary<int, Book>> GetBooksAsync(IReadOnlyList<int> ids) => throw new NotSupportedException();
        }
        """,
        "LG0006: The DataLoader 'GetBooksAsync' must be a static method, public or internal, whose first parameter is 'IReadOnlyList<TKey>' (or a single key) and that returns 'Task<Dictionary<TKey, TValue>>' or 'Task<ILookup<TKey, TValue>>' (or one value for a single key): its lookup must be 'static int KeyOf(Book value)' of the same class, public or internal");

    [Fact]
    public Task List_sizes_describe_lists_by_their_arguments() => ExpectAsync("""
        [QueryType]
        public static partial class Queries
        {
            [ListSize(AssumedSize = 3)]
            public static int One() => 1;

            [ListSize(SlicingArguments = ["count"])]
            public static List<int> Many(int first) => [first];
        }
        """,
        "LG0024: [ListSize] of 'One': the result is no list; name the fields of the result that have the size in SizedFields, or remove it",
        "LG0024: [ListSize] of 'Many': there is no argument 'count'; SlicingArguments names arguments as the schema does");

    [Fact]
    public void Overloads_of_root_methods_are_generated_apart() => Assert.Empty(SourceCompilation.CompilerDiagnostics("""
        public static class Anything
        {
            [Query]
            public static int One() => 1;

            [Query, GraphQLName("oneMore")]
            public static int One(int more) => 1 + more;
        }
        """));
}
