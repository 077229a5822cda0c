using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance;

/// <summary>execution.json, execution-oracle.json and variables.json: one request, one response.</summary>
internal sealed class ExecutionReplay(Corpus corpus) : CaseReplay(corpus)
{
    private readonly DataServer _servers = new(corpus);

    public override async ValueTask<CaseResult> RunAsync(JsonElement test, CancellationToken cancellationToken)
    {
        var key = test.GetProperty("schema").GetString()!;
        if (Corpus.IsInvalid(key))
        {
            return CaseResult.Skipped("the schema is not valid as a whole");
        }

        foreach (var (way, executor) in _servers.Ways(key))
        {
            if (await RunAsync(executor, test, cancellationToken).ConfigureAwait(false) is { } difference)
            {
                return $"{way}: {difference}";
            }
        }

        return CoercedVariablesDifference(test);
    }

    private static async Task<string?> RunAsync(IRequestExecutor executor, JsonElement test, CancellationToken cancellationToken)
    {
        var root = DataServer.Root(test);
        var isEvent = test.TryGetProperty("subscriptionEvent", out _);
        await using var result = await executor.ExecuteAsync(DataServer.Request(test, isEvent ? DataServer.Events([root]) : root), cancellationToken).ConfigureAwait(false);
        if (result is SingleResult only)
        {
            return Compare(test, DataServer.Parse(only), only.RequestError);
        }

        await foreach (var single in ((StreamResult)result).ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            await using (single)
            {
                return Compare(test, DataServer.Parse(single), single.RequestError);
            }
        }

        return "the stream has no response";
    }

    private static string? Compare(JsonElement test, JsonElement actual, RequestErrorKind kind)
    {
        var stage = test.GetProperty("stage").GetString();
        var expected = test.GetProperty("result");
        if (!test.GetProperty("documentValid").GetBoolean() && stage is "request" or "execution" && !test.TryGetProperty("nonSpecRules", out _))
        {
            return actual.TryGetProperty("data", out _) || !actual.TryGetProperty("errors", out _)
                ? $"the document is not valid, but the answer is {CorpusText.Show(actual)}"
                : null;
        }

        if (stage is "syntax" or "validation")
        {
            if (actual.TryGetProperty("data", out _) || kind == RequestErrorKind.None)
            {
                return $"should fail in {stage}, but the answer is {CorpusText.Show(actual)}";
            }

            return stage == "validation" ? null : ResponseComparison.ErrorDifference(expected, actual, withPath: false);
        }

        if (expected.TryGetProperty("data", out var expectedData) != actual.TryGetProperty("data", out var actualData))
        {
            return $"{CorpusText.Show(expected)} expected, not {CorpusText.Show(actual)}";
        }

        if (test.TryGetProperty("introspection", out _) && actualData.ValueKind == JsonValueKind.Object)
        {
            (expectedData, actualData) = (IntrospectionResult.Normalise(expectedData), IntrospectionResult.Normalise(actualData));
        }

        if (ResponseComparison.Difference(expectedData, actualData) is { } difference)
        {
            return $"{difference}\n  expected {CorpusText.Show(expected)}\n  actual   {CorpusText.Show(actual)}";
        }

        return test.TryGetProperty("allErrors", out var all)
            ? PartialErrors(all, expectedData, actual)
            : ResponseComparison.ErrorDifference(expected, actual);
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
                return $"nothing reported for the null at {group.Key}: {CorpusText.Show(actual)}";
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
            else if (segment.ValueKind == JsonValueKind.String && at.ValueKind == JsonValueKind.Object && at.TryGetProperty(segment.GetString()!, out var member))
            {
                at = member;
            }
            else
            {
                return false;
            }
        }

        return at.ValueKind == JsonValueKind.Null;
    }

    private CaseResult CoercedVariablesDifference(JsonElement test)
    {
        if (!test.TryGetProperty("coercedVariables", out var wanted))
        {
            return CaseResult.Passed;
        }

        var document = Parser.ParseDocument(test.GetProperty("document").GetString()!, ParserOptions.Trusted);
        if (Documents.FindOperation(document, Text(test, "operationName")) is not { } operation)
        {
            return wanted.ValueKind == JsonValueKind.Null ? CaseResult.Passed : "no operation is selected, but variables are expected";
        }

        var found = Coerce(Corpus.Schema(test), document, operation, test.TryGetProperty("variables", out var variables) ? variables : default);
        return (wanted.ValueKind == JsonValueKind.Null, found) switch
        {
            (true, null) => CaseResult.Passed,
            (true, _) => $"the variables should not fit, but are {CorpusText.Show(found.Value)}",
            (false, null) => "the variables should fit",
            _ => Same(CorpusText.Canonical(wanted), CorpusText.Canonical(found.Value)),
        };
    }

    /// <summary>The coerced variables by name, or null when they do not fit.</summary>
    internal static JsonElement? Coerce(Schema schema, DocumentNode document, OperationDefinitionNode operation, JsonElement variables)
    {
        var coercion = new VariableCoercion(schema, document, operation);
        return coercion.TryCoerce(variables, out var values, out _)
            ? CorpusText.Json(Enumerable.Range(0, coercion.Count).Where(values.IsProvided).ToDictionary(coercion.NameOf, i => values[i]))
            : null;
    }
}
