using LuckyGraph.Engine.Batching;

namespace LuckyGraph.Engine.Tests.Execution;

/// <summary>Requests whose resolvers run on other threads from their first instruction on.</summary>
public sealed class DataLoaderContentionTests
{
    [Fact]
    public async Task A_resolver_that_is_on_another_thread_at_once_meets_the_scheduler_of_its_request()
    {
        var binding = new ScriptedBinding();
        var batches = new List<int[]>();
        await using var server = new TestServer(graphql => graphql
            .AddDataLoader<ILoader>(s => new ScriptedLoader(s, batches, (keys, _) => new(keys.ToDictionary(k => k, k => "v" + k))))
            .ConfigureSchema(schema =>
            {
                binding.Composite<object>(schema.Object("Query"), "items", "[Item!]!", _ => new object[] { 1, 2 });
                binding.Effect(schema.Object("Item"), "name", "String", async c =>
                {
                    await Task.Yield();
                    return await c.DataLoader<ILoader>().LoadAsync((int)c.Parent!);
                });
            }));

        // The window is a few instructions wide: some of so many requests meet it.
        var left = 20_000;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var text = await server.ExecuteTextAsync("{ items { name } }").WaitAsync(TimeSpan.FromSeconds(20));
                Assert.Equal("""{"data":{"items":[{"name":"v1"},{"name":"v2"}]}}""", text);
            }
        })));
    }

    [Fact]
    public async Task What_runs_on_elsewhere_after_a_batch_has_run_before_the_next_batch_begins()
    {
        const int Count = 40;
        var (first, second, third) = (new List<int[]>(), new List<int[]>(), new List<int[]>());
        var binding = new ScriptedBinding();
        await using var server = new TestServer(graphql => graphql
            .ModifyRequestOptions(o => o.DataLoaderHoldTime = TimeSpan.FromSeconds(20))
            .AddDataLoader<ILoader>(s => new ScriptedLoader(s, first, OnThePoolAsync))
            .AddDataLoader<IOtherLoader>(s => new ScriptedLoader(s, second, OnThePoolAsync))
            .AddDataLoader<IThirdLoader>(s => new ScriptedLoader(s, third, OnThePoolAsync))
            .ConfigureSchema(schema =>
            {
                binding.Composite<object>(schema.Object("Query"), "items", "[Item!]!", _ => Enumerable.Range(1, Count).Select(i => (object)i).ToArray());
                var item = schema.Object("Item");
                binding.Effect(item, "below", "Item", async c =>
                {
                    await WanderAsync();
                    await c.DataLoader<ILoader>().LoadAsync((int)c.Parent!);
                    await WanderAsync();
                    await c.DataLoader<IOtherLoader>().LoadAsync((int)c.Parent!);
                    await WanderAsync();
                    return c.Parent;
                });
                binding.Effect(item, "name", "String", async c => await c.DataLoader<IThirdLoader>().LoadAsync((int)c.Parent!));
            }));

        for (var round = 0; round < 300; round++)
        {
            await server.ExecuteTextAsync("{ items { below { name } } }").WaitAsync(TimeSpan.FromSeconds(60));

            Assert.Equal(Count, Assert.Single(first).Length);
            Assert.Equal(Count, Assert.Single(second).Length);
            Assert.Equal(Count, Assert.Single(third).Length);
            first.Clear();
            second.Clear();
            third.Clear();
        }
    }

    private static async ValueTask<Dictionary<int, string>> OnThePoolAsync(IReadOnlyList<int> keys, DataLoaderContext context)
    {
        await WanderAsync();
        return keys.ToDictionary(key => key, key => "v" + key);
    }

    // Goes on at once, or somewhere else, or somewhere else and later.
    private static async ValueTask WanderAsync()
    {
        switch (Random.Shared.Next(8))
        {
            case 0:
                await Task.Delay(Random.Shared.Next(1, 3));
                break;
            case 1:
                await Task.Run(() => Thread.SpinWait(Random.Shared.Next(20_000)));
                break;
            case 2 or 3:
                await Task.Yield();
                Thread.SpinWait(Random.Shared.Next(2_000));
                break;
        }
    }
}
