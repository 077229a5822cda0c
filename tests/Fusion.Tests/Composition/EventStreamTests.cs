using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Tests.Planning;

namespace LuckyGraph.Fusion.Tests.Composition;

/// <summary>Subscription fields that the event bus feeds (<c>@eventStream</c>): what composition makes of them and refuses.</summary>
public sealed class EventStreamTests
{
    private const string Chat = """
        type Query { message(id: ID!): Message @lookup }
        type Message { id: ID! body: String! author: User! }
        type User @key(fields: "id") { id: ID! }
        type Subscription { messageSent(roomId: ID!): Message @eventStream(topic: "chat.{roomId}") }
        """;

    private const string Accounts = """
        type Query { user(id: ID!): User @lookup }
        type User { id: ID! name: String }
        """;

    [Fact]
    public void An_event_stream_becomes_a_source_schema_that_knows_the_key()
    {
        var schema = Compose.Passes(Chat, Accounts);
        var events = schema.Source("A:events")!;
        Assert.True(events.IsEventStream);
        Assert.False(schema.Source("A")!.IsEventStream);
        var field = schema.Subscription!.Field("messageSent")!;
        Assert.Equal([events], field.SourceFields.Select(static f => f.Source));
        Assert.Equal("chat.{roomId}", field.In(events.Id)!.Topic!.Text);
        Assert.Equal(["id"], schema.Type("Message")!.Fields.Where(f => f.In(events.Id) is not null).Select(static f => f.Name));
        Assert.False(schema.Type("Message")!.Field("id")!.In(events.Id)!.IsPartial);
    }

    [Fact]
    public void The_execution_schema_says_it_and_reads_back()
    {
        var result = Compose.With(Chat, Accounts);
        Assert.Contains("A_EVENTS @fusion__schema(name: \"A:events\", events: true)", result.ExecutionSdl, StringComparison.Ordinal);
        Assert.Contains("messageSent(roomId: ID!): Message @fusion__field(schema: A_EVENTS) @fusion__eventStream(schema: A_EVENTS, topic: \"chat.{roomId}\")", result.ExecutionSdl, StringComparison.Ordinal);
        Assert.DoesNotContain("eventStream", result.ClientSdl, StringComparison.Ordinal);
        var read = FusionSchemaReader.Read(result.ExecutionSdl!);
        Assert.True(read.Source("A:events")!.IsEventStream);
        Assert.Equal("chat.{roomId}", read.Subscription!.Field("messageSent")!.SourceFields[0].Topic!.Text);
    }

    [Fact]
    public void The_plan_takes_the_key_of_the_message_and_looks_up_the_rest()
    {
        var schema = Compose.Passes(Chat, Accounts);
        Plans.Equal("""
            subscription
              1 event A:events
                subscription($room:ID!){messageSent(roomId:$room){id}}
              2 lookup A after 1
                at messageSent with $k_id = id
                query($k_id:ID!){message(id:$k_id){body author{id}}}
              3 lookup B after 2
                at messageSent.author with $k_id = id
                query($k_id:ID!){user(id:$k_id){name}}
            """, Plans.Of(schema, "subscription($room: ID!) { messageSent(roomId: $room) { id body author { name } } }"));
    }

    [Fact]
    public void What_messages_carry_needs_no_lookup()
    {
        var schema = Compose.Passes(
            Chat.Replace("{roomId}\")", "{roomId}\", provides: \"id body author { id }\")", StringComparison.Ordinal), Accounts);
        Plans.Equal("""
            subscription
              1 event A:events
                subscription{messageSent(roomId:"1"){body author{id}}}
              2 lookup B after 1
                at messageSent.author with $k_id = id
                query($k_id:ID!){user(id:$k_id){name}}
            """, Plans.Of(schema, "subscription { messageSent(roomId: \"1\") { body author { name } } }"));
    }

    [Fact]
    public void Queries_are_planned_as_without_events()
    {
        var schema = Compose.Passes(
            Chat.Replace("{roomId}\")", "{roomId}\", provides: \"id body author { id }\")", StringComparison.Ordinal), Accounts);
        Plans.Equal("""
            query
              1 root A
                query{message(id:"1"){body author{id}}}
              2 lookup B after 1
                at message.author with $k_id = id
                query($k_id:ID!){user(id:$k_id){name}}
            """, Plans.Of(schema, "{ message(id: \"1\") { body author { id name } } }"));
    }

    [Fact]
    public void Streams_that_carry_different_fields_of_a_type_are_apart()
    {
        var schema = Compose.Passes("""
            type Query { message(id: ID!): Message @lookup }
            type Message { id: ID! body: String! room: Room! }
            type Room @key(fields: "id") { id: ID! topic: String! @shareable }
            type Subscription {
              sent: Message @eventStream(topic: "sent", provides: "id body")
              edited: Message @eventStream(topic: "edited", provides: "id body")
              removed: Message @eventStream(topic: "removed")
              moved: Move @eventStream(topic: "moved", provides: "from { id topic } to { id }")
            }
            type Move { from: Room! to: Room! }
            """, "type Query { room(id: ID!): Room @lookup } type Room { id: ID! topic: String! @shareable }");
        Assert.Equal(["A:events", "A:events:2"], schema.Sources.Where(static s => s.IsEventStream).Select(static s => s.Name));
        string From(string field) => schema.Subscription!.Field(field)!.SourceFields[0].Source.Name;
        Assert.Equal((From("sent"), From("sent")), (From("edited"), From("moved")));
        Assert.NotEqual(From("sent"), From("removed"));
        Assert.True(schema.Type("Room")!.Field("topic")!.In(schema.Source(From("moved"))!.Id)!.IsPartial);
    }

    [Fact]
    public void A_type_without_a_key_is_wholly_in_the_message()
    {
        var schema = Compose.Passes("""
            type Subscription { ticked: [Tick!]! @eventStream(topic: "ticks") }
            type Tick { at: Int! price: Price! side: Side }
            type Price { amount: Float! currency: String! }
            enum Side { BUY SELL }
            """);
        Plans.Equal("""
            subscription
              1 event A:events
                subscription{ticked{at side price{amount}}}
            """, Plans.Of(schema, "subscription { ticked { at side price { amount } } }"));
    }

    [Fact]
    public void A_stub_is_found_by_the_lookups_of_other_schemas()
    {
        var schema = Compose.Passes("type Subscription { joined: User @eventStream(topic: \"joined\") } type User { id: ID! }", Accounts);
        Plans.Equal("""
            subscription
              1 event A:events
                subscription{joined{id}}
              2 lookup B after 1
                at joined with $k_id = id
                query($k_id:ID!){user(id:$k_id){name}}
            """, Plans.Of(schema, "subscription { joined { name } }"));
    }

    [Fact]
    public void Interfaces_and_unions_carry_the_key_of_each_type()
    {
        var schema = Compose.Passes("""
            type Query { a(id: ID!): A @lookup b(sku: ID!): B @lookup }
            interface Named { name: String }
            type A implements Named { id: ID! name: String }
            type B implements Named { sku: ID! name: String }
            union Either = A | B
            type Subscription { changed: Either @eventStream(topic: "changes") named: Named @eventStream(topic: "names") }
            """);
        Plans.Equal("""
            subscription
              1 event A:events
                subscription{changed{__typename ... on A{id} ... on B{sku}}}
              2 lookup A after 1
                at changed<A> with $k_id = id
                query($k_id:ID!){a(id:$k_id){name}}
            """, Plans.Of(schema, "subscription { changed { ... on A { name } ... on B { sku } } }"));
        Plans.Equal("""
            subscription
              1 event A:events
                subscription{named{__typename ... on A{id} ... on B{sku}}}
              2 lookup A after 1 in batch 1
                at named<A> with $k_id = id
                query($k_id:ID!){a(id:$k_id){name}}
              3 lookup A after 1 in batch 1
                at named<B> with $k_sku = sku
                query($k_sku:ID!){b(sku:$k_sku){name}}
            """, Plans.Of(schema, "subscription { named { name } }"));
    }

    [Fact]
    public void Federation_schemas_declare_event_streams_too()
    {
        var schema = Compose.Passes("""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
            directive @eventStream(topic: String!, provides: String) on FIELD_DEFINITION
            type Query { products: [Product] }
            type Product @key(fields: "id") @key(fields: "sku") { id: ID! sku: String! name: String }
            type Subscription { priced: Product @eventStream(topic: "prices") stocked: Product @eventStream(topic: "stock", provides: "sku") }
            """);
        Plans.Equal("""
            subscription
              1 event A:events
                subscription{priced{id}}
              2 lookup A after 1
                at priced with $representations = id
                query($representations:[_Any!]!){_entities(representations:$representations){... on Product{name}}}
            """, Plans.Of(schema, "subscription { priced { name } }"));
        Plans.Equal("""
            subscription
              1 event A:events:2
                subscription{stocked{sku}}
              2 lookup A after 1
                at stocked with $representations = sku
                query($representations:[_Any!]!){_entities(representations:$representations){... on Product{name}}}
            """, Plans.Of(schema, "subscription { stocked { name } }"));
    }

    [Fact]
    public void Directives_of_the_field_and_the_type_hold()
    {
        var schema = Compose.Passes("""
            directive @authenticated on FIELD_DEFINITION | OBJECT
            directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
            type Query { message(id: ID!): Message @lookup }
            type Message @requiresScopes(scopes: [["read"]]) { id: ID! body: String! }
            type Subscription { messageSent: Message @authenticated @deprecated(reason: "old") @eventStream(topic: "chat") }
            """);
        var field = schema.Subscription!.Field("messageSent")!;
        Assert.NotNull(field.Access);
        Assert.NotNull(field.NamedType.Access);
        Assert.Equal("old", field.Definition.DeprecationReason);
    }

    [Theory]
    [InlineData("type Query { a: A @eventStream(topic: \"a\") } type A { b: Int }", "EVENT_STREAM_INVALID_USAGE", "no field of the subscription root")]
    [InlineData("type Subscription { a: A @eventStream(topic: \"a\") @override(from: \"B\") } type A { b: Int }", "EVENT_STREAM_INVALID_USAGE", "@override")]
    [InlineData("type Subscription { a(x: Int @require(field: \"b\")): A @eventStream(topic: \"a\") b: Int } type A { b: Int }", "EVENT_STREAM_INVALID_USAGE", "for the gateway to fill")]
    [InlineData("type Subscription { a: A @eventStream } type A { b: Int }", "EVENT_STREAM_INVALID_TOPIC", "argument \"topic\"")]
    [InlineData("type Subscription { a: A @eventStream(topic: \"\") } type A { b: Int }", "EVENT_STREAM_INVALID_TOPIC", "is empty")]
    [InlineData("type Subscription { a: A @eventStream(topic: \"a b\") } type A { b: Int }", "EVENT_STREAM_INVALID_TOPIC", "white space")]
    [InlineData("type Subscription { a(x: ID!): A @eventStream(topic: \"a.{x\") } type A { b: Int }", "EVENT_STREAM_INVALID_TOPIC", "brace")]
    [InlineData("type Subscription { a(x: ID!): A @eventStream(topic: \"a.{y}\") } type A { b: Int }", "EVENT_STREAM_INVALID_TOPIC", "no argument \"y\"")]
    [InlineData("type Subscription { a(x: ID): A @eventStream(topic: \"a.{x}\") } type A { b: Int }", "EVENT_STREAM_INVALID_TOPIC", "non-null")]
    [InlineData("type Subscription { a(x: [ID!]!): A @eventStream(topic: \"a.{x}\") } type A { b: Int }", "EVENT_STREAM_INVALID_TOPIC", "non-null scalars and enums")]
    [InlineData("type Subscription { a(x: I!): A @eventStream(topic: \"a.{x}\") } input I { i: Int } type A { b: Int }", "EVENT_STREAM_INVALID_TOPIC", "non-null scalars and enums")]
    [InlineData("type Subscription { a(x: ID!, y: ID!): A @eventStream(topic: \"a.{x}-{y}\") } type A { b: Int }", "EVENT_STREAM_INVALID_TOPIC", "tells them apart")]
    [InlineData("type Subscription { a(x: ID!, y: ID!): A @eventStream(topic: \"a.{x}{y}\") } type A { b: Int }", "EVENT_STREAM_INVALID_TOPIC", "tells them apart")]
    [InlineData("type Subscription { a: Int @eventStream(topic: \"a\") }", "EVENT_STREAM_INVALID_TYPE", "\"Int\"")]
    [InlineData("type Subscription { a: [[A]] @eventStream(topic: \"a\") } type A { b: Int }", "EVENT_STREAM_INVALID_TYPE", "[[A]]")]
    [InlineData("type Subscription { a: A @eventStream(topic: \"a\") } type A { b(c: Int): Int }", "EVENT_STREAM_INVALID_TYPE", "no key")]
    [InlineData("type Subscription { a: A @eventStream(topic: \"a\") } type A { b: Int a: A }", "EVENT_STREAM_INVALID_TYPE", "no key")]
    [InlineData("type Subscription { a: A @eventStream(topic: \"a\", provides: \"{\") } type A { b: Int }", "EVENT_STREAM_INVALID_PROVIDES", "no selection set")]
    [InlineData("type Subscription { a: A @eventStream(topic: \"a\", provides: \"c\") } type A { b: Int }", "EVENT_STREAM_INVALID_PROVIDES", "no field \"c\"")]
    [InlineData("type Subscription { a: A @eventStream(topic: \"a\", provides: \"b(c: 1)\") } type A { b(c: Int): Int }", "EVENT_STREAM_INVALID_PROVIDES", "has arguments")]
    [InlineData("type Subscription { a: A @eventStream(topic: \"a\", provides: \"a\") } type A { b: Int a: A }", "EVENT_STREAM_INVALID_PROVIDES", "without its fields")]
    [InlineData("type Subscription { a: A @eventStream(topic: \"a\", provides: \"b @skip(if: true)\") } type A { b: Int }", "EVENT_STREAM_INVALID_PROVIDES", "with a directive")]
    [InlineData("type Subscription { a: A @eventStream(topic: \"a\", provides: \"... on B { c }\") } type A { b: Int } type B { c: Int }", "EVENT_STREAM_INVALID_PROVIDES", "no \"A\" is a \"B\"")]
    public void Declarations_that_cannot_be_are_refused(string sdl, string code, string reason)
        => Assert.Contains(reason, Compose.Fails(code, sdl).Message, StringComparison.Ordinal);

    [Fact]
    public void Fields_that_neither_the_message_nor_a_lookup_brings_are_unsatisfiable()
        => Assert.Contains("A:events", Compose.Fails(
            CompositionCodes.UnsatisfiableQueryPath,
            "type Subscription { a: A @eventStream(topic: \"a\", provides: \"b\") } type A { b: Int c: Int }").Message, StringComparison.Ordinal);

    [Fact]
    public void A_subscription_field_has_one_source()
        => Compose.Fails(CompositionCodes.InvalidFieldSharing, Chat, Chat.Replace("message(id", "other(id", StringComparison.Ordinal), Accounts);

    [Fact]
    public void Values_in_topics_are_escaped()
    {
        var topic = new System.Text.StringBuilder();
        EventTopicTemplate.AppendValue(topic, "a-Z_9.b/c:d é=😀");
        Assert.Equal("a-Z_9%2Eb%2Fc%3Ad%20%C3%A9%3D%F0%9F%98%80", topic.ToString());
    }
}
