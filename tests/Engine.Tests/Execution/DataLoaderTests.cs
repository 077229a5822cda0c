using LuckyGraph.Engine.Batching;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Execution;

public sealed class DataLoaderTests
{
    private readonly List<int[]> _first = [];
    private readonly List<int[]> _second = [];
    private readonly List<int[]> _third = [];

    private static async ValueTask<Dictionary<int, string>> Named(IReadOnlyList<int> keys, string prefix = "v")
    {
        await Task.Yield();
        return keys.ToDictionary(k => k, k => prefix + k);
    }

    private TestServer ItemServer(
        int count,
        Func<ResolverContext, ValueTask<object?>> resolve,
        Func<IReadOnlyList<int>, DataLoaderContext, ValueTask<Dictionary<int, string>>>? first = null,
        Func<IReadOnlyList<int>, DataLoaderContext, ValueTask<Dictionary<int, string>>>? second = null,
        Func<ResolverContext, ValueTask<object?>>? resolveOther = null,
        int maxBatchSize = 1000,
        Action<IServiceCollection>? services = null)
    {
        var binding = new ScriptedBinding();
        return new TestServer(
            graphql => graphql
                .AddDataLoader<ILoader>(s => new ScriptedLoader(s, _first, first ?? ((keys, _) => Named(keys)), maxBatchSize))
                .AddDataLoader<IOtherLoader>(s => new ScriptedLoader(s, _second, second ?? ((keys, _) => Named(keys, "w"))))
                .AddDataLoader<IThirdLoader>(s => new ScriptedLoader(s, _third, (keys, _) => Named(keys, "t")))
                .ConfigureSchema(schema =>
                {
                    var query = schema.Object("Query");
                    binding.Composite<object>(query, "items", "[Item!]!", _ => Enumerable.Range(1, count).Select(i => (object)i).ToArray());
                    binding.Effect(query, "item", "Item", c => new ValueTask<object?>((int)((CoercedArguments)c.Arguments!)[0]!)).Argument("id", "Int!");
                    var item = schema.Object("Item");
                    binding.Effect(item, "name", "String", resolve);
                    binding.Effect(item, "other", "String", resolveOther ?? resolve);
                }),
            services);
    }

    [Fact]
    public async Task All_keys_of_a_level_load_together_and_once()
    {
        await using var server = ItemServer(50, async c => await c.DataLoader<ILoader>().LoadAsync((int)c.Parent! % 20, c.CancellationToken));

        var response = await server.ExecuteAsync("{ items { name again: name } }");

        Assert.Equal("v1", response.GetProperty("data").GetProperty("items")[0].GetProperty("again").GetString());
        Assert.Equal(20, Assert.Single(_first).Length);
    }

    [Fact]
    public async Task A_second_loader_after_the_first_loads_once_too()
    {
        await using var server = ItemServer(30, async c =>
        {
            var name = await c.DataLoader<ILoader>().LoadAsync((int)c.Parent!, c.CancellationToken);
            return name + await c.DataLoader<IOtherLoader>().LoadAsync((int)c.Parent!, c.CancellationToken);
        });

        var response = await server.ExecuteAsync("{ items { name } }");

        Assert.Equal("v30w30", response.GetProperty("data").GetProperty("items")[29].GetProperty("name").GetString());
        Assert.Single(_first);
        Assert.Equal(30, Assert.Single(_second).Length);
    }

    [Fact]
    public async Task A_loader_may_await_another_loader()
    {
        await using var server = ItemServer(
            10,
            async c => await c.DataLoader<ILoader>().LoadAsync((int)c.Parent!, c.CancellationToken),
            first: async (keys, context) =>
            {
                var others = await context.DataLoader<IOtherLoader>().LoadAsync([.. keys], context.CancellationToken);
                return keys.Zip(others).ToDictionary(p => p.First, p => "of " + p.Second);
            });

        var response = await server.ExecuteAsync("{ items { name } }");

        Assert.Equal("of w3", response.GetProperty("data").GetProperty("items")[2].GetProperty("name").GetString());
        Assert.Single(_first);
        Assert.Single(_second);
    }

    [Fact]
    public async Task A_loader_that_two_loaders_of_different_duration_lead_to_loads_once()
    {
        var slow = new TaskCompletionSource();
        await using var server = ItemServer(
            10,
            async c => await c.DataLoader<IThirdLoader>().LoadAsync((await c.DataLoader<ILoader>().LoadAsync((int)c.Parent!))!.Length + (int)c.Parent!),
            second: async (keys, _) =>
            {
                await slow.Task;
                return await Named(keys, "w");
            },
            first: async (keys, _) =>
            {
                var values = await Named(keys);
                // The other batch ends well after this one.
                ThreadPool.QueueUserWorkItem(state => state.SetResult(), slow, preferLocal: false);
                return values;
            },
            resolveOther: async c => await c.DataLoader<IThirdLoader>().LoadAsync(1000 + (await c.DataLoader<IOtherLoader>().LoadAsync((int)c.Parent!))!.Length));

        await server.ExecuteAsync("{ items { name other } }");

        Assert.Single(_first);
        Assert.Single(_second);
        Assert.Single(_third);
    }

    [Fact]
    public async Task A_loader_may_await_keys_of_which_some_are_under_way_and_some_are_new()
    {
        await using var server = ItemServer(
            10,
            async c => await c.DataLoader<ILoader>().LoadAsync((int)c.Parent!),
            resolveOther: async c => await c.DataLoader<IOtherLoader>().LoadAsync((int)c.Parent!),
            first: async (keys, context) =>
            {
                var others = await context.DataLoader<IOtherLoader>().LoadAsync([1, 2, .. keys.Select(k => k + 100)]);
                return keys.ToDictionary(k => k, k => others[^1]!);
            });

        var response = await server.ExecuteAsync("{ items { other name } }").WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal("w110", response.GetProperty("data").GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Equal(2, _second.Count);
    }

    [Fact]
    public async Task A_loader_that_awaits_another_out_of_sight_does_not_hang()
    {
        await using var server = ItemServer(
            3,
            async c => await c.DataLoader<ILoader>().LoadAsync((int)c.Parent!),
            first: async (keys, context) =>
            {
                var other = context.DataLoader<IOtherLoader>();
                var done = new TaskCompletionSource<string?>();
                ThreadPool.UnsafeQueueUserWorkItem(async _ => done.SetResult(await other.LoadAsync(7)), null);
                var value = await done.Task;
                return keys.ToDictionary(k => k, _ => value!);
            });

        var response = await server.ExecuteAsync("{ items { name } }").WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal("w7", response.GetProperty("data").GetProperty("items")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Batches_keep_to_their_size()
    {
        await using var server = ItemServer(25, async c => await c.DataLoader<ILoader>().LoadAsync((int)c.Parent!), maxBatchSize: 10);

        await server.ExecuteAsync("{ items { name } }");

        Assert.Equal([10, 10, 5], _first.Select(b => b.Length));
    }

    [Fact]
    public async Task A_missing_key_is_null_and_a_failed_load_fails_each_field_that_waits()
    {
        await using var missing = ItemServer(2, async c => await c.DataLoader<ILoader>().LoadAsync((int)c.Parent!), first: (_, _) => new([]));
        Assert.Equal("""{"data":{"items":[{"name":null},{"name":null}]}}""", await missing.ExecuteTextAsync("{ items { name } }"));

        await using var failing = ItemServer(2, async c => await c.DataLoader<ILoader>().LoadAsync((int)c.Parent!), first: (_, _) => throw new GraphQLException("down", "DOWN"));
        var response = await failing.ExecuteAsync("{ items { name } }");
        Assert.Equal(["""["items",0,"name"]""", """["items",1,"name"]"""], response.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("path").GetRawText()));
    }

    [Fact]
    public async Task A_key_can_fail_alone()
    {
        await using var server = new TestServer(graphql => graphql
            .AddDataLoader<PartlyFailingLoader>(s => new PartlyFailingLoader(s))
            .ConfigureSchema(schema => new ScriptedBinding().Effect(schema.Object("Query"), "values", "[String]", async c =>
            {
                var loader = c.DataLoader<PartlyFailingLoader>();
                var even = loader.LoadAsync(2);
                var odd = loader.LoadAsync(3);
                return new object?[] { await even, await odd.ContinueWith(t => t.Exception!.InnerException!.Message) };
            })));

        Assert.Equal("""{"data":{"values":["2","3 is odd"]}}""", await server.ExecuteTextAsync("{ values }"));
    }

    [Fact]
    public async Task A_primed_key_is_not_loaded()
    {
        await using var server = ItemServer(3, async c =>
        {
            c.DataLoader<ILoader>().Prime(2, "primed");
            return await c.DataLoader<ILoader>().LoadAsync((int)c.Parent!);
        });

        var response = await server.ExecuteAsync("{ items { name } }");

        Assert.Equal("primed", response.GetProperty("data").GetProperty("items")[1].GetProperty("name").GetString());
        Assert.Equal([1, 3], Assert.Single(_first));
    }

    [Fact]
    public async Task The_sets_of_a_variable_batch_share_one_load()
    {
        await using var server = ItemServer(0, async c => await c.DataLoader<ILoader>().LoadAsync((int)c.Parent!));
        var sets = Enumerable.Range(1, 40).Select(i => System.Text.Json.JsonSerializer.SerializeToElement(new { id = i == 7 ? "no number" : (object)i })).ToList();

        var results = await server.Executor.ExecuteBatchAsync(TestServer.Request("query ($id: Int!) { item(id: $id) { name } }"), sets, default);

        Assert.Equal(39, Assert.Single(_first).Length);
        Assert.Equal("""{"data":{"item":{"name":"v40"}}}""", TestServer.Parse(results[39]).GetRawText());
        Assert.Equal(RequestErrorKind.Validation, results[6].RequestError);
    }

    [Fact]
    public async Task Delays_in_resolvers_and_loaders_do_not_change_the_response()
    {
        string? expected = null;
        for (var round = 0; round < 60; round++)
        {
            var random = new Random(round);
            async ValueTask Delay()
            {
                int turns;
                lock (random)
                {
                    turns = random.Next(6);
                }

                for (var i = 0; i < turns; i++)
                {
                    await Task.Yield();
                }
            }

            await using var server = ItemServer(
                40,
                async c =>
                {
                    await Delay();
                    var name = await c.DataLoader<ILoader>().LoadAsync((int)c.Parent!);
                    await Delay();
                    return name + await c.DataLoader<IOtherLoader>().LoadAsync((int)c.Parent! / 2);
                },
                first: async (keys, _) =>
                {
                    await Delay();
                    return await Named(keys);
                },
                second: async (keys, context) =>
                {
                    var thirds = await context.DataLoader<IThirdLoader>().LoadAsync([.. keys]);
                    await Delay();
                    return keys.Zip(thirds).ToDictionary(p => p.First, p => p.Second!);
                });

            var text = await server.ExecuteTextAsync("{ items { name other } }").WaitAsync(TimeSpan.FromSeconds(20));

            Assert.Equal(expected ??= text, text);
            Assert.Equal(40, _first.SelectMany(b => b).Distinct().Count());
            Assert.Equal(_first.Sum(b => b.Length), _first.SelectMany(b => b).Distinct().Count());
            _first.Clear();
        }
    }

    [Fact]
    public async Task Every_load_has_a_scope_of_its_own_that_ends_with_it()
    {
        var disposals = new DisposalCounter();
        await using var server = ItemServer(
            3,
            async c => await c.DataLoader<ILoader>().LoadAsync((int)c.Parent!),
            first: async (keys, context) =>
            {
                Assert.Same(context.Service<ScopedService>(), context.Service<ScopedService>());
                return await Named(keys);
            },
            services: s => s.AddSingleton(disposals).AddScoped<ScopedService>());

        await server.ExecuteAsync("{ items { name } }");

        Assert.Equal(1, disposals.Count);
    }

    [Fact]
    public async Task Services_take_loaders_as_constructor_parameters()
    {
        await using var server = ItemServer(
            5, async c => await c.Service<ServiceWithLoader>().NameAsync((int)c.Parent!), services: s => s.AddScoped<ServiceWithLoader>());

        var response = await server.ExecuteAsync("{ items { name } }");

        Assert.Equal("v5", response.GetProperty("data").GetProperty("items")[4].GetProperty("name").GetString());
        Assert.Single(_first);
    }

    [Fact]
    public async Task An_unregistered_loader_is_a_clear_error_in_the_log_and_masked_for_the_client()
    {
        await using var server = new TestServer(graphql => graphql.ConfigureSchema(schema =>
            new ScriptedBinding().Effect(schema.Object("Query"), "x", "String", c => new(c.DataLoader<ILoader>().LoadAsync(1)))));

        var response = await server.ExecuteAsync("{ x }");

        Assert.Equal("INTERNAL_SERVER_ERROR", response.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    private sealed class PartlyFailingLoader(BatchScheduler scheduler) : DataLoader<int, string>(scheduler, 100)
    {
        protected override async ValueTask LoadAsync(DataLoaderBatch<int, string> batch, DataLoaderContext context)
        {
            await Task.Yield();
            for (var i = 0; i < batch.Keys.Count; i++)
            {
                if (batch.Keys[i] % 2 == 0)
                {
                    batch.SetResult(i, batch.Keys[i].ToString());
                }
                else
                {
                    batch.SetError(i, new GraphQLException($"{batch.Keys[i]} is odd"));
                }
            }
        }
    }

    private sealed class ServiceWithLoader(ILoader loader)
    {
        public async Task<string?> NameAsync(int id) => await loader.LoadAsync(id);
    }
}

internal sealed class DisposalCounter
{
    private int _count;

    public int Count => _count;

    public void Add() => Interlocked.Increment(ref _count);
}

internal sealed class ScopedService(DisposalCounter disposals) : IDisposable
{
    public void Dispose() => disposals.Add();
}
