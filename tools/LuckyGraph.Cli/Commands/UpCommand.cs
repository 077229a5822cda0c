using System.CommandLine;
using System.Diagnostics;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;
using Spectre.Console;
using Progress = LuckyGraph.Cli.Infrastructure.Progress;

namespace LuckyGraph.Cli.Commands;

/// <summary><c>lucky up</c>: installs, builds, starts and seeds what is missing, and ends with the gateway's address.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var port = Options.Port();
        var data = Options.Data();
        var noBuild = new Option<bool>("--no-build") { Description = "Start what is built already." };
        var noSeed = new Option<bool>("--no-seed") { Description = "Do not create the demo users." };
        var command = new Command("up", "Starts the whole platform; a second time it only starts what is missing.") { port, data, noBuild, noSeed };
        command.SetAction((result, ct) => RunAsync(Options.Layout(result, port, data), !result.GetValue(noBuild), !result.GetValue(noSeed), ct));
        return command;
    }

    private static async Task<int> RunAsync(PlatformLayout layout, bool build, bool seed, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var progress = new Progress(AnsiConsole.Console);
        Directory.CreateDirectory(layout.DataFolder);
        using var alone = DataFolderLock.Take(layout.DataFolder);
        if (build)
        {
            await Build.PlatformAsync(progress, cancellationToken);
            await Build.ExplorerAsync(progress, cancellationToken);
        }

        var built = clock.Elapsed;
        var platform = new RunningPlatform(layout, progress);
        await platform.StartServersAsync(cancellationToken);
        await platform.StartHostsAsync(cancellationToken);
        IReadOnlyList<DemoUser> users = [];
        if (seed && platform.HostEnvironment["ASPNETCORE_ENVIRONMENT"] == "Development")
        {
            await progress.StepAsync("Seeding the demo users", async () => users = await SeedCommand.SeedAsync(layout, cancellationToken));
        }

        AnsiConsole.WriteLine();
        AnsiConsole.MarkupLineInterpolated($"[bold]{layout.Gateway.Url}/graphql[/]  the graph, and its explorer in a browser");
        AnsiConsole.MarkupLineInterpolated($"{layout["sandbox"].Url}/mail  the sandbox mailbox (also: ./lucky mail)");
        foreach (var user in users)
        {
            AnsiConsole.MarkupLineInterpolated($"{user.Role,-9} {user.Email}  password {user.Password}  (development only)");
        }

        AnsiConsole.MarkupLineInterpolated($"[grey]Built in {built.TotalSeconds:0.0} s, ready {(clock.Elapsed - built).TotalSeconds:0.0} s later. Stop: ./lucky down[/]");
        return 0;
    }
}

/// <summary>Keeps two <c>lucky up</c> or <c>down</c> from working on one data folder at once.</summary>
internal static class DataFolderLock
{
    public static FileStream Take(string dataFolder)
    {
        try
        {
            return new FileStream(Path.Combine(dataFolder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new LuckyException($"Another lucky works on {dataFolder}. Wait until it is done.");
        }
    }
}
