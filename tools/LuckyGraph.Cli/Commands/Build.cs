using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;

namespace LuckyGraph.Cli.Commands;

/// <summary>Builds what the platform is made of.</summary>
internal static class Build
{
    /// <summary>The programs that <c>lucky up</c> starts.</summary>
    public static Task PlatformAsync(Progress progress, CancellationToken cancellationToken)
        => progress.StepAsync("Building the platform", () => Shell.RequireAsync("dotnet",
            ["build", ProjectFolder.Path("LuckyGraph.Platform.slnf"), "-c", ProjectFolder.Configuration, "-v", "q", "--nologo"],
            ProjectFolder.Root, cancellationToken: cancellationToken));

    /// <summary>Everything, tests and benchmarks included.</summary>
    public static Task SolutionAsync(Progress progress, CancellationToken cancellationToken)
        => progress.StepAsync("Building the solution", () => Shell.RequireAsync("dotnet",
            ["build", ProjectFolder.Path("LuckyGraph.sln"), "-c", ProjectFolder.Configuration, "-v", "q", "--nologo"],
            ProjectFolder.Root, cancellationToken: cancellationToken));

    /// <summary>The explorer's page, when its sources are newer than what was built.</summary>
    public static async Task ExplorerAsync(Progress progress, CancellationToken cancellationToken)
    {
        var sources = ProjectFolder.Path("tools", "explorer");
        var page = ProjectFolder.Path("gateway", "LuckyGraph.Gateway", "wwwroot", "explorer", "index.html");
        var newest = Directory.EnumerateFiles(sources, "*", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/node_modules/", StringComparison.Ordinal)).Max(File.GetLastWriteTimeUtc);
        if (File.Exists(page) && File.GetLastWriteTimeUtc(page) >= newest)
        {
            return;
        }

        if (Shell.Find("npm") is null)
        {
            throw new LuckyException("Node 20 with npm is missing; it builds the explorer. Install it: apt-get install nodejs npm");
        }

        await progress.StepAsync("Building the explorer", async () =>
        {
            await Shell.RequireAsync("npm", ["ci", "--no-progress"], sources, cancellationToken: cancellationToken);
            await Shell.RequireAsync("npm", ["run", "build"], sources, cancellationToken: cancellationToken);
        });
    }
}
