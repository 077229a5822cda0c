using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Conformance;

/// <summary>
/// Servers that answer from a case's data, one for each way the engine runs resolvers: read while the response is written,
/// resolved one by one with and without waiting, resolved in batches. A case passes when all of them answer alike.
/// </summary>
internal sealed class DataServer(Corpus corpus, bool incrementalDelivery = false)
{
    private readonly Dictionary<string, List<(string Way, IRequestExecutor Executor)>> _executors = new(StringComparer.Ordinal);

    public IReadOnlyList<(string Way, IRequestExecutor Executor)> Ways(string schema)
    {
        if (!_executors.TryGetValue(schema, out var ways))
        {
            var options = new GraphQLRequestOptions { EnableDefer = incrementalDelivery, EnableStream = incrementalDelivery };
            options.Validation = options.Validation with { MaxDirectivesPerLocation = 100 };
            ways = _executors[schema] =
            [
                ("pure fields", Create(schema, new DataBinding(), options)),
                ("resolvers", Create(schema, new DataBinding(FieldKind.Effect), options)),
                ("asynchronous resolvers", Create(schema, new DataBinding(FieldKind.Effect, YieldAsync), options)),
                ("batches", Create(schema, new DataBinding(FieldKind.Batch, YieldAsync), options)),
            ];
        }

        return ways;
    }

    public static OperationRequest Request(JsonElement test, object? root) => new()
    {
        Document = Encoding.UTF8.GetBytes(test.GetProperty("document").GetString()!),
        OperationName = test.TryGetProperty("operationName", out var name) ? name.GetString() : null,
        Variables = test.TryGetProperty("variables", out var variables) ? variables : default,
        RootValue = root,
    };

    public static object? Root(JsonElement test) => test.TryGetProperty("rootValue", out var data) ? data : null;

    public static JsonElement Parse(SingleResult result)
    {
        using var document = JsonDocument.Parse(result.Json, new JsonDocumentOptions { MaxDepth = 1_000 });
        return document.RootElement.Clone();
    }

    public static async IAsyncEnumerable<object?> Events(IEnumerable<object?> events)
    {
        foreach (var item in events)
        {
            await Task.Yield();
            yield return item;
        }
    }

    private static async ValueTask YieldAsync() => await Task.Yield();

    private IRequestExecutor Create(string key, DataBinding binding, GraphQLRequestOptions options)
        => SchemaExecutor.Create(new SchemaBuilder { IncrementalDelivery = incrementalDelivery }.AddSdl(corpus.Sdl(key), binding).Build(), options);
}
