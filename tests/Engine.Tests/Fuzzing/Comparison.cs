using System.Text.Json;
using LuckyGraph.Conformance;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Tests.Fuzzing;

/// <summary>
/// Runs a generated request on the engine and compares each stage with what the oracle says of it, and the answer with those of
/// requests that ask for the same in other words.
/// </summary>
internal sealed class Comparison
{
    private readonly Schema _schema;
    private readonly IRequestExecutor[] _executors;
    private readonly IRequestExecutor _incremental;

    public Comparison(string sdl)
    {
        var options = new GraphQLRequestOptions();
        options.Validation = options.Validation with { MaxDirectivesPerLocation = 100 };
        DataBinding[] bindings = [new(), new(FieldKind.Effect), new(FieldKind.Batch, static async () => await Task.Yield())];
        _executors = [.. bindings.Select(b => SchemaExecutor.Create(new SchemaBuilder().AddSdl(sdl, b).Build(), options))];
        _schema = _executors[0].Schema;
        options = new GraphQLRequestOptions { EnableDefer = true, Validation = options.Validation };
        _incremental = SchemaExecutor.Create(new SchemaBuilder { EnableDefer = true }.AddSdl(sdl, bindings[1]).Build(), options);
    }

    /// <summary>The first difference, or null.</summary>
    /// <param name="test">The request.</param>
    /// <param name="oracle">What the oracle says.</param>
    /// <param name="tally">Counts how far documents get.</param>
    /// <param name="varies">Whether the request is asked in other words too.</param>
    public async Task<string?> DifferenceAsync(FuzzCase test, JsonElement oracle, FuzzTally tally, bool varies)
    {
        DocumentNode document;
        try
        {
            document = Parser.ParseDocument(test.Document);
        }
        catch (GraphQLSyntaxException e)
        {
            tally.Syntax++;
            return oracle.TryGetProperty("syntax", out var expected)
                ? Same("the syntax error", expected.GetString()!, $"{e.Location.Line}:{e.Location.Column}")
                : $"does not parse: {e.Message}";
        }

        if (oracle.TryGetProperty("syntax", out var place))
        {
            return $"parses, but should not at {place}";
        }

        var errors = ValidationReplay.ErrorsOf(_schema, document);
        if (RuleDifference(oracle.GetProperty("rules"), errors) is { } otherRules)
        {
            return otherRules;
        }

        if (errors.Count > 0)
        {
            tally.Invalid++;
            return null;
        }

        var operation = document.Definitions.OfType<OperationDefinitionNode>().First();
        var coerced = ExecutionReplay.Coerce(_schema, document, operation, test.Variables);
        var wanted = oracle.GetProperty("coerced");
        if (Same("the coerced variables", CorpusText.Canonical(wanted), coerced is null ? "null" : CorpusText.Canonical(coerced.Value)) is { } otherVariables)
        {
            return otherVariables;
        }

        if (!oracle.TryGetProperty("result", out var result))
        {
            return null;
        }

        tally.Executed++;
        JsonElement own = default;
        for (var way = 0; way < _executors.Length; way++)
        {
            own = await AnswerAsync(_executors[way], Request(test, operation));
            if (ResponseDifference(result, own) is { } difference)
            {
                return $"executor {way}: {difference}";
            }
        }

        return !varies ? null : await VariationDifferenceAsync(test, document, operation, own);
    }

    // Without the oracle: the same question in other words, all variables as a batch, and delivered in parts.
    private async Task<string?> VariationDifferenceAsync(FuzzCase test, DocumentNode document, OperationDefinitionNode operation, JsonElement own)
    {
        var variations = new Variations(_schema, document, test.Variables);
        var failsEarly = !own.TryGetProperty("data", out var data);
        foreach (var (what, text, variables) in failsEarly ? [] : variations.All())
        {
            if (what == "printed" && Printer.Print(Parser.ParseDocument(text)) != text)
            {
                return $"printing is not stable:\n{text}";
            }

            var request = Request(new FuzzCase(text, variables, test.Root), operation);
            if (ResponseDifference(own, await AnswerAsync(_executors[0], request), withLocations: false) is { } difference)
            {
                return $"with {what}: {difference}\n{text}\nvariables {variables}";
            }
        }

        var none = JsonSerializer.SerializeToElement(new { });
        JsonElement[] sets = [test.Variables, none];
        var singles = new List<JsonElement> { own, await AnswerAsync(_executors[2], Request(test with { Variables = none }, operation)) };
        var batch = await _executors[2].ExecuteBatchAsync(Request(test, operation), sets, default);
        for (var i = 0; i < sets.Length; i++)
        {
            await using var answer = batch[i];
            if (ResponseDifference(singles[i], DataServer.Parse(answer)) is { } difference)
            {
                return $"in a batch, of variables {sets[i]}: {difference}";
            }
        }

        return failsEarly || own.TryGetProperty("errors", out _) || operation.Operation != OperationKind.Query
            ? null
            : await DeferredDifferenceAsync(Request(test with { Document = variations.Deferred() }, operation), data);
    }

    private async Task<string?> DeferredDifferenceAsync(OperationRequest request, JsonElement data)
    {
        await using var result = await _incremental.ExecuteAsync(request, default);
        if (result is SingleResult single)
        {
            return Same("the data, deferred,", CorpusText.Canonical(data), CorpusText.Canonical(DataServer.Parse(single).GetProperty("data")));
        }

        var merged = new IncrementalResponse();
        await foreach (var payload in ((StreamResult)result).ReadAsync(default))
        {
            await using (payload)
            {
                if (merged.Apply(DataServer.Parse(payload)) is { } mistake)
                {
                    return mistake;
                }
            }
        }

        return merged.Finish() ?? Same("the data of all parts", CorpusText.Canonical(data), CorpusText.Canonical(merged.Data));
    }

    private static OperationRequest Request(FuzzCase test, OperationDefinitionNode operation) => new()
    {
        Document = System.Text.Encoding.UTF8.GetBytes(test.Document),
        OperationName = operation.Name?.Value,
        Variables = test.Variables,
        RootValue = test.Root,
    };

    private static async Task<JsonElement> AnswerAsync(IRequestExecutor executor, OperationRequest request)
    {
        await using var answer = (SingleResult)await executor.ExecuteAsync(request, default);
        return DataServer.Parse(answer);
    }

    private static string? RuleDifference(JsonElement rules, List<(string Rule, string Locations)> errors)
    {
        var wanted = rules.EnumerateObject().Select(r => $"{r.Name} {Places(r.Name, r.Value.EnumerateArray().Select(l => l.GetString()!))}");
        var found = errors.GroupBy(e => e.Rule).Select(g => $"{g.Key} {Places(g.Key, g.Select(e => e.Locations))}");
        return Same("the broken rules", string.Join("\n", wanted.Order(StringComparer.Ordinal)), string.Join("\n", found.Order(StringComparer.Ordinal)));
    }

    // Merging conflicts are reported once for each pair of fields here, and once for each path to it there.
    private static string Places(string rule, IEnumerable<string> locations)
        => rule == "OverlappingFieldsCanBeMergedRule" ? "" : string.Join(" | ", locations.Order(StringComparer.Ordinal));

    private static string? ResponseDifference(JsonElement expected, JsonElement actual, bool withLocations = true)
    {
        if (expected.TryGetProperty("data", out var expectedData) != actual.TryGetProperty("data", out var actualData))
        {
            return $"{CorpusText.Show(expected)} expected, not {CorpusText.Show(actual)}";
        }

        return ResponseComparison.Difference(expectedData, actualData)
            ?? Same("the errors", ErrorPlaces(expected, expectedData, withLocations), ErrorPlaces(actual, expectedData, withLocations));
    }

    // Null propagation may discard siblings, so below a null that several errors explain any of them will do.
    private static string ErrorPlaces(JsonElement response, JsonElement data, bool withLocations)
    {
        var places = new List<string>();
        foreach (var error in response.TryGetProperty("errors", out var errors) ? errors.EnumerateArray() : [])
        {
            if (!error.TryGetProperty("path", out var path))
            {
                // Which variables do not fit is compared by the verdict.
                places.Add("request");
                continue;
            }

            var segments = path.EnumerateArray().ToList();
            var depth = DepthOfNull(data, segments);
            places.Add(depth < segments.Count ? $"below {string.Join("/", segments.Take(depth))}" : withLocations ? ResponseComparison.ErrorKey(error) : CorpusText.Path(path));
        }

        return string.Join(" | ", places.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    private static int DepthOfNull(JsonElement data, List<JsonElement> path)
    {
        var at = data;
        for (var i = 0; i < path.Count; i++)
        {
            if (at.ValueKind == JsonValueKind.Null)
            {
                return i;
            }

            at = path[i].ValueKind == JsonValueKind.Number ? at[path[i].GetInt32()] : at.GetProperty(path[i].GetString()!);
        }

        return path.Count;
    }

    private static string? Same(string what, string expected, string actual) => expected == actual ? null : $"{what} should be\n{expected}\nbut are\n{actual}";
}

/// <summary>How far the documents of a run got, so that a run which never executes anything does not pass for one.</summary>
internal sealed class FuzzTally
{
    public int Syntax { get; set; }

    public int Invalid { get; set; }

    public int Executed { get; set; }
}
