using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Conformance;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;
using Xunit.Abstractions;

namespace LuckyGraph.Engine.Tests.Types;

/// <summary>Replays utilities-values.json, the coerced variables of variables.json, and the inputs of scalars.json.</summary>
public sealed class CoercionCorpusTests(ITestOutputHelper output)
{
    [SharedDataFact("graphql/graphql-js/utilities-values.json")]
    public void Values_are_coerced_and_types_compared_as_graphql_js_does()
    {
        using var corpus = SharedData.Corpus("utilities-values.json");
        var schemas = new CorpusSchemas(corpus);
        Replay(corpus, 170, test =>
        {
            var schema = schemas.Get(test.GetProperty("schema").GetString()!);
            return test.GetProperty("util").GetString() switch
            {
                "coerceInputValue" => Coerce(test, Type(schema, test, "type"), null),
                "coerceInputLiteral" => Coerce(test, Type(schema, test, "type"), test.GetProperty("literal").GetString()!),
                "valueToLiteral" => Literal(test, Type(schema, test, "type")),
                "isTypeSubTypeOf" => Same(test.GetProperty("result").ToString(), TypeRelations.IsSubtype(schema, Type(schema, test, "a"), Type(schema, test, "b")).ToString()),
                var other => Same(test.GetProperty("result").ToString(), TypeRelations.Overlap(Type(schema, test, "a").Named, Type(schema, test, "b").Named).ToString()),
            };
        });
    }

    [SharedDataFact("graphql/graphql-js/variables.json")]
    public void Variables_are_coerced_as_graphql_js_does()
    {
        using var corpus = SharedData.Corpus("variables.json");
        var schemas = new CorpusSchemas(corpus);
        Replay(corpus, 60, test =>
        {
            var wanted = test.GetProperty("coercedVariables");
            var schema = schemas.Get(test.GetProperty("schema").GetString()!);
            var document = Parser.ParseDocument(test.GetProperty("document").GetString()!);
            var name = test.TryGetProperty("operationName", out var given) ? given.GetString() : null;
            var operation = document.Definitions.OfType<OperationDefinitionNode>().First(o => name is null || o.Name?.Value == name);
            var coercion = new VariableCoercion(schema, document, operation);
            var ok = coercion.TryCoerce(test.TryGetProperty("variables", out var variables) ? variables : default, out var values, out var errors);
            if (!ok)
            {
                return wanted.ValueKind == JsonValueKind.Null ? null : $"should fit: {string.Join(" | ", errors)}";
            }

            if (wanted.ValueKind == JsonValueKind.Null)
            {
                return "should not fit";
            }

            var map = Enumerable.Range(0, coercion.Count).Where(values!.IsProvided).ToDictionary(coercion.NameOf, i => values[i]);
            return Same(CorpusText.Canonical(wanted), CorpusText.Canonical(JsonSerializer.SerializeToElement(Plain(map))));
        }, test => test.TryGetProperty("coercedVariables", out _));
    }

    [SharedDataFact("graphql/graphql-js/scalars.json")]
    public void Scalars_accept_and_refuse_what_graphql_js_does()
    {
        using var corpus = SharedData.Corpus("scalars.json");
        var schema = new SchemaBuilder().AddSdl("type Query { a: Int b: Float c: String d: Boolean e: ID }").Build();
        Replay(corpus, 60, test =>
        {
            var scalar = (ScalarType)schema.Type(test.GetProperty("scalar").GetString()!)!;
            var errors = new List<InputError>();
            var input = test.GetProperty("input");
            var ok = test.GetProperty("op").GetString() == "input"
                ? InputCoercion.TryCoerce(input, scalar.NonNull, out var result, errors)
                : InputCoercion.TryCoerce(Parser.ParseValue(input.GetString()!), scalar.NonNull, null, out result, errors);
            if (ok != test.GetProperty("ok").GetBoolean())
            {
                return $"{scalar} {input}: accepted should be {test.GetProperty("ok")}";
            }

            return ok ? Same(CorpusText.Canonical(test.GetProperty("result")), CorpusText.Canonical(JsonSerializer.SerializeToElement(Plain(result)))) : null;
        }, test => test.GetProperty("op").GetString() != "output");
    }

    private static GraphType Type(Schema schema, JsonElement test, string member) => schema.Type(Parser.ParseType(test.GetProperty(member).GetString()!))!;

    private static string? Coerce(JsonElement test, GraphType type, string? literal)
    {
        var errors = new List<InputError>();
        var node = literal is null ? null : Parser.ParseValue(literal);
        var ok = node is null
            ? InputCoercion.TryCoerce(test.GetProperty("value"), type, out var result, errors)
            : InputCoercion.TryCoerce(node, type, null, out result, errors);
        if (ok != test.GetProperty("ok").GetBoolean())
        {
            return $"{type} {test}: {string.Join(" | ", errors)}";
        }

        if (ok)
        {
            return Same(CorpusText.Canonical(test.GetProperty("result")), CorpusText.Canonical(JsonSerializer.SerializeToElement(Plain(result))));
        }

        var found = errors.Select(e => string.Join(".", e.Path) + (e.Node is null ? "" : $" 1:{e.Node.Start + 1}")).Order();
        var wanted = test.GetProperty("errors").EnumerateArray()
            .Select(e => CorpusText.Path(e.GetProperty("path")) + (node is not null && e.TryGetProperty("locations", out var at) ? " " + CorpusText.Locations(at) : "")).Order();
        return found.SequenceEqual(wanted) ? null : $"expected [{string.Join(" | ", wanted)}], found [{string.Join(" | ", found)}]: {test}";
    }

    private static string? Literal(JsonElement test, GraphType type)
    {
        var literal = ValueLiterals.TryOf(test.GetProperty("value"), type, out var node) ? Printer.Print(node) : null;
        return Same(test.GetProperty("result").GetString(), literal);
    }

    private static object? Plain(object? value) => value switch
    {
        object?[] list => list.Select(Plain).ToArray(),
        InputObjectValue map => map.Type.Fields.Where(f => map.IsProvided(f.Index)).ToDictionary(f => f.Name, f => Plain(map[f.Index])),
        IReadOnlyDictionary<string, object?> map => map.ToDictionary(m => m.Key, m => Plain(m.Value)),
        _ => value,
    };

    private static string? Same(string? expected, string? actual) => string.Equals(expected, actual, StringComparison.Ordinal) ? null : $"expected {expected}, found {actual}";

    private void Replay(JsonDocument corpus, int atLeast, Func<JsonElement, string?> run, Func<JsonElement, bool>? applies = null)
    {
        var report = new CorpusReport(output);
        foreach (var test in corpus.RootElement.GetProperty("cases").EnumerateArray())
        {
            if (applies?.Invoke(test) == false)
            {
                continue;
            }

            if (test.TryGetProperty("features", out var features) && features.GetArrayLength() > 0)
            {
                report.Skip($"needs {string.Join(", ", features.EnumerateArray())}, which is outside the September 2025 specification");
                continue;
            }

            report.Run(test.GetProperty("id").GetString()!, () => run(test));
        }

        report.AssertAllPassed(atLeast);
    }
}
