using System.Text.Json;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Conformance;

/// <summary>subscriptions.json: a response for each event of the source, or why there is no stream.</summary>
internal sealed class SubscriptionReplay(Corpus corpus) : CaseReplay(corpus)
{
    private readonly DataServer _servers = new(corpus);
    private readonly DataServer _incrementalServers = new(corpus, incrementalDelivery: true);

    public override bool Supports(string feature) => feature == "deferStream";

    public override async ValueTask<CaseResult> RunAsync(JsonElement test, CancellationToken cancellationToken)
    {
        foreach (var (way, executor) in (test.TryGetProperty("features", out _) ? _incrementalServers : _servers).Ways(test.GetProperty("schema").GetString()!))
        {
            if (await RunAsync(executor, test, cancellationToken).ConfigureAwait(false) is { } difference)
            {
                return $"{way}: {difference}";
            }
        }

        return CaseResult.Passed;
    }

    private static async Task<string?> RunAsync(IRequestExecutor executor, JsonElement test, CancellationToken cancellationToken)
    {
        object root = test.TryGetProperty("sourceError", out _) ? new GraphQLException("the source cannot be opened")
            : test.TryGetProperty("events", out var events) ? DataServer.Events(events.EnumerateArray().Select(e => (object?)e).ToList())
            : DataServer.Events([]);
        await using var result = await executor.ExecuteAsync(DataServer.Request(test, root), cancellationToken).ConfigureAwait(false);
        return result is SingleResult single
            ? CompareSingle(test, single)
            : await CompareStreamAsync(test, (StreamResult)result, cancellationToken).ConfigureAwait(false);
    }

    private static string? CompareSingle(JsonElement test, SingleResult single)
    {
        if (!test.GetProperty("documentValid").GetBoolean())
        {
            return single.RequestError == RequestErrorKind.Validation ? null : "the document is not valid";
        }

        var answer = DataServer.Parse(single);
        if (!test.TryGetProperty("result", out var expected))
        {
            return $"a stream expected, not {CorpusText.Show(answer)}";
        }

        return answer.TryGetProperty("data", out _) ? "no data expected" : ResponseComparison.ErrorDifference(expected, answer, withPath: false);
    }

    private static async Task<string?> CompareStreamAsync(JsonElement test, StreamResult stream, CancellationToken cancellationToken)
    {
        if (!test.TryGetProperty("results", out var results))
        {
            return "no stream expected";
        }

        var index = 0;
        await foreach (var response in stream.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            await using (response)
            {
                var actual = DataServer.Parse(response);
                if (index >= results.GetArrayLength())
                {
                    return $"one response too many: {CorpusText.Show(actual)}";
                }

                var expected = results[index++];
                expected.TryGetProperty("data", out var expectedData);
                actual.TryGetProperty("data", out var actualData);
                if ((ResponseComparison.Difference(expectedData, actualData) ?? ResponseComparison.ErrorDifference(expected, actual)) is { } difference)
                {
                    return $"response {index}: {difference}";
                }
            }
        }

        return index == results.GetArrayLength() ? null : $"{results.GetArrayLength()} responses expected, not {index}";
    }
}
