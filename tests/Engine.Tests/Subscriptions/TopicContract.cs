using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Subscriptions;

namespace LuckyGraph.Engine.Tests.Subscriptions;

/// <summary>What every kind of topic must do; each method is one promise, run against each kind.</summary>
internal static class TopicContract
{
    public sealed record OrderEvent(Guid OrderId, string Status, decimal Total);

    private static string NewTopic() => "order-" + Guid.NewGuid().ToString("N");

    public static async Task Every_subscriber_gets_every_message_in_order(ITopicEventSender sender, ITopicEventReceiver receiver)
    {
        var topic = NewTopic();
        var first = await receiver.SubscribeAsync<OrderEvent>(topic);
        var second = await receiver.SubscribeAsync<OrderEvent>(topic);
        var id = Guid.NewGuid();
        var sent = Enumerable.Range(0, 50).Select(i => new OrderEvent(id, $"S{i}", i + 0.5m)).ToList();
        foreach (var message in sent)
        {
            await sender.SendAsync(topic, message);
        }

        await sender.CompleteAsync(topic);

        Assert.Equal(sent, await AllOf(first));
        Assert.Equal(sent, await AllOf(second));
    }

    public static async Task No_message_is_missed_once_the_subscription_is_made(ITopicEventSender sender, ITopicEventReceiver receiver)
    {
        for (var i = 0; i < 50; i++)
        {
            var topic = NewTopic();
            var stream = await receiver.SubscribeAsync<int>(topic);
            await sender.SendAsync(topic, i);
            await sender.CompleteAsync(topic);
            Assert.Equal([i], await AllOf(stream));
        }
    }

    public static async Task Topics_are_apart_and_names_are_literal(ITopicEventSender sender, ITopicEventReceiver receiver)
    {
        var prefix = NewTopic();
        var star = await receiver.SubscribeAsync<string>(prefix + "*");
        await sender.SendAsync(prefix + "a", "for another topic");
        await sender.SendAsync(prefix + "*", "mine");
        await sender.CompleteAsync(prefix + "*");

        Assert.Equal(["mine"], await AllOf(star));
    }

    public static async Task A_reader_that_is_cancelled_ends_and_leaves_the_topic(ITopicEventSender sender, ITopicEventReceiver receiver)
    {
        using var reader = new CancellationTokenSource();
        var topic = NewTopic();
        var stream = await receiver.SubscribeAsync<int>(topic);
        var reading = Task.Run(async () =>
        {
            await foreach (var item in stream.WithCancellation(reader.Token))
            {
                reader.Cancel();
            }
        });
        await sender.SendAsync(topic, 1);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(20)));
        await sender.SendAsync(topic, 2);
    }

    public static async Task A_subscription_ends_with_its_token(ITopicEventReceiver receiver)
    {
        using var client = new CancellationTokenSource();
        var stream = await receiver.SubscribeAsync<int>(NewTopic(), client.Token);
        client.Cancel();

        Assert.Empty(await AllOf(stream));
    }

    public static async Task A_reader_that_falls_behind_fails_after_what_was_kept(ITopicEventSender sender, ITopicEventReceiver receiver, int capacity)
    {
        var topic = NewTopic();
        var slow = await receiver.SubscribeAsync<int>(topic);
        var fast = await receiver.SubscribeAsync<int>(topic);
        var count = 0;
        var counting = Task.Run(async () =>
        {
            await foreach (var item in fast)
            {
                if (Interlocked.Increment(ref count) == capacity + 5)
                {
                    return;
                }
            }
        });
        for (var i = 0; i < capacity + 5; i++)
        {
            await PrivateRedis.Until(() => Volatile.Read(ref count) > i - capacity);
            await sender.SendAsync(topic, i);
        }

        await counting.WaitAsync(TimeSpan.FromSeconds(20));
        var read = new List<int>();
        var error = await Assert.ThrowsAsync<GraphQLException>(async () =>
        {
            await foreach (var item in slow)
            {
                read.Add(item);
            }
        });
        Assert.Equal("LIMIT_EXCEEDED", error.Error.Code);
        Assert.Equal(Enumerable.Range(0, capacity), read);
    }

    public static async Task The_oldest_messages_are_dropped_when_the_latest_counts(ITopicEventSender sender, ITopicEventReceiver receiver, int capacity)
    {
        var topic = NewTopic();
        var stream = await receiver.SubscribeAsync<int>(topic);
        for (var i = 0; i < capacity * 3; i++)
        {
            await sender.SendAsync(topic, i);
        }

        await sender.CompleteAsync(topic);
        Assert.Equal(Enumerable.Range(capacity * 2, capacity), await AllOf(stream));
    }

    public static async Task<List<T>> AllOf<T>(IAsyncEnumerable<T> stream)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var items = new List<T>();
        await foreach (var item in stream.WithCancellation(patience.Token))
        {
            items.Add(item);
        }

        return items;
    }
}
