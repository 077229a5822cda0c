using System.Text.Json;
using System.Text.Json.Nodes;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Conformance;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;
using Xunit.Abstractions;

namespace LuckyGraph.Engine.Tests.Execution;

/// <summary>Replays the graphql-js corpus with data read in the write phase, and again with every field an effect.</summary>
public sealed class ExecutionCorpusTests(ITestOutputHelper output)
{
    public enum Mode
    {
        Pure,
        SynchronousEffects,
        AsynchronousEffects,
        Batches,
    }

    public static TheoryData<string, int, Mode> Files()
    {
        var data = new TheoryData<string, int, Mode>();
        foreach (var (file, atLeast) in new[] { ("execution.json", 160), ("execution-oracle.json", 330), ("variables.json", 95) })
        {
            foreach (var mode in Enum.GetValues<Mode>())
            {
                data.Add(file, atLeast, mode);
            }
        }

        return data;
    }

    [SharedDataTheory("graphql/graphql-js/execution.json")]
    [MemberData(nameof(Files))]
    public void Answers_as_graphql_js_does(string file, int atLeast, Mode mode)
    {
        using var corpus = SharedData.Corpus(file);
        var servers = new Dictionary<string, TestServer>();
        var report = new CorpusReport(output);
        foreach (var test in corpus.RootElement.GetProperty("cases").EnumerateArray())
        {
            if (test.TryGetProperty("features", out var features) && features.GetArrayLength() > 0)
            {
                report.Skip($"needs {string.Join(", ", features.EnumerateArray())}, which is outside the September 2025 specification");
                continue;
            }

            var key = test.GetProperty("schema").GetString()!;
            if (corpus.RootElement.GetProperty("invalidSchemas").EnumerateArray().Any(k => k.GetString() == key))
            {
                report.Skip("the schema is not valid as a whole");
                continue;
            }

            report.Run(test.GetProperty("id").GetString()!, () =>
            {
                if (!servers.TryGetValue(key, out var server))
                {
                    servers[key] = server = new TestServer(graphql => graphql
                        .AddSdl(corpus.RootElement.GetProperty("schemas").GetProperty(key).GetString()!, BindingFor(mode))
                        .ModifyRequestOptions(o => o.Validation = o.Validation with { MaxDirectivesPerLocation = 100 }));
                }

                return RunAsync(server, test).GetAwaiter().GetResult();
            });
        }

        report.AssertAllPassed(atLeast);
    }

    [SharedDataFact("graphql/graphql-js/subscriptions.json")]
    public void Streams_as_graphql_js_does()
    {
        using var corpus = SharedData.Corpus("subscriptions.json");
        var report = new CorpusReport(output);
        foreach (var test in corpus.RootElement.GetProperty("cases").EnumerateArray())
        {
            var incremental = test.TryGetProperty("features", out var features) && features.EnumerateArray().All(f => f.GetString() == "deferStream");
            if (features.ValueKind == JsonValueKind.Array && features.GetArrayLength() > 0 && !incremental)
            {
                report.Skip($"needs {string.Join(", ", features.EnumerateArray())}, which is outside the September 2025 specification");
                continue;
            }

            var sdl = corpus.RootElement.GetProperty("schemas").GetProperty(test.GetProperty("schema").GetString()!).GetString()!;
            report.Run(test.GetProperty("id").GetString()!, () => RunSubscriptionAsync(
                new TestServer(graphql => graphql.AddSdl(sdl).ModifyRequestOptions(o => (o.EnableDefer, o.EnableStream) = (incremental, incremental))), test).GetAwaiter().GetResult());
        }

        report.AssertAllPassed(atLeast: 28);
    }

    private static DataBinding BindingFor(Mode mode) => mode switch
    {
        Mode.Pure => new DataBinding(),
        Mode.SynchronousEffects => new DataBinding(FieldKind.Effect),
        Mode.AsynchronousEffects => new DataBinding(FieldKind.Effect, async () => await Task.Yield()),
        _ => new DataBinding(FieldKind.Batch, async () => await Task.Yield()),
    };

    private static OperationRequest RequestOf(JsonElement test, object? root) => new()
    {
        Document = System.Text.Encoding.UTF8.GetBytes(test.GetProperty("document").GetString()!),
        OperationName = test.TryGetProperty("operationName", out var name) ? name.GetString() : null,
        Variables = test.TryGetProperty("variables", out var variables) ? variables : default,
        RootValue = root,
    };

    private static async Task<string?> RunAsync(TestServer server, JsonElement test)
    {
        var root = test.TryGetProperty("rootValue", out var data) ? (object)data : null;
        var isEvent = test.TryGetProperty("subscriptionEvent", out _);
        await using var result = await server.Executor.ExecuteAsync(RequestOf(test, isEvent ? Events([root]) : root), default);
        if (result is StreamResult stream)
        {
            await foreach (var single in stream.ReadAsync(default))
            {
                return Compare(test, TestServer.Parse(single), single.RequestError);
            }

            return "the stream has no response";
        }

        return Compare(test, TestServer.Parse((SingleResult)result), ((SingleResult)result).RequestError);
    }

    private static async IAsyncEnumerable<object?> Events(IEnumerable<object?> events)
    {
        foreach (var item in events)
        {
            await Task.Yield();
            yield return item;
        }
    }

    private static string? Compare(JsonElement test, JsonElement actual, RequestErrorKind kind)
    {
        var stage = test.GetProperty("stage").GetString();
        var expected = test.GetProperty("result");
        if (!test.GetProperty("documentValid").GetBoolean() && stage is "request" or "execution" && !test.TryGetProperty("nonSpecRules", out _))
        {
            return actual.TryGetProperty("data", out _) || !actual.TryGetProperty("errors", out _)
                ? $"the document is not valid, but the answer is {Show(actual)}"
                : null;
        }

        if (stage is "syntax" or "validation")
        {
            if (actual.TryGetProperty("data", out _) || kind == RequestErrorKind.None)
            {
                return $"should fail in {stage}, but the answer is {Show(actual)}";
            }

            return stage == "validation" ? null : Keys(expected, actual, withPath: false);
        }

        if (expected.TryGetProperty("data", out var expectedData) != actual.TryGetProperty("data", out var actualData))
        {
            return $"{Show(expected)} expected, not {Show(actual)}";
        }

        if (test.TryGetProperty("introspection", out _) && actualData.ValueKind == JsonValueKind.Object)
        {
            (expectedData, actualData) = (IntrospectionResult.Normalise(expectedData), IntrospectionResult.Normalise(actualData));
        }

        if (ResponseComparison.Difference(expectedData, actualData) is { } difference)
        {
            return $"{difference}\n  expected {Show(expected)}\n  actual   {Show(actual)}";
        }

        return test.TryGetProperty("allErrors", out var all) ? PartialErrors(all, expectedData, actual) : Keys(expected, actual);
    }

    private static string? Keys(JsonElement expected, JsonElement actual, bool withPath = true)
    {
        var wanted = ResponseComparison.ErrorKeys(expected, withPath);
        var found = ResponseComparison.ErrorKeys(actual, withPath);
        return wanted.SequenceEqual(found) ? null : $"errors {string.Join(" | ", wanted)} expected, not {string.Join(" | ", found)}: {Show(actual)}";
    }

    // Null propagation may discard siblings: every reported error is a known one, every visible null has a reason.
    private static string? PartialErrors(JsonElement all, JsonElement data, JsonElement actual)
    {
        var known = all.EnumerateArray().ToList();
        var reported = ResponseComparison.ErrorKeys(actual);
        var unknown = reported.Except(known.Select(e => ResponseComparison.ErrorKey(e))).ToList();
        if (unknown.Count > 0)
        {
            return $"reports {string.Join(" | ", unknown)}, which is none of {string.Join(" | ", known.Select(e => ResponseComparison.ErrorKey(e)))}";
        }

        foreach (var group in known.GroupBy(e => e.GetProperty("nulls").GetRawText()))
        {
            if (IsNullAt(data, group.First().GetProperty("nulls")) && !group.Any(e => reported.Contains(ResponseComparison.ErrorKey(e))))
            {
                return $"nothing reported for the null at {group.Key}: {Show(actual)}";
            }
        }

        return null;
    }

    private static bool IsNullAt(JsonElement data, JsonElement path)
    {
        var at = data;
        foreach (var segment in path.EnumerateArray())
        {
            if (segment.ValueKind == JsonValueKind.Number && at.ValueKind == JsonValueKind.Array && segment.GetInt32() < at.GetArrayLength())
            {
                at = at[segment.GetInt32()];
            }
            else if (segment.ValueKind != JsonValueKind.String || at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(segment.GetString()!, out at))
            {
                return false;
            }
        }

        return at.ValueKind == JsonValueKind.Null;
    }

    private static async Task<string?> RunSubscriptionAsync(TestServer server, JsonElement test)
    {
        object? root = test.TryGetProperty("sourceError", out _) ? new GraphQLException("the source cannot be opened")
            : test.TryGetProperty("events", out var events) ? Events(events.EnumerateArray().Select(e => (object?)e).ToList())
            : Events([]);
        await using var result = await server.Executor.ExecuteAsync(RequestOf(test, root), default);
        if (result is SingleResult single)
        {
            if (!test.GetProperty("documentValid").GetBoolean())
            {
                return single.RequestError == RequestErrorKind.Validation ? null : "the document is not valid";
            }

            if (!test.TryGetProperty("result", out var expected))
            {
                return $"a stream expected, not {Show(TestServer.Parse(single))}";
            }

            var answer = TestServer.Parse(single);
            return answer.TryGetProperty("data", out _) ? "no data expected" : Keys(expected, answer, withPath: false);
        }

        if (!test.TryGetProperty("results", out var results))
        {
            return "no stream expected";
        }

        var index = 0;
        await foreach (var response in ((StreamResult)result).ReadAsync(default))
        {
            await using (response)
            {
                var actual = TestServer.Parse(response);
                if (index >= results.GetArrayLength())
                {
                    return $"one response too many: {Show(actual)}";
                }

                var expected = results[index++];
                expected.TryGetProperty("data", out var expectedData);
                actual.TryGetProperty("data", out var actualData);
                if ((ResponseComparison.Difference(expectedData, actualData) ?? Keys(expected, actual)) is { } difference)
                {
                    return $"response {index}: {difference}";
                }
            }
        }

        return index == results.GetArrayLength() ? null : $"{results.GetArrayLength()} responses expected, not {index}";
    }

    private static string Show(JsonElement value) => value.GetRawText() is { Length: > 600 } text ? text[..600] + "…" : value.GetRawText();
}

/// <summary>A theory that needs a file of the shared data and is skipped, saying so, where that is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute(string relative) => Skip = SharedData.MissingReason(relative);
}
