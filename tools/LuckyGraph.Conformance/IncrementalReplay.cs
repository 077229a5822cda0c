using System.Text.Json;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Conformance;

/// <summary>incremental.json: a response in parts; what is left after applying every part is compared, not how it was cut.</summary>
internal sealed class IncrementalReplay(Corpus corpus) : CaseReplay(corpus)
{
    private readonly DataServer _servers = new(corpus, incrementalDelivery: true);

    public override async ValueTask<CaseResult> RunAsync(JsonElement test, CancellationToken cancellationToken)
    {
        foreach (var (way, executor) in _servers.Ways(test.GetProperty("schema").GetString()!))
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
        await using var result = await executor.ExecuteAsync(DataServer.Request(test, DataServer.Root(test)), cancellationToken).ConfigureAwait(false);
        if (result is SingleResult single)
        {
            return CompareSingle(test, DataServer.Parse(single));
        }

        if (!test.GetProperty("documentValid").GetBoolean())
        {
            return "the document is not valid, but the answer is a stream";
        }

        if (!test.TryGetProperty("payloads", out _))
        {
            return "one response expected, not a stream";
        }

        var merged = new IncrementalResponse();
        await foreach (var payload in ((StreamResult)result).ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            await using (payload)
            {
                if (merged.Apply(DataServer.Parse(payload)) is { } mistake)
                {
                    return mistake;
                }
            }
        }

        return merged.Finish() ?? merged.Difference(test.GetProperty("merged"));
    }

    // An engine may answer at once; then errors around a deferral propagate further than they would have.
    private static string? CompareSingle(JsonElement test, JsonElement actual)
    {
        if (!test.GetProperty("documentValid").GetBoolean())
        {
            return actual.TryGetProperty("data", out _) || !actual.TryGetProperty("errors", out _)
                ? $"the document is not valid, but the answer is {CorpusText.Show(actual)}"
                : null;
        }

        actual.TryGetProperty("data", out var actualData);
        if (test.TryGetProperty("result", out var expected))
        {
            expected.TryGetProperty("data", out var expectedData);
            return ResponseComparison.Difference(expectedData, actualData) ?? ResponseComparison.ErrorDifference(expected, actual);
        }

        var merged = test.GetProperty("merged");
        if (merged.GetProperty("errors").GetArrayLength() > 0)
        {
            return null;
        }

        return actualData.ValueKind != JsonValueKind.Undefined && CorpusText.Canonical(merged.GetProperty("data")) == CorpusText.Canonical(actualData)
            ? null
            : $"{CorpusText.Show(merged)} expected, not {CorpusText.Show(actual)}";
    }
}
