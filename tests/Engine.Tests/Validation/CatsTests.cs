using LuckyGraph.Engine.Tests.Conformance;
using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Language;
using Xunit.Abstractions;

namespace LuckyGraph.Engine.Tests.Validation;

/// <summary>Replays the validation scenarios of graphql-cats: each runs one rule.</summary>
public sealed class CatsTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, string[]> Rules = new(StringComparer.Ordinal)
    {
        ["ExecutableDefinitions"] = ["ExecutableDefinitions"],
        ["FieldsOnCorrectType"] = ["FieldSelections"],
        ["FragmentsOnCompositeTypes"] = ["FragmentsOnObjectInterfaceOrUnionTypes"],
        ["KnownArgumentNames"] = ["ArgumentNames"],
        ["KnownDirectives"] = ["DirectivesAreDefined", "DirectivesAreInValidLocations"],
        ["ScalarLeafs"] = ["LeafFieldSelections"],
    };

    private static readonly ValidationOptions WithRule = new() { IncludeRule = true };

    [SharedDataFact("graphql/cats/validation")]
    public void The_scenarios_have_the_number_of_errors_they_name()
    {
        var folder = SharedData.PathOf("graphql/cats/validation");
        var schema = new SchemaBuilder().AddSdl(File.ReadAllText(Path.Combine(folder, "validation.schema.graphql"))).BuildUnchecked(validateSdl: false);
        var report = new CorpusReport(output);
        foreach (var file in Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
        {
            foreach (var (name, query, rule, errors) in Scenarios(File.ReadAllLines(file)))
            {
                report.Run($"{rule}: {name}", () =>
                {
                    var found = DocumentValidator.Validate(schema, Parser.ParseDocument(query), WithRule, c => DocumentValidator.Specified(c))
                        .Count(e => Rules[rule].Contains((string)e.Extensions!["rule"]!));
                    return found == errors ? null : $"expected {errors} errors, found {found}\n{query}";
                });
            }
        }

        report.AssertAllPassed(atLeast: 60);
    }

    // The files use one small part of YAML: lists of maps, and block literals for queries.
    private static IEnumerable<(string Name, string Query, string Rule, int Errors)> Scenarios(string[] lines)
    {
        string name = "", rule = "";
        var query = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.StartsWith("  - name: ", StringComparison.Ordinal))
            {
                (name, query) = (line["  - name: ".Length..], []);
            }
            else if (line.StartsWith("      query: ", StringComparison.Ordinal))
            {
                while (i + 1 < lines.Length && (lines[i + 1].Length == 0 || lines[i + 1].StartsWith("        ", StringComparison.Ordinal)))
                {
                    query.Add(lines[++i]);
                }
            }
            else if (line == "      validate:")
            {
                rule = lines[++i].Trim().TrimStart('-').Trim();
            }
            else if (line == "      passes: true")
            {
                yield return (name, string.Join("\n", query), rule, 0);
            }
            else if (line.StartsWith("      - error-count: ", StringComparison.Ordinal))
            {
                yield return (name, string.Join("\n", query), rule, int.Parse(line["      - error-count: ".Length..], System.Globalization.CultureInfo.InvariantCulture));
            }
        }
    }
}
