using System.Text.Json;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;

namespace LuckyGraph.Platform.Tests;

/// <summary>The lucky command from outside, on a platform of its own.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("lucky-cli-").FullName;
    private readonly int port = PlatformLayout.FreeBasePort();

    public CommandLineTests()
        => File.SetUnixFileMode(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public async Task Up_starts_everything_down_leaves_no_process_and_a_second_up_keeps_the_data()
    {
        try
        {
            var first = await LuckyAsync("up", "--no-build", "--port", $"{port}", "--data", data);
            Assert.True(first.ExitCode == 0, first.Text);
            Assert.Contains($"http://127.0.0.1:{port}/graphql", first.Text);
            Assert.Equal(0, (await LuckyAsync("status", "--port", $"{port}", "--data", data)).ExitCode);
            var seeded = await SeedAsync();

            var down = await LuckyAsync("down", "--port", $"{port}", "--data", data);
            Assert.True(down.ExitCode == 0, down.Text);
            Assert.Empty(await ProcessesAsync());

            var second = await LuckyAsync("up", "--no-build", "--port", $"{port}", "--data", data);
            Assert.True(second.ExitCode == 0, second.Text);
            Assert.Equal(seeded, await SeedAsync());
        }
        finally
        {
            await LuckyAsync("down", "--port", $"{port}", "--data", data);
        }

        Assert.Empty(await ProcessesAsync());
    }

    [Fact]
    public async Task A_broken_feed_changes_nothing_and_says_where_it_is_broken()
    {
        var file = Path.Combine(data, "broken.json");
        await File.WriteAllTextAsync(file, "[\n  {\"sku\": \"A\", \"title\": \"a\", \"category\": \"c\", \"price\": 1},\n  {\"sku\": \"B\", \n");
        var output = await LuckyAsync("import", file, "--gateway", "http://127.0.0.1:1");
        Assert.Equal(1, output.ExitCode);
        Assert.Contains("broken at line", output.Text);
        Assert.DoesNotContain("   at ", output.Text);
    }

    [Theory]
    [InlineData("import", "/nowhere/feed.json")]
    [InlineData("logs", "nobody")]
    [InlineData("test", "Nothing.Tests")]
    public async Task What_cannot_be_done_is_said_in_one_message_without_a_stack_trace(string command, string argument)
    {
        var output = await LuckyAsync(command, argument);
        Assert.Equal(1, output.ExitCode);
        Assert.Contains("lucky: ", output.Text);
        Assert.DoesNotContain("   at ", output.Text);
    }

    private async Task<string> SeedAsync()
    {
        // The demo customer keeps its id over a restart: the database is the same one.
        using var graph = new HttpClient();
        var output = await LuckyAsync("seed", "--port", $"{port}", "--data", data);
        Assert.True(output.ExitCode == 0, output.Text);
        var customer = output.Text.Split('\n').First(l => l.StartsWith("CUSTOMER", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using var client = new LuckyGraph.Cli.Import.GraphClient($"http://127.0.0.1:{port}");
        await client.SignInAsync(customer[1], customer[3], CancellationToken.None);
        JsonElement viewer = await client.AskAsync("{ viewer { id } }", null, CancellationToken.None);
        return viewer.GetProperty("viewer").GetProperty("id").GetString()!;
    }

    private async Task<List<string>> ProcessesAsync()
        => [.. (await Shell.RequireAsync("ps", ["-eo", "pid,args"])).Split('\n').Where(l => l.Contains(data, StringComparison.Ordinal)),
            .. Directory.Exists(Path.Combine(data, "run")) ? Directory.GetFiles(Path.Combine(data, "run")).Where(f => new HostProcess(Path.GetFileNameWithoutExtension(f), data).Pid is not null) : []];

    private static Task<CommandOutput> LuckyAsync(params string[] arguments)
        => Shell.RunAsync("dotnet", [ProjectFolder.Path("tools", "LuckyGraph.Cli", "bin", ProjectFolder.Configuration, "net10.0", "LuckyGraph.Cli.dll"), .. arguments]);
}
