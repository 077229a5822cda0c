using System.Diagnostics;

namespace LuckyGraph.Engine.Tests.Conformance;

/// <summary>A test that drives a server with clients from npm and is skipped, saying so, where Node is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = NodeScript.MissingReason;
}

/// <summary>Runs the scripts of <c>tests/clients</c>.</summary>
internal static class NodeScript
{
    private static readonly string s_folder = Path.Combine(SharedData.Root, "tests", "clients");
    private static readonly Lazy<Task> s_installed = new(InstallAsync);

    public static string? MissingReason { get; } = IsOnPath("node") && IsOnPath("npm") ? null : "needs node and npm, which are not installed";

    /// <summary>Runs a script against a server; fails the test with what it printed when it does not succeed.</summary>
    public static async Task<string> RunAsync(string script, Uri url, params (string Name, string Value)[] variables)
    {
        await s_installed.Value;
        var (code, text) = await ExecuteAsync("node", [script], [("URL", url.ToString()), .. variables]);
        Assert.True(code == 0, $"{script} failed:\n{text}");
        return text;
    }

    /// <summary>The folder of the scripts, with their packages installed.</summary>
    public static async Task<string> InstalledFolderAsync()
    {
        await s_installed.Value;
        return s_folder;
    }

    private static async Task InstallAsync()
    {
        var marker = new FileInfo(Path.Combine(s_folder, "node_modules", ".package-lock.json"));
        if (!marker.Exists || marker.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(s_folder, "package-lock.json")))
        {
            var (code, text) = await ExecuteAsync("npm", ["ci", "--no-progress"], ("npm_config_update_notifier", "false"));
            Assert.True(code == 0, $"npm ci failed:\n{text}");
        }
    }

    private static async Task<(int Code, string Text)> ExecuteAsync(string program, string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = s_folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, $"{program} took longer than two minutes");
        }
    }

    private static bool IsOnPath(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
