using System.Text.Json;
using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance;

/// <summary>validation.json: the verdict, the set of broken rules, and where each error is reported.</summary>
internal sealed class ValidationReplay(Corpus corpus) : ImmediateReplay(corpus)
{
    private const string Merging = "OverlappingFieldsCanBeMergedRule";

    /// <summary>graphql-js's names of the specification's rules and of those of incremental delivery.</summary>
    private static readonly Dictionary<string, string> s_ruleNames = new(StringComparer.Ordinal)
    {
        ["ExecutableDefinitions"] = "ExecutableDefinitionsRule",
        ["OperationTypeExistence"] = "KnownOperationTypesRule",
        ["OperationNameUniqueness"] = "UniqueOperationNamesRule",
        ["LoneAnonymousOperation"] = "LoneAnonymousOperationRule",
        ["SingleRootField"] = "SingleFieldSubscriptionsRule",
        ["FieldSelections"] = "FieldsOnCorrectTypeRule",
        ["FieldSelectionMerging"] = Merging,
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

    private static readonly ValidationOptions s_unlimited = new()
    {
        IncludeRule = true,
        MaxErrors = 10_000,
        MaxMergeComparisons = int.MaxValue,
        MaxFragmentVisits = int.MaxValue,
    };

    /// <summary>Every error of a document against the specification's rules: graphql-js's name of the rule, and the locations.</summary>
    internal static List<(string Rule, string Locations)> ErrorsOf(Schema schema, DocumentNode document)
    {
        var errors = DocumentValidator.Validate(schema, document, s_unlimited, static context => DocumentValidator.Specified(context));
        return [.. errors.Select(static e => (s_ruleNames.GetValueOrDefault((string)e.Extensions!["rule"]!, (string)e.Extensions!["rule"]!), CorpusText.Locations(e.Locations)))];
    }

    /// <summary>Whether a rule of graphql-js is one of the specification.</summary>
    internal static bool IsSpecified(string rule) => s_ruleNames.ContainsValue(rule);

    protected override CaseResult Run(JsonElement test)
    {
        var document = test.GetProperty("document").GetString()!;
        var found = ErrorsOf(Corpus.Schema(test), Parser.ParseDocument(document, ParserOptions.Trusted));
        var difference = test.TryGetProperty("features", out _)
            ? RuleDifference(test, found)
            : Difference(test.GetProperty("errorsByRule"), found);
        return difference is not null
            ? CaseResult.Of($"{difference}\n{document}")
            : CaseResult.Passed;
    }

    public override bool Supports(string feature) => feature == "deferStream";

    // With a feature, only the errors of the case's own rule are compared.
    private static string? RuleDifference(JsonElement test, List<(string Rule, string Locations)> found)
    {
        var rule = test.GetProperty("rule").GetString();
        return SameAll(
            test.GetProperty("errors").EnumerateArray().Select(e => CorpusText.Locations(e.GetProperty("locations"))),
            found.Where(e => rule is null || e.Rule == rule).Select(e => e.Locations));
    }

    /// <summary>The first difference of the broken rules and of the places they are reported at.</summary>
    internal static string? Difference(JsonElement errorsByRule, List<(string Rule, string Locations)> actual)
    {
        var rules = errorsByRule.EnumerateObject().Where(r => IsSpecified(r.Name)).ToList();
        if (SameAll(rules.Select(r => r.Name), actual.Select(a => a.Rule).Distinct()) is { } otherRules)
        {
            return otherRules;
        }

        foreach (var rule in rules)
        {
            // Merging conflicts are reported once for each pair of fields, not once for each path to it.
            if (rule.Name != Merging
                && SameAll(rule.Value.EnumerateArray().Select(CorpusText.Locations), actual.Where(a => a.Rule == rule.Name).Select(a => a.Locations)) is { } otherPlaces)
            {
                return $"{rule.Name}: {otherPlaces}";
            }
        }

        return null;
    }
}
