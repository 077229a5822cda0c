using System.Text.Json;
using LuckyGraph.Engine.Tests.Conformance;
using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Language;
using Xunit.Abstractions;

namespace LuckyGraph.Engine.Tests.Validation;

/// <summary>Replays validation.json: the verdict, the broken rules, and where each error is reported.</summary>
public sealed class ValidationCorpusTests(ITestOutputHelper output)
{
    /// <summary>graphql-js's names of the specification's rules.</summary>
    private static readonly Dictionary<string, string> RuleNames = new(StringComparer.Ordinal)
    {
        ["ExecutableDefinitions"] = "ExecutableDefinitionsRule",
        ["OperationTypeExistence"] = "KnownOperationTypesRule",
        ["OperationNameUniqueness"] = "UniqueOperationNamesRule",
        ["LoneAnonymousOperation"] = "LoneAnonymousOperationRule",
        ["SingleRootField"] = "SingleFieldSubscriptionsRule",
        ["FieldSelections"] = "FieldsOnCorrectTypeRule",
        ["FieldSelectionMerging"] = "OverlappingFieldsCanBeMergedRule",
        ["LeafFieldSelections"] = "ScalarLeafsRule",
        ["ArgumentNames"] = "KnownArgumentNamesRule",
        ["ArgumentUniqueness"] = "UniqueArgumentNamesRule",
        ["RequiredArguments"] = "ProvidedRequiredArgumentsRule",
        ["FragmentNameUniqueness"] = "UniqueFragmentNamesRule",
        ["FragmentSpreadTypeExistence"] = "KnownTypeNamesRule",
        ["FragmentsOnObjectInterfaceOrUnionTypes"] = "FragmentsOnCompositeTypesRule",
        ["FragmentsMustBeUsed"] = "NoUnusedFragmentsRule",
        ["FragmentSpreadTargetDefined"] = "KnownFragmentNamesRule",
        ["FragmentSpreadsMustNotFormCycles"] = "NoFragmentCyclesRule",
        ["FragmentSpreadIsPossible"] = "PossibleFragmentSpreadsRule",
        ["ValuesOfCorrectType"] = "ValuesOfCorrectTypeRule",
        ["InputObjectFieldNames"] = "ValuesOfCorrectTypeRule",
        ["InputObjectRequiredFields"] = "ValuesOfCorrectTypeRule",
        ["InputObjectFieldUniqueness"] = "UniqueInputFieldNamesRule",
        ["DirectivesAreDefined"] = "KnownDirectivesRule",
        ["DirectivesAreInValidLocations"] = "KnownDirectivesRule",
        ["DirectivesAreUniquePerLocation"] = "UniqueDirectivesPerLocationRule",
        ["VariableUniqueness"] = "UniqueVariableNamesRule",
        ["VariablesAreInputTypes"] = "VariablesAreInputTypesRule",
        ["AllVariableUsesDefined"] = "NoUndefinedVariablesRule",
        ["AllVariablesUsed"] = "NoUnusedVariablesRule",
        ["AllVariableUsagesAllowed"] = "VariablesInAllowedPositionRule",
        ["DeferStreamDirectiveOnRootField"] = "DeferStreamDirectiveOnRootFieldRule",
        ["DeferStreamDirectiveOnValidOperations"] = "DeferStreamDirectiveOnValidOperationsRule",
        ["DeferStreamDirectiveLabel"] = "DeferStreamDirectiveLabelRule",
        ["StreamDirectiveOnListField"] = "StreamDirectiveOnListFieldRule",
    };

    private static readonly ValidationOptions Unlimited = new() { IncludeRule = true, MaxErrors = 1_000 };

    [SharedDataFact("graphql/graphql-js/validation.json")]
    public void The_verdict_and_the_broken_rules_are_those_of_graphql_js() => Replay((document, schema, expected, report) =>
    {
        var actual = RulesOf(schema, document).Select(e => e.Rule).ToHashSet(StringComparer.Ordinal);
        var wanted = expected.GetProperty("errorsByRule").EnumerateObject().Select(r => r.Name).Where(RuleNames.ContainsValue).ToHashSet(StringComparer.Ordinal);
        return actual.SetEquals(wanted) ? null : $"expected [{string.Join(", ", wanted)}], found [{string.Join(", ", actual)}]\n{document}";
    });

    [SharedDataFact("graphql/graphql-js/validation.json")]
    public void Errors_are_reported_where_graphql_js_reports_them() => Replay((document, schema, expected, report) =>
    {
        var actual = RulesOf(schema, document);
        foreach (var rule in expected.GetProperty("errorsByRule").EnumerateObject())
        {
            // Merging conflicts are reported once for each pair of fields, not once for each path to it.
            if (rule.Name == "OverlappingFieldsCanBeMergedRule" || !RuleNames.ContainsValue(rule.Name))
            {
                continue;
            }

            var wanted = rule.Value.EnumerateArray().Select(e => string.Join(" ", e.EnumerateArray().Select(l => $"{l.GetProperty("line")}:{l.GetProperty("column")}"))).Order();
            var found = actual.Where(a => a.Rule == rule.Name).Select(a => a.Locations).Order();
            if (!wanted.SequenceEqual(found))
            {
                return $"{rule.Name}: expected [{string.Join(" | ", wanted)}], found [{string.Join(" | ", found)}]\n{document}";
            }
        }

        return null;
    });

    [SharedDataFact("graphql/graphql-js/validation.json")]
    public void The_rules_of_incremental_delivery_report_what_graphql_js_reports()
    {
        using var corpus = SharedData.Corpus("validation.json");
        var report = new CorpusReport(output);
        var schemas = new CorpusSchemas(corpus);
        foreach (var test in corpus.RootElement.GetProperty("cases").EnumerateArray())
        {
            if (!test.TryGetProperty("features", out var features) || !features.EnumerateArray().Any(f => f.GetString() == "deferStream"))
            {
                continue;
            }

            report.Run(test.GetProperty("id").GetString()!, () =>
            {
                var rule = test.GetProperty("rule").GetString();
                var wanted = test.GetProperty("errors").EnumerateArray()
                    .Select(e => string.Join(" ", e.GetProperty("locations").EnumerateArray().Select(l => $"{l.GetProperty("line")}:{l.GetProperty("column")}"))).Order().ToList();
                var found = RulesOf(schemas.Get(test.GetProperty("schema").GetString()!), test.GetProperty("document").GetString()!)
                    .Where(e => rule is null || e.Rule == rule).Select(e => e.Locations).Order().ToList();
                return wanted.SequenceEqual(found) ? null : $"{rule}: expected [{string.Join(" | ", wanted)}], found [{string.Join(" | ", found)}]";
            });
        }

        report.AssertAllPassed(atLeast: 36);
    }

    private static List<(string Rule, string Locations)> RulesOf(Schema schema, string document)
    {
        var errors = DocumentValidator.Validate(schema, Parser.ParseDocument(document), Unlimited, context => DocumentValidator.Specified(context));
        return [.. errors.Select(e => (RuleNames[(string)e.Extensions!["rule"]!], string.Join(" ", e.Locations.Select(l => $"{l.Line}:{l.Column}"))))];
    }

    private void Replay(Func<string, Schema, JsonElement, CorpusReport, string?> check)
    {
        using var corpus = SharedData.Corpus("validation.json");
        var report = new CorpusReport(output);
        var schemas = new CorpusSchemas(corpus);
        foreach (var test in corpus.RootElement.GetProperty("cases").EnumerateArray())
        {
            if (test.TryGetProperty("features", out var features) && features.GetArrayLength() > 0)
            {
                report.Skip($"needs {string.Join(", ", features.EnumerateArray())}, which is outside the September 2025 specification");
                continue;
            }

            var key = test.GetProperty("schema").GetString()!;
            report.Run(test.GetProperty("id").GetString()!, () => check(test.GetProperty("document").GetString()!, schemas.Get(key), test, report));
        }

        report.AssertAllPassed(atLeast: 600);
    }
}
