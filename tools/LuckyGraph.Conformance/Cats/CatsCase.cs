using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance.Cats;

/// <summary>One test of a scenario: what is given, what is done, what comes of it.</summary>
internal sealed class CatsCase(string folder, JsonElement background, JsonElement test)
{
    /// <summary>graphql-js's name of the rule that a test names; tests name it without its last word.</summary>
    private const string RuleSuffix = "Rule";

    public async Task<CaseResult> RunAsync(CancellationToken cancellationToken)
    {
        var when = test.GetProperty("when");
        if (when.TryGetProperty("parse", out _))
        {
            return Parse();
        }

        return when.TryGetProperty("validate", out var rules) ? Validate(rules)
            : when.TryGetProperty("execute", out var how) ? await ExecuteAsync(how, cancellationToken).ConfigureAwait(false)
            : CaseResult.Skipped("does something else than parse, validate or execute");
    }

    private CaseResult Parse()
    {
        var shouldFail = Assertions().Any(a => a.TryGetProperty("syntax-error", out _));
        try
        {
            Parser.ParseDocument(Query());
            return shouldFail ? "should not parse" : CaseResult.Passed;
        }
        catch (GraphQLSyntaxException e)
        {
            return shouldFail ? CaseResult.Passed : e.Message;
        }
    }

    private CaseResult Validate(JsonElement rules)
    {
        var names = rules.EnumerateArray().Select(r => r.GetString() + RuleSuffix).ToHashSet(StringComparer.Ordinal);
        if (names.FirstOrDefault(n => !ValidationReplay.IsSpecified(n)) is { } unknown)
        {
            return CaseResult.Skipped($"{unknown} is no rule of the September 2025 specification");
        }

        var schema = new SchemaBuilder().AddSdl(Sdl()!).BuildUnchecked(validateSdl: false);
        var errors = ValidationReplay.ErrorsOf(schema, Parser.ParseDocument(Query())).Where(e => names.Contains(e.Rule)).ToList();
        var found = $"found {errors.Count} errors at [{string.Join(" | ", errors.Select(e => e.Locations))}]\n{Query()}";
        foreach (var assertion in Assertions())
        {
            if (assertion.TryGetProperty("passes", out _) && errors.Count > 0)
            {
                return $"should be valid; {found}";
            }

            if (assertion.TryGetProperty("error-count", out var count) && errors.Count != count.GetInt32())
            {
                return $"{count} errors expected; {found}";
            }

            // Where a leaf has a selection set, the scenarios point at the field, and graphql-js at the selection set.
            if (assertion.TryGetProperty("loc", out var location) && assertion.GetProperty("error-code").GetString() != "noSubselectionAllowed"
                && !errors.Exists(e => e.Locations == Locations(location)))
            {
                return $"an error at {Locations(location)} expected; {found}";
            }
        }

        return CaseResult.Passed;
    }

    private async Task<CaseResult> ExecuteAsync(JsonElement how, CancellationToken cancellationToken)
    {
        var data = Given("test-data") ?? JsonSerializer.SerializeToElement(new object());
        var options = how.ValueKind == JsonValueKind.Object ? how : JsonSerializer.SerializeToElement(new object());
        var request = new OperationRequest
        {
            Document = Encoding.UTF8.GetBytes(Query()),
            OperationName = options.TryGetProperty("operation-name", out var name) ? name.GetString() : null,
            Variables = options.TryGetProperty("variables", out var variables) ? variables : default,
            RootValue = options.TryGetProperty("test-value", out var value) ? data.GetProperty(value.GetString()!) : null,
        };
        var schema = new SchemaBuilder().AddSdl(Sdl()!, new CatsBinding(data)).BuildUnchecked(validateSdl: false);
        await using var result = await SchemaExecutor.Create(schema).ExecuteAsync(request, cancellationToken).ConfigureAwait(false);
        var response = await FirstAsync(result, cancellationToken).ConfigureAwait(false);

        // Executing without validation is for tests of graphql-js; this engine refuses what is not valid before it executes.
        if (options.TryGetProperty("validate-query", out var validate) && !validate.GetBoolean() && ValidationReplay.ErrorsOf(schema, Parser.ParseDocument(Query())).Count > 0)
        {
            return response.TryGetProperty("data", out _) || !response.TryGetProperty("errors", out _)
                ? $"the document is not valid, but the answer is {CorpusText.Show(response)}"
                : Assertions().Any(a => a.TryGetProperty("exception", out _)) ? CaseResult.Passed
                : CaseResult.Skipped("executes a document that is not valid; the engine refuses it");
        }

        return Compare(response);
    }

    private CaseResult Compare(JsonElement response)
    {
        var errors = response.TryGetProperty("errors", out var list) ? list.EnumerateArray().ToList() : [];
        foreach (var assertion in Assertions())
        {
            if (assertion.TryGetProperty("exception", out _) && (response.TryGetProperty("data", out _) || errors.Count == 0))
            {
                return $"should be refused, but the answer is {CorpusText.Show(response)}";
            }

            if (assertion.TryGetProperty("data", out var expected))
            {
                response.TryGetProperty("data", out var data);
                if (CatsData.Text(expected) is var wanted && wanted != (data.ValueKind == JsonValueKind.Undefined ? "nothing" : CatsData.Text(data)))
                {
                    return $"{wanted} expected, not {CorpusText.Show(response)}";
                }
            }

            if (assertion.TryGetProperty("error-count", out var count) && errors.Count != count.GetInt32())
            {
                return $"{count} errors expected, not {CorpusText.Show(response)}";
            }

            if (assertion.TryGetProperty("loc", out var location)
                && !errors.Exists(e => e.TryGetProperty("locations", out var at) && CorpusText.Locations(at) == Locations(location)))
            {
                return $"an error at {Locations(location)} expected, not {CorpusText.Show(response)}";
            }
        }

        return CaseResult.Passed;
    }

    private static async Task<JsonElement> FirstAsync(ExecutionResult result, CancellationToken cancellationToken)
    {
        if (result is SingleResult single)
        {
            return DataServer.Parse(single);
        }

        await foreach (var response in ((StreamResult)result).ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            await using (response)
            {
                return DataServer.Parse(response);
            }
        }

        return default;
    }

    private string Query() => Given("query")!.Value.GetString()!;

    private string? Sdl() => Given("schema") is { } sdl ? sdl.GetString() : Given("schema-file") is { } file ? File.ReadAllText(Path.Combine(folder, file.GetString()!)) : null;

    private JsonElement? Given(string name)
        => test.GetProperty("given").TryGetProperty(name, out var own) ? own
            : background.ValueKind == JsonValueKind.Object && background.TryGetProperty(name, out var common) ? common : null;

    private IEnumerable<JsonElement> Assertions() => test.GetProperty("then") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [test.GetProperty("then")];

    private static string Locations(JsonElement location) => CorpusText.Locations(location.ValueKind == JsonValueKind.Array ? location : JsonSerializer.SerializeToElement(new[] { location }));
}
