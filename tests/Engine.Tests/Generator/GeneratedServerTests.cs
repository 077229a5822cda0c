using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Generator.Sample;

namespace LuckyGraph.Engine.Tests.Generator;

public sealed class GeneratedServerTests : IAsyncDisposable
{
    private static readonly string BookId = GlobalId.Encode("Book", Library.Book1);
    private static readonly string AuthorId = GlobalId.Encode("Author", Library.AuthorA);

    private readonly SampleServer _server = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ExpectAsync(string document, string expected, string variables = "{}", bool signedIn = false, params string[] roles)
    {
        var actual = await _server.ExecuteAsync(document, variables, signedIn || roles.Length > 0 ? SampleServer.Caller(roles) : null);
        Assert.Equal(Normalize(expected), Normalize(actual));
    }

    private static string Normalize(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement, new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    [Fact]
    public Task Properties_of_every_scalar_are_written() => ExpectAsync(
        "{ books { id title genre price copies rating isLent addedAt publishedOn cover tags alsoIn name isbn size { width height } } }",
        $$$"""
        {"data":{"books":[
          {"id":"{{{BookId}}}","title":"Dune \"one\"","genre":"SHORT_STORY","price":12.50,"copies":5000000000,"rating":4.5,"isLent":false,"addedAt":"2026-01-02T03:04:05Z","publishedOn":"1965-08-01","cover":"https://books.example/dune.png","tags":["sand","spice"],"alsoIn":["NOVEL","VERSE"],"name":"Dune \"one\"","isbn":"978","size":{"width":10,"height":20}},
          {"id":"{{{GlobalId.Encode("Book", Library.Book2)}}}","title":"Emma","genre":"NOVEL","price":0,"copies":0,"rating":null,"isLent":true,"addedAt":"0001-01-01T00:00:00Z","publishedOn":null,"cover":null,"tags":[],"alsoIn":null,"name":"Emma","isbn":null,"size":{"width":10,"height":20}}
        ]}}
        """);

    [Fact]
    public Task Fields_of_an_extension_are_pure_asynchronous_or_batched() => ExpectAsync(
        """{ books { label loud: label(prefix: "!") doubled { width } titleLength longer: titleLength(plus: 10) mood rawIds twinIds deliveryNote(width: 3) } }""",
        $$$"""
        {"data":{"books":[
          {"label":"#Dune \"one\"","loud":"!Dune \"one\"","doubled":{"width":20},"titleLength":10,"longer":20,"mood":"SHORT_STORY","rawIds":["{{{Library.Book1}}}"],"twinIds":["{{{BookId}}}"],"deliveryNote":"Dune \"one\" 3"},
          {"label":"#Emma","loud":"!Emma","doubled":{"width":20},"titleLength":4,"longer":14,"mood":null,"rawIds":["{{{Library.Book2}}}"],"twinIds":["{{{GlobalId.Encode("Book", Library.Book2)}}}"],"deliveryNote":"Emma 3"}
        ]}}
        """);

    [Fact]
    public async Task DataLoaders_load_a_level_at_once()
    {
        await ExpectAsync(
            "{ books { author { name initials books { title } } } }",
            """{"data":{"books":[{"author":{"name":"Frank","initials":"F","books":[{"title":"Dune \"one\""}]}},{"author":{"name":"Jane","initials":"J","books":[{"title":"Emma"}]}}]}}""");

        Assert.Equal(1, _server.Library.AuthorLoads);
    }

    [Fact]
    public Task Global_ids_are_decoded_with_the_type_of_the_entity() => ExpectAsync(
        "query($id: ID!, $author: ID!) { book(id: $id) { title } authorById(id: $author) { id } }",
        $$$$"""{"data":{"book":{"title":"Dune \"one\""},"authorById":{"id":"{{{{AuthorId}}}}"}}}""",
        $$$"""{"id":"{{{BookId}}}","author":"{{{AuthorId}}}"}""");

    [Fact]
    public async Task An_id_of_another_type_is_refused()
    {
        var response = await _server.ExecuteAsync($$$"""{ book(id: "{{{AuthorId}}}") { title } }""");

        Assert.Contains("is not an id of a Book", response, StringComparison.Ordinal);
        Assert.Contains("\"book\":null", response, StringComparison.Ordinal);
    }

    [Fact]
    public Task Arguments_have_defaults_and_may_be_null_or_omitted() => ExpectAsync(
        """
        query($n: [Int!]) {
          a: echo(text: "x")
          b: echo(text: "y", times: null, genre: VERSE, loud: true, numbers: [1, 2])
          c: echo(text: "z", times: 2, numbers: $n)
          d: omitted
          e: omitted(note: null, count: 3)
          f: omitted(note: "n", count: null)
        }
        """,
        """{"data":{"a":"x|null|Novel|False|null","b":"y|null|Poetry|True|1,2","c":"z|2|Novel|False|7","d":"omitted -1","e":"null 3","f":"n 0"}}""",
        """{"n":7}""");

    [Fact]
    public Task Inputs_become_records() => ExpectAsync(
        "query($filter: BookFilterInput) { novels: books(filter: { genre: NOVEL }) { title } titled: books(filter: $filter, first: 1) { title } }",
        """{"data":{"novels":[{"title":"Emma"}],"titled":[{"title":"Dune \"one\""}]}}""",
        """{"filter":{"title":"Dune"}}""");

    [Fact]
    public Task One_of_inputs_take_exactly_one_field() => ExpectAsync(
        $$$"""{ a: choose(key: { id: "{{{BookId}}}" }) b: choose(key: { isbn: "978" }) }""",
        $$$"""{"data":{"a":"id {{{Library.Book1}}}","b":"isbn 978"}}""");

    [Fact]
    public Task Abstract_types_resolve_by_class() => ExpectAsync(
        "{ search { __typename ... on Book { title } ... on Magazine { name issue } } named { __typename name } box { content { title } count } measures { a b c d key } }",
        """
        {"data":{"search":[{"__typename":"Book","title":"Dune \"one\""},{"__typename":"Magazine","name":"Wired","issue":7}],
        "named":[{"__typename":"Magazine","name":"Wired"},{"__typename":"Shelf","name":"A"}],
        "box":{"content":{"title":"Dune \"one\""},"count":1},"measures":{"a":1,"b":2,"c":3.5,"d":4,"key":"x"}}}
        """);

    [Fact]
    public Task Resolvers_get_the_caller_the_context_and_global_state() => ExpectAsync(
        "{ whoAmI selects }", """{"data":{"whoAmI":"True north","selects":true}}""", signedIn: true);

    [Fact]
    public async Task Authorization_guards_methods_and_properties()
    {
        var anonymous = await _server.ExecuteAsync("{ secret }");
        Assert.Contains("AUTH_NOT_AUTHENTICATED", anonymous, StringComparison.Ordinal);

        var query = $$$"""{ authorById(id: "{{{AuthorId}}}") { name email } }""";
        var customer = await _server.ExecuteAsync(query, user: SampleServer.Caller("CUSTOMER"));
        Assert.Contains("AUTH_NOT_AUTHORIZED", customer, StringComparison.Ordinal);
        Assert.DoesNotContain("mail@example", customer, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"Frank\"", customer, StringComparison.Ordinal);

        await ExpectAsync(query, """{"data":{"authorById":{"name":"Frank","email":"mail@example"}}}""", roles: "ADMIN");
    }

    [Theory]
    [InlineData("taken", """[{"__typename":"BookTakenError","code":"BOOK_TAKEN","message":"taken is taken.","path":null,"title":"taken"}]""")]
    [InlineData("derived", """[{"__typename":"BookTakenError","code":"BOOK_TAKEN","message":"derived is taken.","path":null,"title":"derived"}]""")]
    [InlineData("sold", """[{"__typename":"BookSoldError","code":"SOLD","message":"sold is taken.","path":["input","title"],"price":5}]""")]
    [InlineData("full", """[{"__typename":"ShelfFullError","code":"SHELF_FULL","message":"No room.","path":null}]""")]
    [InlineData("both", """[{"__typename":"BookTakenError","code":"BOOK_TAKEN","message":"a is taken.","path":null,"title":"a"},{"__typename":"BookSoldError","code":"SOLD","message":"b is taken.","path":["input","title"],"price":1}]""")]
    public Task Exceptions_become_the_errors_of_a_mutation(string title, string errors) => ExpectAsync(
        """
        mutation($title: String!) {
          bookLend(input: { title: $title }) {
            book { title }
            errors { __typename ... on UserError { code message path } ... on BookTakenError { title } ... on BookSoldError { price } }
          }
        }
        """,
        $$$$"""{"data":{"bookLend":{"book":null,"errors":{{{{errors}}}}}}}""",
        $$$"""{"title":"{{{title}}}"}""");

    [Fact]
    public async Task Other_exceptions_fail_the_mutation_and_tell_nothing()
    {
        var response = await _server.ExecuteAsync("""mutation { bookLend(input: { title: "fault" }) { book { title } } }""");

        Assert.Contains("INTERNAL_SERVER_ERROR", response, StringComparison.Ordinal);
        Assert.DoesNotContain("A bug.", response, StringComparison.Ordinal);
    }

    [Fact]
    public Task Mutations_take_one_input_and_answer_with_a_payload() => ExpectAsync(
        """
        mutation {
          bookLend(input: { title: "x", days: 3 }) { book { title } errors { __typename } }
          bookAdd(input: { title: "four", size: { width: 7, height: 1 } }) { book { title } position }
          short: bookAdd(input: { title: "four" }) { position }
          booksForget { success }
          booksRename(input: { titles: ["a"] }) { titles }
          plain(number: 4)
        }
        """,
        """
        {"data":{"bookLend":{"book":{"title":"Emma"},"errors":null},"bookAdd":{"book":{"title":"Dune \"one\""},"position":7},"short":{"position":4},
        "booksForget":{"success":true},"booksRename":{"titles":["a"]},"plain":4}}
        """);

    [Fact]
    public async Task Subscriptions_read_their_topic()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var request = SampleServer.Request("subscription($id: ID!) { onBookLent(id: $id) { title } }", $$$"""{"id":"{{{BookId}}}"}""");
        await using var result = await _server.Executor.ExecuteAsync(request, timeout.Token);
        await using var events = Assert.IsAssignableFrom<StreamResult>(result).ReadAsync(timeout.Token).GetAsyncEnumerator(timeout.Token);

        var next = events.MoveNextAsync();
        await _server.Sender.SendAsync($"book_{Library.Book2}", _server.Library.Books[1], timeout.Token);
        await _server.Sender.SendAsync($"book_{Library.Book1}", _server.Library.Books[0], timeout.Token);
        Assert.True(await next);

        Assert.Equal("""{"data":{"onBookLent":{"title":"Dune \"one\""}}}""", Encoding.UTF8.GetString(events.Current.Json.Span));
    }

    [Fact]
    public async Task Subscriptions_read_the_stream_that_a_method_opens()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using var result = await _server.Executor.ExecuteAsync(SampleServer.Request("subscription { counted(limit: 3) }"), timeout.Token);
        var events = new List<string>();
        await foreach (var response in Assert.IsAssignableFrom<StreamResult>(result).ReadAsync(timeout.Token))
        {
            events.Add(Encoding.UTF8.GetString(response.Json.Span));
            await response.DisposeAsync();
        }

        Assert.Equal(["""{"data":{"counted":1}}""", """{"data":{"counted":2}}""", """{"data":{"counted":3}}"""], events);
    }

    [Fact]
    public Task Lists_nest_and_hold_nulls_where_their_type_says_so() => ExpectAsync(
        "{ corner { matrix words unspecified json link alias number numbers ids class single inner { number } inners { number } } lazily }",
        $$$"""
        {"data":{"corner":{"matrix":[[1,null],[]],"words":["a",null],"unspecified":"2026-01-02T03:04:05Z","json":{"a":[1,2]},"link":"https://corner.example/x","alias":"SECOND",
        "number":"7","numbers":["1","2"],"ids":["{{{GlobalId.Encode("Corner", Library.Book1)}}}"],"class":1,"single":0.5,"inner":{"number":"7"},"inners":[{"number":"7"},null]},"lazily":[1,2]}}
        """);

    [Theory]
    [InlineData("broken", "broken\",1]", "NON_NULL_VIOLATION")]
    [InlineData("missing", "missing\"]", "NON_NULL_VIOLATION")]
    [InlineData("failing", "failing\"]", "INTERNAL_SERVER_ERROR")]
    public async Task A_broken_promise_nulls_the_nearest_nullable_parent_and_tells_where(string field, string path, string code)
    {
        var response = await _server.ExecuteAsync($$"""{ corner { inner { {{field}} } number } }""");

        Assert.Contains("\"inner\":null,\"number\":\"7\"", response, StringComparison.Ordinal);
        Assert.Contains("\"path\":[\"corner\",\"inner\",\"" + path, response, StringComparison.Ordinal);
        Assert.Contains(code, response, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", response, StringComparison.Ordinal);
    }

    [Fact]
    public Task Fields_of_an_interface_belong_to_every_implementation() => ExpectAsync(
        "{ measured { __typename width doubleWidth describe } renamed { __typename text length } heap { __typename items { text } } }",
        """
        {"data":{"measured":[{"__typename":"Plank","width":5,"doubleWidth":10,"describe":"5 of 2"},{"__typename":"Rope","width":3,"doubleWidth":6,"describe":"3 of 2"}],
        "renamed":{"__typename":"PublicName","text":"four","length":4},"heap":{"__typename":"PublicNamePile","items":[{"text":"a"}]}}}
        """);

    [Fact]
    public Task Inputs_set_properties_and_keep_their_defaults() => ExpectAsync(
        $$$"""
        {
          a: take(data: { text: "t" })
          b: take(data: { text: "u", alias: FIRST, loud: false, limit: 2, set: [2, 1, 2], array: [4], nested: { text: "n" }, amount: 1.50, books: ["{{{BookId}}}"] })
          c: span(range: { from: 3 })
          d: span(range: { from: 3, to: 4 }, id: "{{{Library.Book1}}}")
        }
        """,
        $$$"""{"data":{"a":"t Second True 5    omitted ","b":"u First False 2 1,2 4 n 1.50 {{{Library.Book1}}}","c":7,"d":2}}""");

    [Fact]
    public Task Arguments_of_every_scalar_are_read() => ExpectAsync(
        """
        query($any: JSON!, $at: DateTime!) {
          anything(any: $any, link: "https://x.example/y", day: "2026-02-03", at: $at, small: 3, number: "9", uuid: "01900000-0000-7000-8000-000000000001", amount: 1.25, big: 5000000000, ratio: 0.5)
          aliases(aliases: [FIRST, null, ALSO_SECOND])
        }
        """,
        """{"data":{"anything":"{\"k\":1} https://x.example/y 2026-02-03 2026-01-02T02:04:05.0000000Z 3 9 01900000-0000-7000-8000-000000000001 1.25 5000000000 0.5","aliases":["FIRST",null,"SECOND"]}}""",
        """{"any":{"k":1},"at":"2026-01-02T03:04:05+01:00"}""");

    [Fact]
    public async Task A_number_that_does_not_fit_its_CLR_type_is_refused()
    {
        var response = await _server.ExecuteAsync("""{ anything(any: 1, link: "https://x.example", day: "2026-02-03", at: "2026-02-03T00:00:00Z", small: 40000, number: "9", uuid: "01900000-0000-7000-8000-000000000001", amount: 1, big: 1, ratio: 1) }""");

        Assert.Contains("40000 is not between -32768 and 32767", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authorization_of_a_class_guards_all_its_fields_but_those_that_lift_it()
    {
        var response = await _server.ExecuteAsync("{ open hidden } ");
        Assert.Equal("""{"data":{"open":"open","hidden":3}}""", response);

        Assert.Contains("AUTH_NOT_AUTHENTICATED", await _server.ExecuteAsync("{ guarded }"), StringComparison.Ordinal);
    }

    [Fact]
    public Task A_resolver_may_ask_what_is_selected_below() => ExpectAsync(
        "{ a: picked { title author { __typename } } b: picked { title author { name } } }",
        """{"data":{"a":{"title":"Dune \"one\"","author":{"__typename":"Author"}},"b":{"title":"Emma","author":{"name":"Jane"}}}}""");
}
