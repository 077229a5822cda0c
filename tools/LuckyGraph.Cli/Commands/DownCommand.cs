using System.CommandLine;
using LuckyGraph.Cli.Platform;
using Spectre.Console;
using Progress = LuckyGraph.Cli.Infrastructure.Progress;

namespace LuckyGraph.Cli.Commands;

/// <summary><c>lucky down</c>: stops every process of the platform; the data stays.</summary>
internal static class DownCommand
{
    public static Command Create()
    {
        var port = Options.Port();
        var data = Options.Data();
        var command = new Command("down", "Stops the platform. The data stays.") { port, data };
        command.SetAction(async (result, ct) =>
        {
            var layout = Options.Layout(result, port, data);
            var progress = new Progress(AnsiConsole.Console);
            if (!Directory.Exists(layout.DataFolder))
            {
                progress.Say("Nothing runs.");
                return 0;
            }

            using var alone = DataFolderLock.Take(layout.DataFolder);
            await progress.StepAsync("Stopping the platform", () => new RunningPlatform(layout, progress).StopAsync(ct));
            return 0;
        });
        return command;
    }
}
