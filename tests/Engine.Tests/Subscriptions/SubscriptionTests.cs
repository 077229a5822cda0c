using System.Runtime.CompilerServices;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Subscriptions;
using LuckyGraph.Engine.Tests.Execution;
using LuckyGraph.Engine.Types;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Subscriptions;

public sealed class SubscriptionTests
{
    private readonly ScriptedBinding _binding = new();

    private TestServer Server(
        Func<ResolverContext, ValueTask<IAsyncEnumerable<object?>>> source,
        Func<ResolverContext, ValueTask<object?>>? resolve = null,
        Action<IServiceCollection>? services = null,
        bool authorize = false)
        => new(
            graphql => graphql.AddInMemorySubscriptions().ConfigureSchema(schema =>
            {
                _binding.Leaf<object>(schema.Object("Query"), "x", "Int", _ => 1);
                var field = _binding.Subscription(schema.Object("Subscription"), "ticks", "Int!", source, resolve ?? (c => new(c.EventMessage)));
                if (authorize)
                {
                    field.Authorize([], null);
                }
            }),
            services);

    private static async IAsyncEnumerable<object?> Count(int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 1; i <= count; i++)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return i;
        }
    }

    private static async Task<List<string>> ReadAsync(TestServer server, CancellationToken cancellationToken = default)
    {
        await using var stream = Assert.IsAssignableFrom<StreamResult>(await server.Executor.ExecuteAsync(TestServer.Request("subscription { ticks }"), cancellationToken));
        var responses = new List<string>();
        await foreach (var response in stream.ReadAsync(cancellationToken))
        {
            await using (response)
            {
                responses.Add(TestServer.Parse(response).GetRawText());
            }
        }

        return responses;
    }

    [Fact]
    public async Task Each_event_is_executed_with_services_of_its_own()
    {
        var disposals = new DisposalCounter();
        await using var server = Server(
            _ => new(Count(3)),
            c => new((int)c.EventMessage! + (c.Service<ScopedService>() is null ? 100 : 0)),
            services => services.AddSingleton(disposals).AddScoped<ScopedService>());

        Assert.Equal(["""{"data":{"ticks":1}}""", """{"data":{"ticks":2}}""", """{"data":{"ticks":3}}"""], await ReadAsync(server));
        Assert.Equal(3, disposals.Count);
    }

    [Fact]
    public async Task A_topic_reaches_the_subscriber()
    {
        await using var server = Server(async c => Boxed(await c.Service<ITopicEventReceiver>().SubscribeAsync<int>("ticks", c.CancellationToken)));
        await using var stream = Assert.IsAssignableFrom<StreamResult>(await server.Executor.ExecuteAsync(TestServer.Request("subscription { ticks }"), default));
        var sender = server.Services.GetRequiredService<ITopicEventSender>();
        await sender.SendAsync("ticks", 7);
        await sender.CompleteAsync("ticks");

        var responses = new List<string>();
        await foreach (var response in stream.ReadAsync(default))
        {
            responses.Add(TestServer.Parse(response).GetRawText());
        }

        Assert.Equal(["""{"data":{"ticks":7}}"""], responses);
    }

    [Fact]
    public async Task A_failed_event_does_not_end_the_stream_and_a_failed_source_does_with_an_error()
    {
        await using var failing = Server(_ => new(Count(2)), c => (int)c.EventMessage! == 1 ? throw new GraphQLException("first") : new(c.EventMessage));
        var responses = await ReadAsync(failing);
        Assert.Equal(2, responses.Count);
        Assert.Contains("\"first\"", responses[0], StringComparison.Ordinal);

        await using var broken = Server(_ => new(Broken()));
        responses = await ReadAsync(broken);
        Assert.Equal("""{"data":{"ticks":1}}""", responses[0]);
        Assert.Contains("INTERNAL_SERVER_ERROR", responses[1], StringComparison.Ordinal);
        Assert.Equal(2, responses.Count);
    }

    [Fact]
    public async Task A_source_that_cannot_be_opened_answers_with_errors_and_no_data()
    {
        await using var server = Server(_ => throw new GraphQLException("no such order", "NOT_FOUND"));

        var response = await server.ExecuteAsync("subscription { ticks }");

        Assert.False(response.TryGetProperty("data", out _));
        Assert.Equal("NOT_FOUND", response.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal("""["ticks"]""", response.GetProperty("errors")[0].GetProperty("path").GetRawText());
    }

    [Fact]
    public async Task A_subscription_needs_the_callers_authorization()
    {
        var opened = 0;
        await using var server = Server(_ => new(Count(++opened)), authorize: true);

        var response = await server.ExecuteAsync("subscription { ticks }");

        Assert.Equal("AUTH_NOT_AUTHENTICATED", response.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal(0, opened);
    }

    [Fact]
    public async Task A_reader_that_leaves_ends_the_source()
    {
        var ended = new TaskCompletionSource();
        await using var server = Server(_ => new(Endless(ended)));
        await using var stream = Assert.IsAssignableFrom<StreamResult>(await server.Executor.ExecuteAsync(TestServer.Request("subscription { ticks }"), default));

        await foreach (var response in stream.ReadAsync(default))
        {
            break;
        }

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_transport_without_streams_is_told_so()
    {
        await using var server = Server(_ => new(Count(1)));

        await using var result = (SingleResult)await server.Executor.ExecuteAsync(TestServer.Request("subscription { ticks }") with { AllowStream = false }, default);

        Assert.Equal(RequestErrorKind.BadRequest, result.RequestError);
    }

    private static async IAsyncEnumerable<object?> Boxed<T>(IAsyncEnumerable<T> source)
    {
        await foreach (var item in source)
        {
            yield return item;
        }
    }

    private static async IAsyncEnumerable<object?> Broken()
    {
        await Task.Yield();
        yield return 1;
        throw new InvalidOperationException("connection string");
    }

    private static async IAsyncEnumerable<object?> Endless(TaskCompletionSource ended)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                await Task.Yield();
                yield return i;
            }
        }
        finally
        {
            ended.SetResult();
        }
    }
}
