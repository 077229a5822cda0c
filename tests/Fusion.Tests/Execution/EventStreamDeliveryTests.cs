using System.Text;
using LuckyGraph.Fusion.Events;
using LuckyGraph.Fusion.Execution;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>Subscriptions whose root field the event bus feeds: messages become events, completed by the subgraphs.</summary>
public sealed class EventStreamDeliveryTests
{
    private const string Chat = """
        directive @eventStream(topic: String!, provides: String) on FIELD_DEFINITION
        type Query { message(id: ID!): Message @lookup note(id: ID!): Note @lookup }
        type Message { id: ID! body: String author: Author }
        type Author @key(fields: "id") { id: ID! }
        type Note { id: ID! text: String! }
        union Either = Message | Note
        type Subscription {
          sent(roomId: ID! = "lobby"): Message @eventStream(topic: "chat.{roomId}")
          typing(roomId: ID!): [Typing!]! @eventStream(topic: "typing.{roomId}")
          either: Either @eventStream(topic: "either")
          always: Message! @eventStream(topic: "always")
        }
        type Typing { author: Author! since: Int! }
        """;

    private const string Authors = """
        type Query { author(id: ID!): Author @lookup }
        type Author { id: ID! name: String }
        """;

    private static async Task<(TestGateway Gateway, MemoryEventStreams Bus)> StartAsync(FusionOptions? options = null)
    {
        var bus = new MemoryEventStreams();
        var chat = await SourceServer.StartAsync("chat", Chat, new()
        {
            ["Query.message"] = static (_, a) => a["id"] is "gone" ? null
                : ShopServers.Map(("id", a["id"]), ("body", $"body {a["id"]}"), ("author", ShopServers.Map(("id", "u1")))),
            ["Query.note"] = static (_, a) => ShopServers.Map(("id", a["id"]), ("text", $"text {a["id"]}")),
        });
        var authors = await SourceServer.StartAsync("authors", Authors, new() { ["Query.author"] = static (_, a) => ShopServers.Map(("id", a["id"]), ("name", $"Name {a["id"]}")) });
        return (TestGateway.Over(o => o, (options ?? new FusionOptions()) with { EventStreams = bus }, chat, authors), bus);
    }

    private static ValueTask PublishAsync(MemoryEventStreams bus, string topic, string message) => bus.PublishAsync(topic, Encoding.UTF8.GetBytes(message), default);

    [Fact]
    public async Task Messages_are_completed_with_what_they_do_not_carry()
    {
        var (gateway, bus) = await StartAsync();
        await using var _ = gateway;
        await using var reader = new EventReader(gateway, "subscription($r: ID!) { new: sent(roomId: $r) { __typename key: id body author { name } } }", variables: """{"r":"7"}""");
        await EventReader.UntilAsync(() => bus.Topics == 1);
        await PublishAsync(bus, "chat.8", """{"id":"of another room"}""");
        await PublishAsync(bus, "chat.7", """{"more":[1,{"x":2}],"id":"m1"}""");
        await PublishAsync(bus, "chat.7", """{"id":"m2","body":"not believed"}""");

        Assert.Equal("""{"data":{"new":{"__typename":"Message","key":"m1","body":"body m1","author":{"name":"Name u1"}}}}""", await reader.NextAsync());
        Assert.Equal("""{"data":{"new":{"__typename":"Message","key":"m2","body":"body m2","author":{"name":"Name u1"}}}}""", await reader.NextAsync());
        Assert.Equal(4, gateway.Requests);
    }

    [Fact]
    public async Task What_messages_carry_is_asked_of_nobody()
    {
        var (gateway, bus) = await StartAsync();
        await using var _ = gateway;
        await using var reader = new EventReader(gateway, """subscription { typing(roomId: "1") { since author { id } } }""");
        await EventReader.UntilAsync(() => bus.Topics == 1);
        await PublishAsync(bus, "typing.1", """[{"author":{"id":"a"},"since":3},{"since":4,"author":{"id":5}}]""");

        Assert.Equal("""{"data":{"typing":[{"since":3,"author":{"id":"a"}},{"since":4,"author":{"id":"5"}}]}}""", await reader.NextAsync());
        Assert.Equal(0, gateway.Requests);
    }

    [Fact]
    public async Task Objects_of_an_abstract_type_say_which_they_are()
    {
        var (gateway, bus) = await StartAsync();
        await using var _ = gateway;
        await using var reader = new EventReader(gateway, "subscription { either { ... on Message { body } ... on Note { text } } }");
        await EventReader.UntilAsync(() => bus.Topics == 1);
        await PublishAsync(bus, "either", """{"__typename":"Note","id":"n"}""");
        await PublishAsync(bus, "either", """{"id":"n"}""");
        await PublishAsync(bus, "either", """{"__typename":"Message","id":"m"}""");

        Assert.Equal("""{"data":{"either":{"text":"text n"}}}""", await reader.NextAsync());
        Assert.Contains("which Either an object is", await reader.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("""{"data":{"either":{"body":"body m"}}}""", await reader.NextAsync());
    }

    [Theory]
    [InlineData("no JSON", "it is no JSON")]
    [InlineData("[]", "it is no object")]
    [InlineData("5", "a number in place of a Message")]
    public async Task A_message_that_cannot_be_read_is_an_error_and_the_subscription_goes_on(string message, string problem)
    {
        var (gateway, bus) = await StartAsync();
        await using var _ = gateway;
        await using var reader = new EventReader(gateway, "subscription { sent { body } }");
        await EventReader.UntilAsync(() => bus.Topics == 1);
        await PublishAsync(bus, "chat.lobby", message);
        await PublishAsync(bus, "chat.lobby", """{"id":"m1"}""");

        var failed = await reader.NextAsync();
        Assert.Contains("\"data\":{\"sent\":null}", failed, StringComparison.Ordinal);
        Assert.Contains("EVENT_STREAM_INVALID_MESSAGE", failed, StringComparison.Ordinal);
        Assert.Contains(problem, failed, StringComparison.Ordinal);
        Assert.Equal("""{"data":{"sent":{"body":"body m1"}}}""", await reader.NextAsync());
    }

    [Fact]
    public async Task A_message_without_its_key_or_about_what_is_gone_is_null_and_no_more()
    {
        var (gateway, bus) = await StartAsync();
        await using var _ = gateway;
        await using var reader = new EventReader(gateway, "subscription { sent { id body } }");
        await EventReader.UntilAsync(() => bus.Topics == 1);
        await PublishAsync(bus, "chat.lobby", """{"id":"gone"}""");
        await PublishAsync(bus, "chat.lobby", """{"body":"b"}""");
        await PublishAsync(bus, "chat.lobby", """{"id":"m1"}""");

        Assert.Equal("""{"data":{"sent":{"id":"gone","body":null}}}""", await reader.NextAsync());
        Assert.StartsWith("""{"data":{"sent":null},"errors":[""", await reader.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("""{"data":{"sent":{"id":"m1","body":"body m1"}}}""", await reader.NextAsync());
    }

    [Fact]
    public async Task Equal_subscriptions_share_one_reader_also_when_they_come_late()
    {
        var (gateway, bus) = await StartAsync();
        await using var _ = gateway;
        const string Document = "subscription { sent { body author { name } } }";
        await using var first = new EventReader(gateway, Document);
        await EventReader.UntilAsync(() => bus.Topics == 1);
        await PublishAsync(bus, "chat.lobby", """{"id":"m1"}""");
        await first.NextAsync();
        await using var second = new EventReader(gateway, Document);
        await EventReader.UntilAsync(() => gateway.Executor.Subscriptions == 2);
        Assert.Equal(1, gateway.Executor.SubscriptionUpstreams);
        await PublishAsync(bus, "chat.lobby", """{"id":"m2"}""");

        Assert.Equal(await first.NextAsync(), await second.NextAsync());
        Assert.Equal(4, gateway.Requests);
    }

    [Fact]
    public async Task A_topic_is_given_back_with_its_last_subscription()
    {
        var (gateway, bus) = await StartAsync();
        await using var _ = gateway;
        var reader = new EventReader(gateway, "subscription { sent { id } }");
        await EventReader.UntilAsync(() => bus.Topics == 1);
        await reader.DisposeAsync();

        await EventReader.UntilAsync(() => bus.Topics == 0);
    }

    [Fact]
    public async Task A_value_cannot_reach_into_another_topic()
    {
        var (gateway, bus) = await StartAsync();
        await using var _ = gateway;
        await using var reader = new EventReader(gateway, "subscription($r: ID!) { sent(roomId: $r) { id } }", variables: """{"r":"1.private"}""");
        await EventReader.UntilAsync(() => bus.Topics == 1);
        await PublishAsync(bus, "chat.1.private", """{"id":"secret"}""");
        await PublishAsync(bus, "chat.1%2Eprivate", """{"id":"own"}""");

        Assert.Equal("""{"data":{"sent":{"id":"own"}}}""", await reader.NextAsync());
    }

    [Fact]
    public async Task Without_a_bus_the_subscription_ends_with_an_error()
    {
        var (gateway, _) = await StartAsync();
        await using var _1 = gateway;
        await using var without = TestGateway.Over(gateway["chat"], gateway["authors"]);
        await using var reader = new EventReader(without, "subscription { sent { id } }");

        Assert.Contains("EVENT_STREAM_UNAVAILABLE", await reader.NextAsync(), StringComparison.Ordinal);
        Assert.Null(await reader.NextAsync());
    }

    [Fact]
    public async Task Nobody_loses_a_message_or_sees_one_twice()
    {
        var (gateway, bus) = await StartAsync(new FusionOptions { SubscriptionBuffer = 2_000 });
        await using var _ = gateway;
        var readers = Enumerable.Range(0, 50).Select(i => new EventReader(gateway, "subscription { sent { id } }", authorization: $"Bearer {i % 5}")).ToArray();
        await EventReader.UntilAsync(() => gateway.Executor.Subscriptions == 50 && bus.Topics == 1);
        await EventReader.UntilAsync(() => bus.ReadersOf("chat.lobby") == 5);
        for (var i = 0; i < 500; i++)
        {
            await PublishAsync(bus, "chat.lobby", $$"""{"id":"{{i}}"}""");
        }

        foreach (var reader in readers)
        {
            for (var i = 0; i < 500; i++)
            {
                Assert.Equal($$$$"""{"data":{"sent":{"id":"{{{{i}}}}"}}}""", await reader.NextAsync());
            }

            await reader.DisposeAsync();
        }
    }
}
