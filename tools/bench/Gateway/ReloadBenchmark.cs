using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using LuckyGraph.Fusion.Composition;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.Bench.Gateway;

/// <summary>
/// Replaces the gateway's execution schema again and again while wrk asks it: the gateway's own program, alone, on one core.
/// It fails when a single request does, or a connection is refused.
/// </summary>
internal static partial class ReloadBenchmark
{
    private const string Sdl = "type Query { hello: String %FIELD% }";

    public static async Task<int> RunAsync(string[] arguments)
    {
        var seconds = Array.IndexOf(arguments, "--seconds") is >= 0 and var at ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : 20;
        await using var subgraph = await StartSubgraphAsync();
        var folder = Directory.CreateTempSubdirectory("lucky-reload");
        var schema = Path.Combine(folder.FullName, "lucky.fusion.graphql");
        Replace(schema, 0, subgraph.Urls.First());
        var gateway = $"http://127.0.0.1:{FreePort()}";
        await using var process = PinnedProcess.Start(0, "dotnet", [Program(), "--schema", schema, "--port", new Uri(gateway).Port.ToString(CultureInfo.InvariantCulture)], null);
        await process.WaitAsync(gateway + "/health/ready");

        var script = Path.Combine(folder.FullName, "hello.lua");
        await File.WriteAllTextAsync(script, "wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = '{\"query\":\"{ hello }\"}'\n");
        var start = new ProcessStartInfo("taskset") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", "1", "wrk", "-t1", "-c32", $"-d{seconds}s", "--latency", "-s", script, gateway + "/graphql"])
        {
            start.ArgumentList.Add(argument);
        }

        using var wrk = Process.Start(start) ?? throw new InvalidOperationException("wrk did not start: install the package wrk.");
        var output = wrk.StandardOutput.ReadToEndAsync();
        var versions = new HashSet<string>();
        using var http = new HttpClient();
        for (var i = 1; !wrk.HasExited; i++)
        {
            Replace(schema, i, subgraph.Urls.First());
            await Task.WhenAny(wrk.WaitForExitAsync(), Task.Delay(1100));
            using var health = JsonDocument.Parse(await http.GetStringAsync(gateway + "/health/ready"));
            versions.Add(health.RootElement.GetProperty("schema").GetString()!);
        }

        var text = await output;
        folder.Delete(recursive: true);
        var failed = text.Contains("Non-2xx", StringComparison.Ordinal) || text.Contains("Socket errors", StringComparison.Ordinal);
        Console.WriteLine($"{Requests().Match(text).Groups[1].Value} requests while {versions.Count} schemas were taken over, {(failed ? "some failed" : "none failed")}");
        Console.WriteLine(text);
        return failed || versions.Count < 2 ? 1 : 0;
    }

    private static async Task<WebApplication> StartSubgraphAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/graphql", static () => Results.Bytes("{\"data\":{\"hello\":\"world\"}}"u8.ToArray(), "application/json"));
        await app.StartAsync();
        return app;
    }

    // As deployments do it: by a rename.
    private static void Replace(string file, int number, string url)
    {
        var composed = SchemaComposer.Compose([new SourceSchemaInput("source", Sdl.Replace("%FIELD%", $"field{number}: Int", StringComparison.Ordinal)) { Url = url + "/graphql" }]);
        File.WriteAllText(file + ".new", composed.ExecutionSdl);
        File.Move(file + ".new", file, overwrite: true);
    }

    private static string Program()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LuckyGraph.sln")))
        {
            folder = folder.Parent;
        }

        var program = Path.Combine(folder?.FullName ?? ".", "gateway", "LuckyGraph.Gateway", "bin", "Release", "net10.0", "LuckyGraph.Gateway.dll");
        return File.Exists(program) ? program : throw new InvalidOperationException("The gateway is not built: run ./lucky gateway --help once.");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Requests();
}
