using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Tests.Planning;

/// <summary>Interfaces and unions: whole where one schema answers for all members, split where not, folded again where equal.</summary>
public sealed class AbstractPlanTests
{
    private const string Hits = """
        type Query { hits: [Hit] bookById(id: ID!): Book @lookup filmById(id: ID!): Film @lookup }
        union Hit = Book | Film
        type Book @key(fields: "id") { id: ID! title: String! size: Size part: Part! }
        type Film @key(fields: "id") { id: ID! title: String size: Size part: Part }
        type Size { n: Int }
        type Part { n: Int }
        """;

    private const string Others = """
        type Query { bookById(id: ID!): Book @lookup @internal filmById(id: ID!): Film @lookup @internal }
        type Book @key(fields: "id") { id: ID! price: Int }
        type Film @key(fields: "id") { id: ID! price: Int }
        """;

    [Fact]
    public void Fields_that_a_source_schema_types_differently_get_an_alias() => Plans.Equal(
        """
        query
          1 root a
            query{hits{__typename ... on Book{title} ... on Film{title_1:title}}}
        """,
        Plans.Of(Plans.Compose(("a", Hits.Replace("title: String!", "title: String! @shareable", StringComparison.Ordinal)), ("b", "type Query { x: Int } type Book { title: String @shareable }")), "{ hits { ... on Book { title } ... on Film { title } } }"));

    [Fact]
    public void An_alias_may_be_the_name_of_the_type_name_field() => Plans.Equal(
        """
        query
          1 root a
            query{hits{__typename ... on Book{typename_1:id} ... on Film{id}}}
        """,
        Plans.Of(Plans.Compose(("a", Hits), ("b", Others)), "{ hits { ... on Book { __typename: id } ... on Film { id } } }"));

    [Fact]
    public void Equal_selections_of_some_members_are_one_fragment_on_their_interface() => Plans.Equal(
        """
        query
          1 root a
            query{all{__typename ... on Media{title id} ... on Person{name}}}
          2 lookup b after 1 in batch 1
            at all[]<Book> with $k_id = id
            query($k_id:ID!){bookById(id:$k_id){price}}
          3 lookup b after 1 in batch 1
            at all[]<Film> with $k_id = id
            query($k_id:ID!){filmById(id:$k_id){price}}
        """,
        Plans.Of(Plans.Compose(
        ("a", "type Query { all: [Hit] bookById(id: ID!): Book @lookup filmById(id: ID!): Film @lookup } interface Media { id: ID! title: String } union Hit = Book | Film | Person type Person { name: String } type Book implements Media @key(fields: \"id\") { id: ID! title: String } type Film implements Media @key(fields: \"id\") { id: ID! title: String }"),
        ("b", "type Query { bookById(id: ID!): Book @lookup @internal filmById(id: ID!): Film @lookup @internal } type Book @key(fields: \"id\") { id: ID! price: Int } type Film @key(fields: \"id\") { id: ID! price: Int }")),
        "{ all { ... on Media { title } ... on Book { price } ... on Film { price } ... on Person { name } } }"));

    [Fact]
    public void Members_known_to_one_schema_only_are_asked_of_that_one() => Plans.Equal(
        """
        query
          1 root a
            query{hits{__typename ... on Book{id}}}
          2 root b
            query{more{__typename ... on Book{pages} ... on Song{title}}}
          3 lookup b after 1
            at hits[]<Book> with $k_id = id
            query($k_id:ID!){bookById(id:$k_id){pages}}
        """,
        Plans.Of(Plans.Compose(
        ("a", "type Query { hits: [Hit] bookById(id: ID!): Book @lookup } union Hit = Book type Book @key(fields: \"id\") { id: ID! }"),
        ("b", "type Query { more: [Hit] bookById(id: ID!): Book @lookup @internal } union Hit = Book | Song type Song { title: String } type Book @key(fields: \"id\") { id: ID! pages: Int }")),
        "{ hits { ...H } more { ...H } } fragment H on Hit { ... on Book { pages } ... on Song { title } }"));

    [Fact]
    public void Fields_are_provided_through_interfaces_and_unions() => Plans.Equal(
        """
        query
          1 root a
            query{hit{__typename ... on Book{title} ... on Film{title}} media{__typename ... on Book{title} ... on Film{id}}}
          2 lookup b after 1
            at media<Film> with $k_id = id
            query($k_id:ID!){filmById(id:$k_id){title}}
        """,
        Plans.Of(FusionSchemaReader.Read($$"""
            enum fusion__Schema { A @fusion__schema(name: "a") B @fusion__schema(name: "b") }
            type Query @fusion__type(schema: A) @fusion__type(schema: B) {
              hit: Hit @fusion__field(schema: A, provides: "... on Media { title }")
              media: Media @fusion__field(schema: A, provides: "... on Book { title }")
            }
            union Hit @fusion__type(schema: A) @fusion__unionMember(schema: A, member: "Book") @fusion__unionMember(schema: A, member: "Film") = Book | Film
            interface Media @fusion__type(schema: A) @fusion__type(schema: B) {
              id: ID! @fusion__field(schema: A) @fusion__field(schema: B)
              title: String @fusion__field(schema: B)
            }
            {{string.Concat(((string[])["Book", "Film"]).Select(type => $$"""
            type {{type}} implements Media @fusion__type(schema: A) @fusion__type(schema: B) @fusion__implements(schema: A, interface: "Media") @fusion__implements(schema: B, interface: "Media")
              @fusion__lookup(schema: B, key: "id", steps: ["{{type.ToLowerInvariant()}}ById(id: ID!)"], map: ["id"]) {
              id: ID! @fusion__field(schema: A) @fusion__field(schema: B)
              title: String @fusion__field(schema: A, partial: true) @fusion__field(schema: B)
            }

            """))}}
            {{ExecutionVocabulary.Definitions}}
            """),
        "{ hit { ... on Media { title } } media { title } }"));
}
