using System.CommandLine;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Conformance;
using Command = System.CommandLine.Command;

namespace LuckyGraph.Cli.Commands;

/// <summary><c>lucky conformance</c>: replays other people's cases on the engine. Exit codes: 0 nothing failed, 1 a case failed.</summary>
internal static class ConformanceCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A folder in the format of the graphql-js corpus, or that of graphql-cats." };
        var shown = new Option<int>("--failures") { Description = "Most failures shown for each file.", DefaultValueFactory = _ => 20 };
        var command = new Command("conformance", "Replays a folder of conformance cases on the engine.") { folder, shown };
        command.SetAction(async (result, ct) =>
        {
            try
            {
                return await ReplayAsync(result.GetValue(folder)!, result.GetValue(shown), ct);
            }
            catch (ConformanceFormatException e)
            {
                throw new LuckyException(e.Message);
            }
        });
        return command;
    }

    private static async Task<int> ReplayAsync(string folder, int shown, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            throw new LuckyException($"There is no folder \"{folder}\".");
        }

        int passed = 0, failed = 0, skipped = 0;
        await foreach (var report in ConformanceSuite.ReplayFolderAsync(folder, cancellationToken))
        {
            Console.WriteLine($"{report.File,-40} {Totals(report.Passed, report.Failures.Count, report.SkippedCount)}");
            foreach (var (id, text) in report.Failures.Take(shown))
            {
                Console.WriteLine($"  failed: {id}\n    {text.ReplaceLineEndings("\n    ")}");
            }

            if (report.Failures.Count > shown)
            {
                Console.WriteLine($"  … and {report.Failures.Count - shown} more failures");
            }

            foreach (var (reason, count) in report.Skipped)
            {
                Console.WriteLine($"  {count} skipped: {reason}");
            }

            passed += report.Passed;
            failed += report.Failures.Count;
            skipped += report.SkippedCount;
        }

        Console.WriteLine($"{"total",-40} {Totals(passed, failed, skipped)}");
        return failed == 0 ? 0 : 1;
    }

    private static string Totals(int passed, int failed, int skipped) => $"{passed,5} passed {failed,5} failed {skipped,5} skipped";
}
