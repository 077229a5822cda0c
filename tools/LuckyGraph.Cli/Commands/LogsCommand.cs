using System.CommandLine;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;

namespace LuckyGraph.Cli.Commands;

/// <summary><c>lucky logs</c>: the hosts' output, of one or of all.</summary>
internal static class LogsCommand
{
    public static Command Create()
    {
        var port = Options.Port();
        var data = Options.Data();
        var name = new Argument<string?>("name") { Description = "sandbox, accounts, catalog, orders or gateway. Default: all.", Arity = ArgumentArity.ZeroOrOne };
        var lines = new Option<int>("--lines", "-n") { Description = "How many of the last lines.", DefaultValueFactory = _ => 50 };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on showing new lines." };
        var command = new Command("logs", "Shows the hosts' logs.") { name, lines, follow, port, data };
        command.SetAction(async (result, ct) =>
        {
            var layout = Options.Layout(result, port, data);
            var wanted = result.GetValue(name);
            var hosts = layout.Hosts.Where(h => wanted is null || h.Name == wanted).ToList();
            if (hosts.Count == 0)
            {
                throw new LuckyException($"There is no \"{wanted}\". Known are: {string.Join(", ", layout.Hosts.Select(h => h.Name))}.");
            }

            var files = hosts.Select(h => new HostProcess(h.Name, layout.DataFolder).LogFile).Where(File.Exists).ToList();
            if (files.Count == 0)
            {
                throw new LuckyException("There are no logs yet. Start the platform: ./lucky up");
            }

            var output = await TailAsync(files, result.GetValue(lines), result.GetValue(follow), ct);
            return output.ExitCode;
        });
        return command;
    }

    private static Task<CommandOutput> TailAsync(List<string> files, int lines, bool follow, CancellationToken cancellationToken)
    {
        List<string> arguments = ["-n", $"{lines}"];
        if (follow)
        {
            arguments.Add("-F");
        }

        return Shell.RunAsync("tail", [.. arguments, .. files], onLine: Console.WriteLine, cancellationToken: cancellationToken);
    }
}
