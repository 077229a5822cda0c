using System.Text;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Tests.Planning;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>A schema that knows an interface only as an object type: the type of what it yields is asked of another.</summary>
public sealed class InterfaceObjectTests
{
    private const string Execution = """
        enum fusion__Schema { MEDIA @fusion__schema(name: "media") REVIEWS @fusion__schema(name: "reviews") }
        type Query @fusion__type(schema: MEDIA) @fusion__type(schema: REVIEWS) {
          all: [Media] @fusion__field(schema: MEDIA)
          best: [Media] @fusion__field(schema: REVIEWS)
        }
        interface Media @fusion__type(schema: MEDIA) @fusion__type(schema: REVIEWS, interfaceObject: true)
          @fusion__lookup(schema: MEDIA, key: "id", steps: ["mediaById(id: ID!)"], map: ["id"], internal: true)
          @fusion__lookup(schema: REVIEWS, key: "id", steps: ["mediaById(id: ID!)"], map: ["id"], internal: true) {
          id: ID! @fusion__field(schema: MEDIA) @fusion__field(schema: REVIEWS)
          title: String @fusion__field(schema: MEDIA)
          score: Int @fusion__field(schema: REVIEWS)
          reviews: [Review!] @fusion__field(schema: REVIEWS)
        }
        type Book implements Media @fusion__type(schema: MEDIA) @fusion__implements(schema: MEDIA, interface: "Media")
          @fusion__lookup(schema: MEDIA, key: "id", steps: ["mediaById(id: ID!)"], map: ["id"], internal: true, returns: "Media") {
          id: ID! @fusion__field(schema: MEDIA) @fusion__field(schema: REVIEWS)
          title: String @fusion__field(schema: MEDIA)
          pages: Int @fusion__field(schema: MEDIA)
          score: Int @fusion__field(schema: REVIEWS)
          reviews: [Review!] @fusion__field(schema: REVIEWS)
        }
        type Film implements Media @fusion__type(schema: MEDIA) @fusion__implements(schema: MEDIA, interface: "Media")
          @fusion__lookup(schema: MEDIA, key: "id", steps: ["mediaById(id: ID!)"], map: ["id"], internal: true, returns: "Media") {
          id: ID! @fusion__field(schema: MEDIA) @fusion__field(schema: REVIEWS)
          title: String @fusion__field(schema: MEDIA)
          minutes: Int @fusion__field(schema: MEDIA)
          score: Int @fusion__field(schema: REVIEWS)
          reviews: [Review!] @fusion__field(schema: REVIEWS)
        }
        type Review @fusion__type(schema: REVIEWS) { body: String @fusion__field(schema: REVIEWS) about: Media @fusion__field(schema: REVIEWS) }
        """;

    private static readonly FusionSchema s_schema = FusionSchemaReader.Read($"{Execution}\n{ExecutionVocabulary.Definitions}");

    [Fact]
    public void What_all_types_have_in_common_needs_no_type() => Plans.Equal(
        """
        query
          1 root reviews
            query{best{id score reviews{body}}}
        """,
        Plans.Of(s_schema, "{ best { id score reviews { body } } }"));

    [Fact]
    public void Type_names_and_conditions_are_asked_of_a_schema_that_knows_the_types() => Plans.Equal(
        """
        query
          1 root reviews
            query{best{id score}}
          2 lookup media after 1
            at best[]<Book|Film> with $k_id = id
            query($k_id:ID!){mediaById(id:$k_id){__typename ... on Book{title pages} ... on Film{title}}}
        """,
        Plans.Of(s_schema, "{ best { __typename score title ... on Book { pages } } }"));

    [Fact]
    public void Its_fields_are_looked_up_for_every_type_alike() => Plans.Equal(
        """
        query
          1 root media
            query{all{__typename title id}}
          2 lookup reviews after 1
            at all[]<Book> with $k_id = id
            at all[]<Film> with $k_id = id
            query($k_id:ID!){mediaById(id:$k_id){score}}
        """,
        Plans.Of(s_schema, "{ all { title score } }"));

    [Fact]
    public async Task Objects_get_their_type_and_keep_what_was_read_before()
    {
        var media = await SourceServer.StartAsync("media", """
            type Query { all: [Media] mediaById(id: ID!): Media }
            interface Media { id: ID! title: String }
            type Book implements Media { id: ID! title: String pages: Int }
            type Film implements Media { id: ID! title: String minutes: Int }
            """, new()
        {
            ["Query.all"] = (_, _) => new[] { Typed("b1"), Typed("f1") },
            ["Query.mediaById"] = (_, a) => Typed((string)a["id"]!),
        });
        var reviews = await SourceServer.StartAsync("reviews", """
            type Query { best: [Media] mediaById(id: ID!): Media }
            type Media { id: ID! score: Int reviews: [Review!] }
            type Review { body: String about: Media }
            """, new()
        {
            ["Query.best"] = (_, _) => new[] { Untyped("f1"), Untyped("x9"), Untyped("b1"), Untyped("f1") },
            ["Query.mediaById"] = (_, a) => Untyped((string)a["id"]!),
            ["Media.reviews"] = (m, _) => new[] { ShopServers.Map(("body", $"of {m["id"]}"), ("about", m)) },
        });
        await using var first = media;
        await using var second = reviews;
        using var gateway = new FusionRequestExecutor(s_schema, new[] { media, reviews }.Select(s => new SubgraphClient(s.Name, new SubgraphOptions { Url = s.Url })));
        Assert.Equal(
            """{"data":{"best":[{"__typename":"Film","minutes":90,"score":2,"reviews":[{"body":"of f1","about":{"id":"f1"}}]},null,{"__typename":"Book","title":"T b1","score":2},{"__typename":"Film","minutes":90,"score":2,"reviews":[{"body":"of f1","about":{"id":"f1"}}]}]}}""",
            await RunAsync(gateway, "{ best { __typename ... on Film { minutes } ... on Book { title } score ... on Film { reviews { body about { id } } } } }"));
        Assert.Equal(
            """{"data":{"all":[{"title":"T b1","score":2,"reviews":[{"about":{"title":"T b1"}}]},{"title":"T f1","score":2,"reviews":[{"about":{"title":"T f1"}}]}]}}""",
            await RunAsync(gateway, "{ all { title score reviews { about { title } } } }"));
    }

    private static Dictionary<string, object?>? Typed(string id)
        => id[0] == 'x' ? null : ShopServers.Map(("__typename", id[0] == 'b' ? "Book" : "Film"), ("id", id), ("title", $"T {id}"), ("pages", 100), ("minutes", 90));

    private static Dictionary<string, object?> Untyped(string id) => ShopServers.Map(("id", id), ("score", id.Length));

    private static async Task<string> RunAsync(FusionRequestExecutor gateway, string document)
    {
        await using var result = await gateway.ExecuteAsync(TestGateway.Request(document), CancellationToken.None);
        return Encoding.UTF8.GetString(((Engine.Execution.SingleResult)result).Json.Span);
    }
}
