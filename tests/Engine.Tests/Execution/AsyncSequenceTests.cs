using System.Runtime.CompilerServices;
using LuckyGraph.Engine.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Execution;

/// <summary>Resolvers that return <c>IAsyncEnumerable</c>: lists read to their end, or delivered as they are yielded under <c>@stream</c>.</summary>
public sealed class AsyncSequenceTests
{
    private readonly Source _source = new();

    /// <summary>Yields when it is told to, and notes what becomes of it.</summary>
    private sealed class Source
    {
        private readonly System.Threading.Channels.Channel<object?> _items = System.Threading.Channels.Channel.CreateUnbounded<object?>();

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int Pulled;

        public void Yield(params object?[] items)
        {
            foreach (var item in items)
            {
                _items.Writer.TryWrite(item);
            }
        }

        public void Complete(Exception? exception = null) => _items.Writer.Complete(exception);

        public async IAsyncEnumerable<object?> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            try
            {
                await foreach (var item in _items.Reader.ReadAllAsync(cancellationToken))
                {
                    Interlocked.Increment(ref Pulled);
                    yield return item;
                }
            }
            finally
            {
                Ended.SetResult();
            }
        }
    }

    private TestServer Server(string items = "[Item!]", Func<ResolverContext, ValueTask<object?>>? resolve = null, Action<GraphQLRequestOptions>? options = null)
    {
        var binding = new ScriptedBinding();
        return new TestServer(
            graphql => graphql
                .AddDataLoader<ILoader>(s => new ScriptedLoader(s, [], async (keys, _) =>
                {
                    await Task.Yield();
                    return keys.ToDictionary(k => k, k => "v" + k);
                }))
                .ModifyRequestOptions(o =>
                {
                    (o.EnableDefer, o.EnableStream) = (true, true);
                    options?.Invoke(o);
                })
                .ConfigureSchema(schema =>
                {
                    var query = schema.Object("Query");
                    binding.Effect(query, "items", items, resolve ?? (_ => new(_source.ReadAsync())));
                    binding.Effect(query, "numbers", "[Int]", resolve ?? (_ => new(_source.ReadAsync())));
                    var item = schema.Object("Item");
                    binding.Leaf<int>(item, "id", "Int", i => i);
                    binding.Effect(item, "name", "String", async c => await c.DataLoader<ILoader>().LoadAsync((int)c.Parent!));
                }),
            services => services.AddScoped<Mark>());
    }

    private sealed class Mark : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    /// <summary>Reads payload after payload.</summary>
    private sealed class Reader(ExecutionResult result, CancellationToken cancellationToken) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<SingleResult> _payloads = Assert.IsAssignableFrom<StreamResult>(result).ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

        public static async Task<Reader> OpenAsync(TestServer server, string document, CancellationToken cancellationToken = default)
            => new(await server.Executor.ExecuteAsync(TestServer.Request(document), cancellationToken), cancellationToken);

        public async Task<string?> NextAsync()
        {
            if (!await _payloads.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)))
            {
                return null;
            }

            await using var payload = _payloads.Current;
            return TestServer.Parse(payload).GetRawText();
        }

        public async ValueTask DisposeAsync()
        {
            await _payloads.DisposeAsync();
            await result.DisposeAsync();
        }
    }

    [Fact]
    public async Task Without_stream_the_sequence_is_read_to_its_end()
    {
        await using var server = Server();
        _source.Yield(1, 2);
        var response = server.ExecuteTextAsync("{ items { id name } }");
        _source.Yield(3);
        _source.Complete();

        Assert.Equal("""{"data":{"items":[{"id":1,"name":"v1"},{"id":2,"name":"v2"},{"id":3,"name":"v3"}]}}""", await response);
        Assert.True(_source.Ended.Task.IsCompleted);
    }

    [Fact]
    public async Task Items_are_delivered_as_they_are_yielded()
    {
        await using var server = Server();
        _source.Yield(1, 2);
        await using var reader = await Reader.OpenAsync(server, "{ items @stream(initialCount: 1, label: \"L\") { id name } }");

        Assert.Equal("""{"data":{"items":[{"id":1,"name":"v1"}]},"pending":[{"id":"0","path":["items"],"label":"L"}],"hasNext":true}""", await reader.NextAsync());
        Assert.Equal("""{"incremental":[{"id":"0","items":[{"id":2,"name":"v2"}]}],"hasNext":true}""", await reader.NextAsync());
        _source.Yield(3);
        Assert.Equal("""{"incremental":[{"id":"0","items":[{"id":3,"name":"v3"}]}],"hasNext":true}""", await reader.NextAsync());
        _source.Complete();
        Assert.Equal("""{"completed":[{"id":"0"}],"hasNext":false}""", await reader.NextAsync());
        Assert.Null(await reader.NextAsync());
        Assert.True(_source.Ended.Task.IsCompleted);
    }

    [Fact]
    public async Task A_sequence_that_ends_within_the_initial_items_announces_nothing()
    {
        await using var server = Server();
        _source.Yield(1);
        _source.Complete();

        Assert.Equal("""{"data":{"items":[{"id":1}]}}""", await server.ExecuteTextAsync("{ items @stream(initialCount: 2) { id } }"));
        Assert.True(_source.Ended.Task.IsCompleted);
    }

    [Fact]
    public async Task Leaves_are_streamed_too()
    {
        await using var server = Server();
        _source.Yield(1, 2, 3);
        _source.Complete();
        await using var reader = await Reader.OpenAsync(server, "{ numbers @stream }");

        Assert.StartsWith("""{"data":{"numbers":[]},"pending":""", await reader.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("""{"incremental":[{"id":"0","items":[1,2,3]}],"completed":[{"id":"0"}],"hasNext":false}""", await reader.NextAsync());
    }

    [Fact]
    public async Task A_sequence_that_fails_without_stream_fails_its_field()
    {
        await using var server = Server();
        _source.Yield(1);
        _source.Complete(new GraphQLException("dry", "DRY"));

        Assert.Equal(
            """{"data":{"items":null},"errors":[{"message":"dry","locations":[{"line":1,"column":3}],"path":["items"],"extensions":{"code":"DRY"}}]}""",
            await server.ExecuteTextAsync("{ items { id } }"));
        Assert.True(_source.Ended.Task.IsCompleted);
    }

    [Fact]
    public async Task A_sequence_that_fails_in_the_middle_keeps_what_was_yielded_and_ends_the_list()
    {
        await using var server = Server();
        _source.Yield(1);
        await using var reader = await Reader.OpenAsync(server, "{ items @stream(initialCount: 1) { id } }");
        await reader.NextAsync();

        _source.Yield(2);
        _source.Complete(new GraphQLException("dry", "DRY"));

        var rest = await reader.NextAsync() + await reader.NextAsync();
        Assert.Contains("""{"id":"0","items":[{"id":2}]}""", rest, StringComparison.Ordinal);
        Assert.EndsWith(
            """{"id":"0","errors":[{"message":"dry","locations":[{"line":1,"column":3}],"path":["items"],"extensions":{"code":"DRY"}}]}],"hasNext":false}""", rest, StringComparison.Ordinal);
        await _source.Ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_null_where_items_may_not_be_null_ends_the_list_and_the_sequence()
    {
        await using var server = Server();
        _source.Yield(1);
        await using var reader = await Reader.OpenAsync(server, "{ items @stream(initialCount: 1) { id } }");
        await reader.NextAsync();

        _source.Yield(2, null, 3);

        var rest = await reader.NextAsync();
        rest += rest!.Contains("hasNext\":true", StringComparison.Ordinal) ? await reader.NextAsync() : "";
        Assert.Contains("\"path\":[\"items\",2]", rest, StringComparison.Ordinal);
        Assert.EndsWith("\"hasNext\":false}", rest, StringComparison.Ordinal);
        await _source.Ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task The_sequence_is_pulled_one_payload_ahead_of_the_reader()
    {
        await using var server = Server();
        _source.Yield([.. Enumerable.Range(0, 1_000).Cast<object?>()]);
        _source.Complete();
        await using var reader = await Reader.OpenAsync(server, "{ items @stream { id } }");

        await reader.NextAsync();
        await reader.NextAsync();

        Assert.InRange(Volatile.Read(ref _source.Pulled), 64, 128);
        while (await reader.NextAsync() is not null)
        {
        }

        Assert.Equal(1_000, _source.Pulled);
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_the_sequence()
    {
        using var client = new CancellationTokenSource();
        await using var server = Server();
        _source.Yield(1);
        await using var reader = await Reader.OpenAsync(server, "{ items @stream(initialCount: 1) { id } }", client.Token);
        await reader.NextAsync();
        var next = reader.NextAsync();

        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await _source.Ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_reader_that_leaves_ends_the_sequence(int payloads)
    {
        await using var server = Server();
        _source.Yield(1);
        var result = await server.Executor.ExecuteAsync(TestServer.Request("{ items @stream(initialCount: 1) { id } }"), default);
        if (payloads > 0)
        {
            await foreach (var payload in Assert.IsAssignableFrom<StreamResult>(result).ReadAsync(default))
            {
                await payload.DisposeAsync();
                break;
            }
        }

        await result.DisposeAsync();

        await _source.Ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task An_item_that_does_not_come_in_time_ends_the_list_with_a_timeout()
    {
        await using var server = Server(options: o => o.ExecutionTimeout = TimeSpan.FromSeconds(1));
        _source.Yield(1);
        await using var reader = await Reader.OpenAsync(server, "{ items @stream(initialCount: 1) { id } }");
        await reader.NextAsync();

        Assert.Contains(ErrorCodes.Timeout, await reader.NextAsync(), StringComparison.Ordinal);
        Assert.Null(await reader.NextAsync());
        await _source.Ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_resolver_that_yields_keeps_its_scope_and_its_loaders()
    {
        Mark? mark = null;
        async IAsyncEnumerable<object?> Items(ResolverContext context)
        {
            mark = context.Service<Mark>();
            for (var i = 1; i <= 3; i++)
            {
                Assert.Equal("v" + i, await context.DataLoader<ILoader>().LoadAsync(i));
                Assert.False(mark.IsDisposed);
                Assert.Equal("items", context.Path.Name);
                yield return i;
            }
        }

        await using var server = Server(resolve: async context =>
        {
            _ = context.Service<Mark>();
            await Task.Yield();
            return Items(context);
        });
        await using var reader = await Reader.OpenAsync(server, "{ items @stream(initialCount: 1) { id } }");
        var all = "";
        while (await reader.NextAsync() is { } payload)
        {
            all += payload;
        }

        Assert.DoesNotContain("errors", all, StringComparison.Ordinal);
        Assert.Contains("{\"id\":3}", all, StringComparison.Ordinal);
        Assert.True(mark!.IsDisposed);
    }

    [Fact]
    public async Task A_sequence_longer_than_the_limit_fails()
    {
        await using var server = Server(options: o => o.MaxListSize = 2);
        _source.Yield(1, 2, 3);
        _source.Complete();

        Assert.Contains(ErrorCodes.Limit, await server.ExecuteTextAsync("{ items { id } }"), StringComparison.Ordinal);
    }
}
