using LuckyGraph.Conformance;
using Xunit.Abstractions;

namespace LuckyGraph.Engine.Tests.Conformance;

/// <summary>Replays the graphql-js corpus and graphql-cats, as <c>lucky conformance</c> does.</summary>
public sealed class ConformanceTests(ITestOutputHelper output)
{
    private const string Corpus = "graphql/graphql-js";
    private const string Cats = "graphql/cats";

    public static TheoryData<string> Files() => [.. ConformanceSuite.Files];

    [SharedDataTheory(Corpus)]
    [MemberData(nameof(Files))]
    public async Task Every_case_of_the_graphql_js_corpus_passes_or_says_why_it_does_not_apply(string file)
    {
        var report = await ConformanceSuite.ReplayFileAsync(Path.Combine(SharedData.PathOf(Corpus), file));
        AssertNothingFailed(report);
        Assert.True(report.Passed > report.SkippedCount, $"Most cases of {file} should apply, but {report.SkippedCount} were skipped and {report.Passed} passed.");
    }

    [SharedDataFact(Cats)]
    public async Task Every_scenario_of_graphql_cats_passes_or_says_why_it_does_not_apply()
    {
        var passed = 0;
        await foreach (var report in ConformanceSuite.ReplayFolderAsync(SharedData.PathOf(Cats)))
        {
            AssertNothingFailed(report);
            passed += report.Passed;
        }

        Assert.True(passed > 90, $"Only {passed} scenarios passed.");
    }

    [Fact]
    public async Task A_wrong_expectation_is_a_failure_and_an_unknown_feature_a_skip()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "language.json"), """
                {
                  "version": 1, "expectations": "", "invalidSchemas": [], "schemas": {},
                  "cases": [
                    { "id": "right", "kind": "value", "source": "[1,2]", "ok": true, "printed": "[1, 2]" },
                    { "id": "wrong", "kind": "value", "source": "[1,2]", "ok": true, "printed": "[2, 1]" },
                    { "id": "broken", "kind": "value" },
                    { "id": "other", "kind": "value", "source": "1", "features": ["timeTravel"], "ok": true, "printed": "1" }
                  ]
                }
                """);
            var report = await ConformanceSuite.ReplayFileAsync(Path.Combine(folder.FullName, "language.json"));

            Assert.Equal((1, 2, 1), (report.Passed, report.Failures.Count, report.SkippedCount));
            Assert.Equal(["wrong", "broken"], report.Failures.Select(f => f.Id));
            Assert.Contains("timeTravel", Assert.Single(report.Skipped).Key, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_folder_without_cases_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            await Assert.ThrowsAsync<ConformanceFormatException>(async () => await ConformanceSuite.ReplayFolderAsync(folder.FullName).GetAsyncEnumerator().MoveNextAsync());
        }
        finally
        {
            folder.Delete();
        }
    }

    private void AssertNothingFailed(FileReport report)
    {
        output.WriteLine($"{report.File}: {report.Passed} passed, {report.Failures.Count} failed, {report.SkippedCount} skipped");
        foreach (var (reason, count) in report.Skipped)
        {
            output.WriteLine($"  {count} skipped: {reason}");
        }

        Assert.True(report.Failures.Count == 0, $"{report.Failures.Count} cases failed:\n{string.Join("\n", report.Failures.Take(60).Select(f => $"{f.Id}: {f.Text}"))}");
    }
}
