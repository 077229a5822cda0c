using LuckyGraph.Engine.Subscriptions;

namespace LuckyGraph.Engine.Tests.Subscriptions;

public sealed class InMemoryTopicTests
{
    private const int Capacity = 100;
    private readonly InMemoryTopics _topics = new(new TopicOptions { Capacity = Capacity });

    [Fact]
    public Task Every_subscriber_gets_every_message_in_order() => TopicContract.Every_subscriber_gets_every_message_in_order(_topics, _topics);

    [Fact]
    public Task No_message_is_missed_once_the_subscription_is_made() => TopicContract.No_message_is_missed_once_the_subscription_is_made(_topics, _topics);

    [Fact]
    public Task Topics_are_apart_and_names_are_literal() => TopicContract.Topics_are_apart_and_names_are_literal(_topics, _topics);

    [Fact]
    public Task A_reader_that_is_cancelled_ends_and_leaves_the_topic() => TopicContract.A_reader_that_is_cancelled_ends_and_leaves_the_topic(_topics, _topics);

    [Fact]
    public Task A_subscription_ends_with_its_token() => TopicContract.A_subscription_ends_with_its_token(_topics);

    [Fact]
    public Task A_reader_that_falls_behind_fails_after_what_was_kept() => TopicContract.A_reader_that_falls_behind_fails_after_what_was_kept(_topics, _topics, Capacity);

    [Fact]
    public Task The_oldest_messages_are_dropped_when_the_latest_counts()
    {
        var topics = new InMemoryTopics(new TopicOptions { Capacity = 10, Overflow = TopicOverflow.DropOldest });
        return TopicContract.The_oldest_messages_are_dropped_when_the_latest_counts(topics, topics, 10);
    }
}

/// <summary>The same promises over Redis; sender and receiver are two processes' worth of connections.</summary>
public sealed class RedisTopicTests(PrivateRedis redis) : IClassFixture<PrivateRedis>, IAsyncDisposable
{
    private const int Capacity = 100;
    private readonly List<RedisTopics> _opened = [];

    [RedisFact]
    public Task Every_subscriber_gets_every_message_in_order() => TopicContract.Every_subscriber_gets_every_message_in_order(Open(), Open());

    [RedisFact]
    public Task No_message_is_missed_once_the_subscription_is_made() => TopicContract.No_message_is_missed_once_the_subscription_is_made(Open(), Open());

    [RedisFact]
    public Task Topics_are_apart_and_names_are_literal() => TopicContract.Topics_are_apart_and_names_are_literal(Open(), Open());

    [RedisFact]
    public Task A_reader_that_is_cancelled_ends_and_leaves_the_topic() => TopicContract.A_reader_that_is_cancelled_ends_and_leaves_the_topic(Open(), Open());

    [RedisFact]
    public Task A_subscription_ends_with_its_token() => TopicContract.A_subscription_ends_with_its_token(Open());

    [RedisFact]
    public Task A_reader_that_falls_behind_fails_after_what_was_kept() => TopicContract.A_reader_that_falls_behind_fails_after_what_was_kept(Open(), Open(), Capacity);

    [RedisFact]
    public Task The_oldest_messages_are_dropped_when_the_latest_counts()
    {
        var topics = Open(o => (o.Topics.Capacity, o.Topics.Overflow) = (10, TopicOverflow.DropOldest));
        return TopicContract.The_oldest_messages_are_dropped_when_the_latest_counts(topics, topics, 10);
    }

    [RedisFact]
    public async Task A_subscription_lives_on_when_the_server_comes_back()
    {
        var (sender, receiver) = (Open(), Open());
        var stream = await receiver.SubscribeAsync<int>("restart");
        await redis.StopAsync();
        await redis.StartAsync();

        // Messages count from when the connections are back.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var sending = Task.Run(async () =>
        {
            while (!patience.IsCancellationRequested)
            {
                try
                {
                    await sender.SendAsync("restart", 1, patience.Token);
                }
                catch (Exception e) when (e is StackExchange.Redis.RedisException or OperationCanceledException)
                {
                    await Task.Yield();
                }
            }
        });
        var received = 0;
        await foreach (var item in stream.WithCancellation(patience.Token))
        {
            received = item;
            break;
        }

        patience.Cancel();
        await sending.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(1, received);
    }

    [RedisFact]
    public async Task A_message_of_another_form_fails_the_stream()
    {
        var topics = Open();
        var stream = await topics.SubscribeAsync<int>("forms");
        await topics.SendAsync("forms", "no number");

        await Assert.ThrowsAsync<InvalidOperationException>(() => TopicContract.AllOf(stream));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var topics in _opened)
        {
            await topics.DisposeAsync();
        }
    }

    private RedisTopics Open(Action<RedisTopicOptions>? configure = null)
    {
        var options = new RedisTopicOptions { Configuration = redis.Configuration };
        options.Topics.Capacity = Capacity;
        configure?.Invoke(options);
        var topics = new RedisTopics(options);
        _opened.Add(topics);
        return topics;
    }
}
