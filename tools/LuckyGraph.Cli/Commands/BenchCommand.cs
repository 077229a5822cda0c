using System.CommandLine;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;

namespace LuckyGraph.Cli.Commands;

/// <summary><c>lucky bench</c>: builds and runs the benchmarks of <c>tools/bench</c>.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var arguments = new Argument<string[]>("arguments") { Description = "server, gateway, subscriptions, and their options.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("bench", "Runs a benchmark against its peers, such as: lucky bench server") { arguments };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, ct) => (await Shell.RunAsync("dotnet",
            ["run", "-c", "Release", "--project", ProjectFolder.Path("tools", "bench"), "--", .. result.GetValue(arguments) ?? [], .. result.UnmatchedTokens],
            ProjectFolder.Root, onLine: Console.WriteLine, cancellationToken: ct)).ExitCode);
        return command;
    }
}
