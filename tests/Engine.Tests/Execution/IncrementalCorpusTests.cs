using System.Text.Json;
using System.Text.Json.Nodes;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Conformance;
using LuckyGraph.Engine.Types;
using Xunit.Abstractions;

namespace LuckyGraph.Engine.Tests.Execution;

/// <summary>Replays the incremental deliveries of the graphql-js corpus and compares what is left after applying every payload.</summary>
public sealed class IncrementalCorpusTests(ITestOutputHelper output)
{
    public enum Mode
    {
        Pure,
        SynchronousEffects,
        AsynchronousEffects,
        Batches,
    }

    public static TheoryData<Mode> Modes() => new(Enum.GetValues<Mode>());

    [SharedDataTheory("graphql/graphql-js/incremental.json")]
    [MemberData(nameof(Modes))]
    public void Delivers_what_graphql_js_delivers(Mode mode)
    {
        using var corpus = SharedData.Corpus("incremental.json");
        var servers = new Dictionary<string, TestServer>();
        var report = new CorpusReport(output);
        foreach (var test in corpus.RootElement.GetProperty("cases").EnumerateArray())
        {
            var key = test.GetProperty("schema").GetString()!;
            report.Run(test.GetProperty("id").GetString()!, () =>
            {
                if (!servers.TryGetValue(key, out var server))
                {
                    servers[key] = server = new TestServer(graphql => graphql
                        .AddSdl(corpus.RootElement.GetProperty("schemas").GetProperty(key).GetString()!, BindingFor(mode))
                        .ModifyRequestOptions(o => (o.EnableDefer, o.EnableStream) = (true, true)));
                }

                return RunAsync(server, test).GetAwaiter().GetResult();
            });
        }

        report.AssertAllPassed(atLeast: 77);
    }

    private static DataBinding BindingFor(Mode mode) => mode switch
    {
        Mode.Pure => new DataBinding(),
        Mode.SynchronousEffects => new DataBinding(FieldKind.Effect),
        Mode.AsynchronousEffects => new DataBinding(FieldKind.Effect, async () => await Task.Yield()),
        _ => new DataBinding(FieldKind.Batch, async () => await Task.Yield()),
    };

    private static async Task<string?> RunAsync(TestServer server, JsonElement test)
    {
        var request = new OperationRequest
        {
            Document = System.Text.Encoding.UTF8.GetBytes(test.GetProperty("document").GetString()!),
            OperationName = test.TryGetProperty("operationName", out var name) ? name.GetString() : null,
            Variables = test.TryGetProperty("variables", out var variables) ? variables : default,
            RootValue = test.TryGetProperty("rootValue", out var data) ? (object)data : null,
        };
        await using var result = await server.Executor.ExecuteAsync(request, default);
        var isSingle = test.TryGetProperty("result", out var expected);
        if (!isSingle)
        {
            expected = test.GetProperty("merged");
        }

        if (result is SingleResult single)
        {
            var answer = TestServer.Parse(single);
            if (!test.GetProperty("documentValid").GetBoolean())
            {
                return !answer.TryGetProperty("data", out _) && answer.TryGetProperty("errors", out _) ? null : $"the document is not valid, but the answer is {answer}";
            }

            if (!isSingle && expected.GetProperty("errors").GetArrayLength() > 0)
            {
                return $"a stream expected, not {answer}";
            }

            return ResponseComparison.Difference(Sorted(Data(expected)), Sorted(Data(answer)))
                ?? (isSingle && !ResponseComparison.ErrorKeys(expected).SequenceEqual(ResponseComparison.ErrorKeys(answer)) ? $"errors of {expected} expected, not {answer}" : null);
        }

        if (isSingle || !test.GetProperty("documentValid").GetBoolean())
        {
            return "a single response expected";
        }

        var merged = await IncrementalResponse.ReadAsync((StreamResult)result);
        return merged.Problem
            ?? ResponseComparison.Difference(Sorted(Data(expected)), Sorted(JsonSerializer.SerializeToElement(merged.Data)))
            ?? Difference("errors", ResponseComparison.ErrorKeys(expected), ResponseComparison.ErrorKeys(JsonSerializer.SerializeToElement(new { errors = merged.Errors })))
            ?? Difference("pending", [.. expected.GetProperty("pending").EnumerateArray().Select(Pending).Order(StringComparer.Ordinal)], [.. merged.Pending.Select(Pending).Order(StringComparer.Ordinal)]);
    }

    private static string? Difference(string what, List<string> expected, List<string> actual)
        => expected.SequenceEqual(actual) ? null : $"{what} {string.Join(" | ", expected)} expected, not {string.Join(" | ", actual)}";

    private static string Pending(JsonElement pending)
        => $"{pending.GetProperty("path").GetRawText().Replace(" ", "")}:{(pending.TryGetProperty("label", out var label) ? label.GetString() : null)}";

    private static JsonElement Data(JsonElement response) => response.TryGetProperty("data", out var data) ? data : default;

    // The order in which fields arrive is free.
    private static JsonElement Sorted(JsonElement value)
        => value.ValueKind == JsonValueKind.Undefined ? value : JsonSerializer.SerializeToElement(Sorted(JsonNode.Parse(value.GetRawText())));

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, Sorted(m.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
