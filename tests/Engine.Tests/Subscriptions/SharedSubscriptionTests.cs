using System.Runtime.InteropServices;
using System.Security.Claims;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Subscriptions;
using LuckyGraph.Engine.Tests.Execution;
using LuckyGraph.Engine.Types;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Subscriptions;

/// <summary>Subscribers of a topic that have everything in common share the execution of each event and its bytes.</summary>
public sealed class SharedSubscriptionTests
{
    private int _executions;

    private TestServer Server(Action<TopicOptions>? topics = null, Func<ResolverContext, ValueTask<object?>>? resolve = null) => new(graphql => graphql
        .AddInMemorySubscriptions(topics)
        .ConfigureSchema(schema =>
        {
            var binding = new ScriptedBinding();
            binding.Leaf<object>(schema.Object("Query"), "x", "Int", _ => 1);
            binding.Subscription(
                schema.Object("Subscription"),
                "ticks",
                "Int!",
                async c => GeneratedValues.Events(await c.Service<ITopicEventReceiver>().SubscribeAsync<int>("ticks", c.CancellationToken)),
                resolve ?? (async c =>
                {
                    Interlocked.Increment(ref _executions);
                    await Task.Yield();
                    return c.EventMessage;
                })).Argument("scale", "Int");
        }));

    private static OperationRequest Request(object? variables = null) => TestServer.Request("subscription ($scale: Int) { ticks(scale: $scale) }", variables);

    private static async Task<IAsyncEnumerator<SingleResult>> SubscribeAsync(TestServer server, OperationRequest request, CancellationToken cancellationToken = default)
        => Assert.IsAssignableFrom<StreamResult>(await server.Executor.ExecuteAsync(request, cancellationToken)).ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

    private static async Task<byte[]> NextAsync(IAsyncEnumerator<SingleResult> subscriber)
    {
        Assert.True(await subscriber.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.True(MemoryMarshal.TryGetArray(subscriber.Current.Json, out var bytes));
        return bytes.Array!;
    }

    private static ITopicEventSender Sender(TestServer server) => server.Services.GetRequiredService<ITopicEventSender>();

    [Fact]
    public async Task Hundreds_of_equal_subscribers_cost_one_execution_and_one_serialisation_for_each_event()
    {
        const int Subscribers = 400;
        const int Events = 20;
        await using var server = Server();
        var subscribers = new List<IAsyncEnumerator<SingleResult>>();
        for (var i = 0; i < Subscribers; i++)
        {
            subscribers.Add(await SubscribeAsync(server, Request()));
        }

        for (var i = 0; i < Events; i++)
        {
            await Sender(server).SendAsync("ticks", i);
        }

        var received = await Task.WhenAll(subscribers.ConvertAll(subscriber => Task.Run(async () =>
        {
            var responses = new List<byte[]>();
            for (var i = 0; i < Events; i++)
            {
                responses.Add(await NextAsync(subscriber));
                await subscriber.Current.DisposeAsync();
            }

            await subscriber.DisposeAsync();
            return responses;
        })));

        Assert.Equal(Events, _executions);
        for (var i = 0; i < Events; i++)
        {
            Assert.Equal($$$"""{"data":{"ticks":{{{i}}}}}""", System.Text.Encoding.UTF8.GetString(received[0][i]));
            Assert.All(received, responses => Assert.Same(received[0][i], responses[i]));
        }
    }

    [Fact]
    public async Task What_may_make_a_response_different_is_not_shared()
    {
        await using var server = Server();
        var caller = new ClaimsPrincipal(new ClaimsIdentity([], "test"));
        OperationRequest[] requests =
        [
            Request(),
            Request(new { scale = 1 }),
            Request() with { User = caller },
            Request() with { State = new Dictionary<string, object?> { ["tenant"] = "north" } },
            Request() with { OnError = ErrorMode.Null },
            TestServer.Request("subscription ($scale: Int) { other: ticks(scale: $scale) }"),
        ];
        var subscribers = await Task.WhenAll(requests.Select(r => SubscribeAsync(server, r)));

        await Sender(server).SendAsync("ticks", 1);
        foreach (var subscriber in subscribers)
        {
            await NextAsync(subscriber);
            await subscriber.DisposeAsync();
        }

        Assert.Equal(requests.Length, _executions);
    }

    [Fact]
    public async Task A_subscriber_that_leaves_does_not_take_the_execution_from_the_others()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = Server(resolve: async c =>
        {
            Interlocked.Increment(ref _executions);
            await release.Task.WaitAsync(c.CancellationToken);
            return c.EventMessage;
        });
        using var leaves = new CancellationTokenSource();
        await using var first = await SubscribeAsync(server, Request(), leaves.Token);
        await using var second = await SubscribeAsync(server, Request());
        await Sender(server).SendAsync("ticks", 5);
        var gone = first.MoveNextAsync().AsTask();
        var stays = second.MoveNextAsync().AsTask();

        await leaves.CancelAsync();
        Assert.False(await gone.WaitAsync(TimeSpan.FromSeconds(20)));
        release.SetResult();

        Assert.True(await stays.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal("""{"data":{"ticks":5}}""", System.Text.Encoding.UTF8.GetString(second.Current.Json.Span));
        Assert.Equal(1, _executions);
    }

    [Fact]
    public async Task A_slow_subscriber_overflows_alone()
    {
        await using var server = Server(o => o.Capacity = 2);
        await using var slow = await SubscribeAsync(server, Request());
        await using var quick = await SubscribeAsync(server, Request());
        for (var i = 0; i < 3; i++)
        {
            await Sender(server).SendAsync("ticks", i);
            await NextAsync(quick);
        }

        await NextAsync(slow);
        await NextAsync(slow);
        Assert.Contains(ErrorCodes.Limit, System.Text.Encoding.UTF8.GetString(await NextAsync(slow)), StringComparison.Ordinal);
        Assert.False(await slow.MoveNextAsync());
        Assert.Equal(3, _executions);
    }
}
