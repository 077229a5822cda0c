using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;

namespace LuckyGraph.Fusion.Tests.Gateway;

/// <summary>The example of gateway/README.md, word for word but for the ports: three npm servers behind a gateway alone.</summary>
public sealed partial class ExampleTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);
    private static readonly string s_folder = Path.Combine(ProjectFolder(), "gateway", "example");

    [ExampleFact]
    public async Task Apollo_and_composite_subgraphs_from_npm_answer_as_one()
    {
        await InstallAsync();
        await using var servers = await ExampleServers.StartAsync(s_folder);
        var folder = Directory.CreateTempSubdirectory("example");
        try
        {
            var list = await File.ReadAllTextAsync(Path.Combine(s_folder, "subgraphs.json"));
            foreach (var (name, url) in servers.Addresses)
            {
                list = Regex.Replace(list, $"(\"{name}\", \"url\": \")[^\"]+", "${1}" + url);
            }

            File.Copy(Path.Combine(s_folder, "stock.graphql"), Path.Combine(folder.FullName, "stock.graphql"));
            var file = Path.Combine(folder.FullName, "subgraphs.json");
            await File.WriteAllTextAsync(file, list);
            await using var gateway = RunningGateway.Start("--subgraphs", file, "--port", "0");
            var address = await gateway.AddressAsync();
            using var http = new HttpClient();

            Assert.Equal(
                """{"data":{"topProducts":[{"name":"Table","price":899,"inStock":true,"reviews":[{"body":"Love it!"},{"body":"Too expensive."}]},{"name":"Couch","price":1299,"inStock":false,"reviews":[]},{"name":"Chair","price":54,"inStock":true,"reviews":[{"body":"Could be better."}]}]}}""",
                await AskAsync(http, address, "{ topProducts { name price inStock reviews { body } } }"));
            await StreamAsync(http, address);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // A review that is added arrives, completed with data of the other subgraphs.
    private static async Task StreamAsync(HttpClient http, Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = JsonContent.Create(new { query = "subscription { reviewAdded { body product { name inStock } } }" }),
        };
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var reading = Task.Run(async () =>
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("data: {", StringComparison.Ordinal))
                {
                    return line;
                }
            }

            return null;
        });
        // The subgraph's own subscription begins a little after the gateway's answer.
        while (!reading.IsCompleted)
        {
            await AskAsync(http, address, "mutation { addReview(upc: \"couch\", body: \"Soft.\") { id } }");
            await Task.WhenAny(reading, Task.Delay(200));
        }

        Assert.Equal("""data: {"data":{"reviewAdded":{"body":"Soft.","product":{"name":"Couch","inStock":false}}}}""", await reading);
    }

    private static async Task<string> AskAsync(HttpClient http, Uri address, string query)
    {
        using var response = await http.PostAsJsonAsync(address, new { query });
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task InstallAsync()
    {
        var marker = Path.Combine(s_folder, "node_modules", ".package-lock.json");
        if (File.Exists(marker) && File.GetLastWriteTimeUtc(marker) >= File.GetLastWriteTimeUtc(Path.Combine(s_folder, "package-lock.json")))
        {
            return;
        }

        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-progress"]) { WorkingDirectory = s_folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        Assert.True(npm.ExitCode == 0, $"npm ci failed:\n{await output}{await errors}");
    }

    private static string ProjectFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "LuckyGraph.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    /// <summary>The example's servers, on ports that the system chose.</summary>
    private sealed partial class ExampleServers(Process process) : IAsyncDisposable
    {
        public Dictionary<string, string> Addresses { get; } = [];

        public static async Task<ExampleServers> StartAsync(string folder)
        {
            var start = new ProcessStartInfo("node", ["all.mjs"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var name in (string[])["PRODUCTS", "REVIEWS", "STOCK"])
            {
                start.Environment[$"{name}_PORT"] = "0";
            }

            var servers = new ExampleServers(Process.Start(start)!);
            var errors = new StringBuilder();
            servers._process.ErrorDataReceived += (_, e) => errors.AppendLine(e.Data);
            servers._process.BeginErrorReadLine();
            using var timeout = new CancellationTokenSource(s_patience);
            while (servers.Addresses.Count < 3)
            {
                var line = await servers._process.StandardOutput.ReadLineAsync(timeout.Token);
                Assert.True(line is not null, $"The example's servers ended:\n{errors}");
                if (Answer().Match(line) is { Success: true } found)
                {
                    servers.Addresses.Add(found.Groups[1].Value, found.Groups[2].Value);
                }
            }

            return servers;
        }

        private readonly Process _process = process;

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
                await _process.WaitForExitAsync();
            }

            _process.Dispose();
        }

        [GeneratedRegex(@"^(\w+) answers at (\S+)$")]
        private static partial Regex Answer();
    }
}

/// <summary>A test that needs Node; without it, it is skipped and says so.</summary>
internal sealed class ExampleFactAttribute : FactAttribute
{
    public ExampleFactAttribute()
    {
        if (!IsOnPath("node") || !IsOnPath("npm"))
        {
            Skip = "needs node and npm, which are not installed";
        }
    }

    private static bool IsOnPath(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
