using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;
using Spectre.Console;
using Command = System.CommandLine.Command;
using Progress = LuckyGraph.Cli.Infrastructure.Progress;

namespace LuckyGraph.Cli.Commands;

/// <summary>
/// <c>lucky test</c>: installs what tests need, builds everything, checks formatting and schemas, runs all test projects, and
/// ends with one line for the whole run.
/// </summary>
internal static partial class TestCommand
{
    private static readonly string[] Projects = ["Engine.Tests", "Fusion.Tests", "Subgraphs.Tests", "Platform.Tests"];

    private sealed record Outcome(int Passed, int Failed, int Skipped);

    public static Command Create()
    {
        var only = new Argument<string[]>("projects") { Description = $"Which of {string.Join(", ", Projects)}. Default: all.", Arity = ArgumentArity.ZeroOrMore };
        var filter = new Option<string?>("--filter") { Description = "Only tests that match, in the syntax of dotnet test." };
        var command = new Command("test", "Runs all tests.") { only, filter };
        command.SetAction((result, ct) => RunAsync(result.GetValue(only) ?? [], result.GetValue(filter), ct));
        return command;
    }

    private static async Task<int> RunAsync(string[] only, string? filter, CancellationToken cancellationToken)
    {
        var progress = new Progress(AnsiConsole.Console);
        if (only.FirstOrDefault(p => !Projects.Contains(p)) is { } unknown)
        {
            throw new LuckyException($"There is no test project \"{unknown}\". Known are: {string.Join(", ", Projects)}.");
        }

        await SystemPackages.EnsureAsync([.. SystemPackages.Servers, .. SystemPackages.Tests], progress, cancellationToken);
        await Build.SolutionAsync(progress, cancellationToken);
        await Build.ExplorerAsync(progress, cancellationToken);

        var passed = 0;
        var failed = 0;
        var skipped = 0;
        if (only.Length == 0 && filter is null)
        {
            foreach (var (title, check) in Checks(cancellationToken))
            {
                try
                {
                    await progress.StepAsync(title, check);
                    passed++;
                }
                catch (LuckyException e)
                {
                    progress.Say(e.Message);
                    failed++;
                }
            }
        }

        foreach (var project in only.Length == 0 ? Projects : only)
        {
            var outcome = await RunProjectAsync(project, filter, progress, cancellationToken);
            passed += outcome.Passed;
            failed += outcome.Failed;
            skipped += outcome.Skipped;
        }

        Console.WriteLine(skipped == 0 ? $"{passed} passed, {failed} failed" : $"{passed} passed, {failed} failed, {skipped} skipped");
        return failed == 0 && passed > 0 ? 0 : 1;
    }

    private static IEnumerable<(string Title, Func<Task> Check)> Checks(CancellationToken cancellationToken)
    {
        yield return ("Checking the format (dotnet format)", () => Shell.RequireAsync("dotnet",
            ["format", "LuckyGraph.sln", "--no-restore", "--verify-no-changes", "--verbosity", "quiet"], ProjectFolder.Root, cancellationToken: cancellationToken));
        yield return ("Checking the committed schemas", () => SchemaCommand.CheckAsync(null, cancellationToken));
    }

    private static async Task<Outcome> RunProjectAsync(string project, string? filter, Progress progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var results = ProjectFolder.Path("artifacts", "tests", project);
        if (Directory.Exists(results))
        {
            Directory.Delete(results, recursive: true);
        }

        List<string> arguments =
        [
            "test", ProjectFolder.Path("tests", project, $"LuckyGraph.{project}.csproj"), "-c", ProjectFolder.Configuration, "--no-build", "--nologo",
            "-v", "q", "--logger", "trx;LogFileName=results.trx", "--results-directory", results, "--blame-hang", "--blame-hang-timeout", "8m", "--blame-hang-dump-type", "none",
        ];
        if (filter is not null)
        {
            arguments.AddRange(["--filter", filter]);
        }

        progress.Say($"… {project}");
        var output = await Shell.RunAsync("dotnet", arguments, ProjectFolder.Root, cancellationToken: cancellationToken);
        var trx = Path.Combine(results, "results.trx");
        if (!File.Exists(trx))
        {
            if (filter is not null && output.ExitCode == 0)
            {
                return new Outcome(0, 0, 0);
            }

            progress.Say(output.Text);
            progress.Say($"✗ {project} gave no results.");
            return new Outcome(0, 1, 0);
        }

        var outcome = Read(trx, progress);
        if (output.ExitCode != 0 && outcome.Failed == 0)
        {
            // The runner itself failed, by a crash or a hang: the results written so far are not the whole truth.
            progress.Say(output.Text);
            outcome = outcome with { Failed = 1 };
        }

        progress.Say($"{(outcome.Failed == 0 ? "✓" : "✗")} {project}: {outcome.Passed} passed, {outcome.Failed} failed, {outcome.Skipped} skipped ({clock.Elapsed.TotalSeconds:0} s)");
        return outcome;
    }

    private static Outcome Read(string trx, Progress progress)
    {
        var document = XDocument.Load(trx);
        var space = document.Root!.Name.Namespace;
        int passed = 0, failed = 0, skipped = 0;
        var reasons = new List<string>();
        foreach (var result in document.Descendants(space + "UnitTestResult"))
        {
            var text = result.Element(space + "Output");
            switch ((string?)result.Attribute("outcome"))
            {
                case "Passed":
                    passed++;
                    foreach (Match note in SkipNote().Matches(text?.Element(space + "StdOut")?.Value ?? ""))
                    {
                        progress.Say($"  {result.Attribute("testName")!.Value}: {note.Value.Trim()}");
                    }

                    break;
                case "Failed":
                    failed++;
                    progress.Say($"✗ {result.Attribute("testName")!.Value}");
                    progress.Say(text?.Element(space + "ErrorInfo")?.Value ?? "");
                    break;
                default:
                    skipped++;
                    reasons.Add((text?.Element(space + "ErrorInfo")?.Element(space + "Message")?.Value ?? text?.Element(space + "StdOut")?.Value ?? "no reason given").Trim());
                    break;
            }
        }

        foreach (var reason in reasons.GroupBy(r => r))
        {
            progress.Say($"  {reason.Count()} skipped: {reason.Key}");
        }

        return new Outcome(passed, failed, skipped);
    }

    [GeneratedRegex("^skipped: .*$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex SkipNote();
}
