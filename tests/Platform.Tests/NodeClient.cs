using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;

namespace LuckyGraph.Platform.Tests;

/// <summary>Runs a script of the <c>client</c> folder: people's own GraphQL clients from npm, outside our processes.</summary>
internal static class NodeClient
{
    private static readonly string Folder = ProjectFolder.Path("tests", "Platform.Tests", "client");
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    /// <summary>Runs a script to its end; it fails the test when the script fails, with what it printed.</summary>
    public static async Task<string> RunAsync(string script, IReadOnlyDictionary<string, string> environment)
    {
        await Installed.Value;
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var output = await Shell.RunAsync("node", [script], Folder, environment, cancellationToken: timeout.Token);
        Assert.True(output.ExitCode == 0, $"{script} failed:\n{output.Text}");
        return output.Text;
    }

    private static async Task InstallAsync()
    {
        var marker = Path.Combine(Folder, "node_modules", ".package-lock.json");
        if (!File.Exists(marker) || File.GetLastWriteTimeUtc(marker) < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            await Shell.RequireAsync("npm", ["ci", "--no-progress"], Folder);
        }
    }
}
