using System.Text.Json;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance;

/// <summary>utilities-values.json: coercion of values and literals, literals of values, relations of types.</summary>
internal sealed class ValueReplay(Corpus corpus) : ImmediateReplay(corpus)
{
    protected override CaseResult Run(JsonElement test)
    {
        var schema = Corpus.Schema(test);
        return test.GetProperty("util").GetString() switch
        {
            "coerceInputValue" => Coerce(test, Type(schema, test, "type"), null),
            "coerceInputLiteral" => Coerce(test, Type(schema, test, "type"), test.GetProperty("literal").GetString()!),
            "valueToLiteral" => Same(test.GetProperty("result").GetString(), ValueLiterals.TryOf(test.GetProperty("value"), Type(schema, test, "type"), out var node) ? Printer.Print(node) : null),
            "isTypeSubTypeOf" => Verdict(test, TypeRelations.IsSubtype(schema, Type(schema, test, "a"), Type(schema, test, "b"))),
            "doTypesOverlap" => Verdict(test, TypeRelations.Overlap(Type(schema, test, "a").Named, Type(schema, test, "b").Named)),
            var other => CaseResult.Skipped($"the engine has no {other}"),
        };
    }

    private static string? Verdict(JsonElement test, bool found) => test.GetProperty("result").GetBoolean() == found ? null : $"should not be {found}";

    private static GraphType Type(Schema schema, JsonElement test, string member) => schema.Type(Parser.ParseType(test.GetProperty(member).GetString()!))!;

    private static CaseResult Coerce(JsonElement test, GraphType type, string? literal)
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

        return ok
            ? Same(CorpusText.Canonical(test.GetProperty("result")), CorpusText.Canonical(CorpusText.Json(result)))
            : SameAll(
                test.GetProperty("errors").EnumerateArray().Select(e => CorpusText.Path(e.GetProperty("path")) + (node is not null && e.TryGetProperty("locations", out var at) ? " " + CorpusText.Locations(at) : "")),
                errors.Select(e => string.Join(".", e.Path) + (e.Node is null ? "" : " " + Location(literal!, e.Node))));
    }

    private static string Location(string literal, SyntaxNode node) => CorpusText.Locations([SourceLocation.Of(System.Text.Encoding.UTF8.GetBytes(literal), node.Start)]);
}
