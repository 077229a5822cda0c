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
}
