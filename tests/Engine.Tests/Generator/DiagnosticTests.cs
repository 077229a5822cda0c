namespace LuckyGraph.Engine.Tests.Generator;

public sealed class DiagnosticTests
{
    private static async Task ExpectAsync(string source, params string[] expected)
        => Assert.Equal(expected, await SourceCompilation.DiagnosticsAsync(source));

    [Fact]
    public Task Code_without_fault_reports_nothing() => ExpectAsync("""
        public sealed record Book([property: ID] Guid Id, string Title);

        [QueryType]
        public static partial class Queries
        {
            [Lookup]
            public static Book? GetBook([ID] Guid id) => null;
        }
        """);

    [Fact]
    public Task Classes_are_static_and_partial() => ExpectAsync("""
        [QueryType]
        public static class Queries
        {
            public static int One() => 1;
        }

        [MutationType]
        public partial class Mutations;
        """,
        "LG0001: 'Queries' carries [QueryType] and must be declared 'static partial class Queries'",
        "LG0001: 'Mutations' carries [MutationType] and must be declared 'static partial class Mutations'");

    [Fact]
    public Task Lookups_return_one_nullable_entity() => ExpectAsync("""
        public sealed record Book([property: ID] Guid Id);

        [QueryType]
        public static partial class Queries
        {
            [Lookup]
            public static Book GetBook([ID] Guid id) => new(id);

            [Lookup]
            public static Task<List<Book>?> GetBooksAsync([ID] Guid id) => Task.FromResult<List<Book>?>(null);
        }
        """,
        "LG0002: The lookup 'GetBook' must return one entity that may be null, such as 'Task<Book?>', not one that cannot be null",
        "LG0002: The lookup 'GetBooksAsync' must return one entity that may be null, such as 'Task<Book?>', not a list");

    [Fact]
    public Task Requirements_and_replaced_members_exist() => ExpectAsync("""
        public sealed record Book(Guid Id);

        [ObjectType<Book>]
        public static partial class BookNode
        {
            public static string Label([Parent("Id Titel")] Book book) => book.Id.ToString();

            [BindMember("AuthorId")]
            public static string GetAuthor() => "";
        }
        """,
        "LG0003: 'Book' has no public property 'Titel'; name one of its properties, best with nameof(Book.…)",
        "LG0003: 'Book' has no public property 'AuthorId'; name one of its properties, best with nameof(Book.…)");

    [Fact]
    public Task A_record_may_be_data_or_a_service_so_the_author_decides() => ExpectAsync("""
        public sealed record Caller(string Name);
        public sealed record Size(int Width);
        public sealed class Desk(string name) { public string Name => name; }

        [QueryType]
        public static partial class Queries
        {
            public static string Greet(Caller caller, [Service] Caller other, [Argument] Size size, Desk desk) => caller.Name + other.Name + size.Width + desk.Name;
        }
        """,
        "LG0004: Parameter 'caller' of 'Greet' may be an input or a service: mark it [Argument] or [Service], or mark the type 'Caller' [InputObjectType] or end its name in Input");

    [Fact]
    public Task Types_without_counterpart_are_named() => ExpectAsync("""
        public interface IThing;

        public sealed class Book
        {
            public byte[] Cover { get; init; } = [];
            public Dictionary<string, string> Labels { get; init; } = [];
            public IFile? Scan { get; init; }
        }

        [QueryType]
        public static partial class Queries
        {
            public static Book GetBook() => new();
            public static IQueryable<Book> GetBooks() => throw new InvalidOperationException();
            public static IThing? GetThing() => null;
            public static void Nothing() { }
        }
        """,
        "LG0005: 'Cover' of 'Book' has the type 'byte[]', which is no GraphQL type: bytes have no scalar; return text, or leave the member out with [GraphQLIgnore]",
        "LG0005: 'Labels' of 'Book' has the type 'Dictionary<string, string>', which is no GraphQL type: give it a scalar with [GraphQLType(\"…\")], return a class of your own, or leave it out with [GraphQLIgnore]",
        "LG0005: 'Scan' of 'Book' has the type 'IFile?', which is no GraphQL type: files are arguments and input fields; return its address or its content as text",
        "LG0005: 'GetBooks' of 'Queries' has the type 'IQueryable<Book>', which is no GraphQL type: run the query and return a list, or a page of it",
        "LG0005: 'GetThing' of 'Queries' has the type 'IThing?', which is no GraphQL type: mark the interface [InterfaceType] or [UnionType], or return a class",
        "LG0005: 'Nothing' of 'Queries' has the type 'void', which is no GraphQL type: fields have a value; return one");

    [Theory]
    [InlineData("public static Task<Dictionary<int, string>> GetNameByIdAsync()", "it takes no keys")]
    [InlineData("public static Task<Dictionary<int, string>> GetNameByIdAsync(List<int> ids)", "its keys are 'List<int>'")]
    [InlineData("public static Task<Dictionary<long, string>> GetNameByIdAsync(IReadOnlyList<int> ids)", "the keys of parameter and result differ")]
    [InlineData("public static Task<List<string>> GetNameByIdAsync(IReadOnlyList<int> ids)", "it returns 'List<string>'")]
    [InlineData("public static Task<Dictionary<int, string>> GetNameByIdAsync(IReadOnlyList<int> ids, int more)", "'more' is neither keys nor service nor CancellationToken")]
    [InlineData("private static Task<Dictionary<int, string>> GetNameByIdAsync(IReadOnlyList<int> ids)", "it is not a static method that other classes may call")]
    public async Task DataLoader_methods_map_keys_to_values(string signature, string reason)
    {
        var diagnostics = await SourceCompilation.DiagnosticsAsync($$"""
            internal static class Loaders
            {
                [DataLoader]
                {{signature}} => throw new InvalidOperationException();
            }
            """);

        Assert.StartsWith("LG0006: The DataLoader 'GetNameByIdAsync' must be a static method", Assert.Single(diagnostics), StringComparison.Ordinal);
        Assert.EndsWith(": " + reason, diagnostics[0], StringComparison.Ordinal);
    }

    [Fact]
    public Task Errors_are_made_of_exceptions() => ExpectAsync("""
        public sealed class Refusal { public string Message => ""; }
        public sealed class Mute(Exception exception) { public Exception Cause() => exception; }

        [MutationType]
        public static partial class Mutations
        {
            [Error<Refusal>]
            [Error<Mute>]
            public static int Count() => 1;
        }
        """,
        "LG0007: 'Refusal' in [Error<Refusal>] is no exception and has neither a public constructor nor a public static 'CreateErrorFrom' method with one exception parameter; add one, or name an exception",
        "LG0012: The error type 'Mute' needs a public property 'string Message', which the interface UserError asks for");

    [Fact]
    public Task Fields_of_a_one_of_input_are_nullable() => ExpectAsync("""
        [OneOf]
        public sealed record BookKey(int Id, string? Isbn);

        [QueryType]
        public static partial class Queries
        {
            public static int Count(BookKey key) => key.Id;
        }
        """,
        "LG0008: 'Id' of the [OneOf] input 'BookKey' must be nullable and without default: write 'int? Id'");

    [Fact]
    public Task Subscriptions_have_a_source() => ExpectAsync("""
        [SubscriptionType]
        public static partial class Subscriptions
        {
            [Subscribe]
            public static int OnCount([EventMessage] int count) => count;

            [Subscribe(With = "Watch")]
            public static int OnChange([EventMessage] int count) => count;
        }
        """,
        "LG0009: The subscription 'OnCount' needs [Subscribe] with [Topic(\"…\")], or [Subscribe(With = nameof(…))] naming a static method of the class that returns IAsyncEnumerable: it has neither",
        "LG0009: The subscription 'OnChange' needs [Subscribe] with [Topic(\"…\")], or [Subscribe(With = nameof(…))] naming a static method of the class that returns IAsyncEnumerable: there is no static method 'Watch'");

    [Fact]
    public Task Field_selection_maps_are_well_formed() => ExpectAsync("""
        public sealed record Book([property: ID] Guid Id);

        [QueryType]
        public static partial class Queries
        {
            [Lookup]
            public static Book? GetBook([Is("{ id"), ID] Guid id) => new(id);
        }

        [ObjectType<Book>]
        public static partial class BookNode
        {
            public static int Postage([Require("size.")] int width) => width;
        }
        """,
        "LG0010: The field selection map \"{ id\" of 'id' cannot be read: it ends where a name is expected; write a path such as \"seller.id\", an object such as \"{ id sku }\", or alternatives separated by |",
        "LG0010: The field selection map \"size.\" of 'width' cannot be read: it ends where a name is expected; write a path such as \"seller.id\", an object such as \"{ id sku }\", or alternatives separated by |");

    [Fact]
    public Task Fields_have_different_names() => ExpectAsync("""
        [QueryType]
        public static partial class Queries
        {
            public static int GetCount() => 1;
            public static Task<int> CountAsync() => Task.FromResult(2);
        }
        """,
        "LG0011: 'GetCount' and 'CountAsync' both become the field 'count' of 'Query'; rename one with [GraphQLName(\"…\")] or leave it out with [GraphQLIgnore]");

    [Fact]
    public Task Batch_resolvers_map_lists_to_lists() => ExpectAsync("""
        public sealed record Book(Guid Id);

        [ObjectType<Book>]
        public static partial class BookNode
        {
            [BatchResolver]
            public static int GetLength([Parent] IReadOnlyList<Book> books) => 1;

            [BatchResolver]
            public static List<int> GetSize([Parent] Book book) => [];
        }

        [QueryType]
        public static partial class Queries
        {
            [BatchResolver]
            public static List<int> GetSizes() => [];
        }
        """,
        "LG0013: The batch resolver 'GetLength' must take '[Parent] IReadOnlyList<Book>' and return a list with one result per parent, and must not be a root field: it returns no list",
        "LG0013: The batch resolver 'GetSize' must take '[Parent] IReadOnlyList<Book>' and return a list with one result per parent, and must not be a root field: it takes no list of parents",
        "LG0013: The batch resolver 'GetSizes' must take '[Parent] IReadOnlyList<Queries>' and return a list with one result per parent, and must not be a root field: it is a root field");

    [Fact]
    public Task Generated_code_can_call_the_member() => ExpectAsync("""
        internal static partial class Outer
        {
            [QueryType]
            private static partial class Queries
            {
                public static int Count() => 1;
            }
        }
        """,
        "LG0014: 'Outer.Queries.Count()' must be public or internal, and so must the classes around it, for generated code to call it");

    [Fact]
    public Task Endpoint_authorization_does_not_guard_fields() => ExpectAsync("""
        [QueryType]
        public static partial class Queries
        {
            [Microsoft.AspNetCore.Authorization.Authorize]
            public static string Secret() => "";
        }
        """,
        "LG0015: 'Secret' carries ASP.NET Core's [Authorize], which guards endpoints and no fields; use LuckyGraph.Engine.AuthorizeAttribute");

    [Fact]
    public Task Interfaces_are_marked_where_they_are_declared() => ExpectAsync("""
        public interface INamed { string Name { get; } }

        [InterfaceType<INamed>]
        public static partial class NamedFields
        {
            public static int Length([Parent] INamed named) => named.Name.Length;
        }
        """,
        "LG0016: 'NamedFields' adds fields to 'INamed', which must itself carry [InterfaceType], so that every class that implements it is known");

    [Fact]
    public Task Collections_that_are_no_lists_are_no_services() => ExpectAsync("""
        [QueryType]
        public static partial class Queries
        {
            public static int Count(Dictionary<string, string> labels) => labels.Count;
        }
        """,
        "LG0005: 'labels' of 'Count' has the type 'Dictionary<string, string>', which is no GraphQL type: give it a scalar with [GraphQLType(\"…\")], return a class of your own, or leave it out with [GraphQLIgnore]");

    [Fact]
    public Task Data_attributes_stand_in_the_order_of_their_effect() => ExpectAsync("""
        public sealed class Ware { public Guid Id { get; init; } }

        [QueryType]
        public static partial class Queries
        {
            [UseSorting, UseFiltering]
            public static IQueryable<Ware> GetWares() => throw new NotSupportedException();

            [UseFiltering, UsePaging]
            public static IQueryable<Ware> GetMoreWares() => throw new NotSupportedException();

            [UsePaging, UseProjection, UseFiltering, UseSorting]
            public static IQueryable<Ware> GetMostWares() => throw new NotSupportedException();
        }
        """,
        "LG0017: The data attributes of 'GetWares' must stand in this order: [UseFiltering], [UseSorting]",
        "LG0017: The data attributes of 'GetMoreWares' must stand in this order: [UsePaging], [UseFiltering]");

    [Fact]
    public Task Data_attributes_fit_their_method() => ExpectAsync("""
        public sealed class Ware { public Guid Id { get; init; } }
        public sealed class Log { public string Text { get; init; } = ""; }

        [QueryType]
        public static partial class Queries
        {
            [UseFiltering]
            public static List<Ware> GetList() => [];

            [UsePaging]
            public static IQueryable<Log> GetLogs() => throw new NotSupportedException();

            [UseProjection]
            public static Task<List<Ware>> GetProjectedAsync() => throw new NotSupportedException();

            [UseConnection]
            public static LuckyGraph.Data.PageConnection<Ware> GetPage() => LuckyGraph.Data.PageConnection<Ware>.Empty;

            [UseSorting]
            public static IQueryable<Ware> GetBoth(LuckyGraph.Data.QueryContext<Ware> query) => throw new NotSupportedException();
        }
        """,
        "LG0005: 'GetLogs' of 'Queries' has the type 'IQueryable<Log>', which is no GraphQL type: run the query and return a list, or a page of it",
        "LG0005: 'GetBoth' of 'Queries' has the type 'IQueryable<Ware>', which is no GraphQL type: run the query and return a list, or a page of it",
        "LG0018: 'GetList' cannot page, project, filter or sort: [UseFiltering] and [UseSorting] need the result IQueryable<T>, or a parameter QueryContext<T>",
        "LG0018: 'GetLogs' cannot page, project, filter or sort: [UsePaging] needs an entity with a key: give Log a property Id, or mark its key [Key] (System.ComponentModel.DataAnnotations)",
        "LG0018: 'GetProjectedAsync' cannot page, project, filter or sort: [UsePaging] and [UseProjection] need the result IQueryable<T>",
        "LG0018: 'GetPage' cannot page, project, filter or sort: [UseConnection] sets the limits of a parameter PagingArguments, which it lacks; take one, or return IQueryable with [UsePaging]",
        "LG0018: 'GetBoth' cannot page, project, filter or sort: generated code applies the attributes to an IQueryable; take no QueryContext, or load the query and return what it gives");
}
