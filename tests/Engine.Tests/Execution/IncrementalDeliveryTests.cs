using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Engine.Tests.Execution;

public sealed class IncrementalDeliveryTests
{
    [Fact]
    public async Task A_fragment_deferred_at_many_places_is_one_batch()
    {
        var batches = new List<int>();
        await using var server = Server((binding, schema) =>
        {
            var item = schema.Object("Item");
            binding.Leaf<string>(item, "id", "String", id => id);
            binding.Batch(item, "stock", "Int", context =>
            {
                batches.Add(context.Parents.Count);
                for (var i = 0; i < context.Parents.Count; i++)
                {
                    context.SetResult(i, i);
                }

                return default;
            });
            binding.Composite<object>(schema.Object("Query"), "items", "[Item]", _ => new[] { "a", "b", "c" });
        });

        await using var result = await server.Executor.ExecuteAsync(TestServer.Request("{ items { id ... @defer { stock } } }"), default);
        var payloads = new List<string>();
        await foreach (var payload in Assert.IsAssignableFrom<StreamResult>(result).ReadAsync(default))
        {
            await using (payload)
            {
                payloads.Add(TestServer.Parse(payload).GetRawText());
            }
        }

        Assert.Equal([3], batches);
        Assert.Equal(2, payloads.Count);
        Assert.StartsWith("""{"data":{"items":[{"id":"a"},{"id":"b"},{"id":"c"}]},"pending":[""", payloads[0], StringComparison.Ordinal);
        Assert.Contains("\"data\":{\"stock\":2}", payloads[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_fragment_does_not_hold_up_another()
    {
        var slow = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = Server((binding, schema) =>
        {
            var query = schema.Object("Query");
            binding.Effect(query, "slow", "Int", async _ => await slow.Task);
            binding.Effect(query, "quick", "Int", _ => new ValueTask<object?>(1));
        });
        await using var result = await server.Executor.ExecuteAsync(TestServer.Request("{ ... @defer { slow } ... @defer { quick } }"), default);
        var payloads = new List<string>();

        await foreach (var payload in Assert.IsAssignableFrom<StreamResult>(result).ReadAsync(default))
        {
            await using (payload)
            {
                payloads.Add(TestServer.Parse(payload).GetRawText());
            }

            if (payloads.Count == 2)
            {
                slow.SetResult(2);
            }
        }

        Assert.Equal(3, payloads.Count);
        Assert.Contains("\"data\":{\"quick\":1}", payloads[1], StringComparison.Ordinal);
        Assert.Contains("\"data\":{\"slow\":2}", payloads[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_options_the_directives_are_unknown()
    {
        await using var server = TestServer.OfData("type Query { a: Int }");

        Assert.Contains("@defer", await server.ExecuteTextAsync("{ ... @defer { a } }"), StringComparison.Ordinal);
    }

    private static TestServer Server(Action<ScriptedBinding, LuckyGraph.Engine.Types.SchemaBuilder> build) => new(graphql => graphql
        .ModifyRequestOptions(o => (o.EnableDefer, o.EnableStream) = (true, true))
        .ConfigureSchema(schema => build(new ScriptedBinding(), schema)));
}
