using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LuckyGraph.Bench.Gateway;

/// <summary>
/// Measures gateways over four subgraphs that replay recorded answers: the gateway on one core, subgraphs and wrk on the other,
/// rounds alternating, medians. Answers are checked before, during and after the load.
/// </summary>
internal static partial class GatewayBenchmark
{
    private sealed record Contender(string Name, string Url, string Subgraphs, PinnedProcess Process);

    private sealed record Sample(double Rate, double CpuMicroseconds, double Mean, double Tail);

    private sealed record Settings(int Rounds, int Seconds, int Warmup, int Connections, string[]? Only, bool WithPeers, string? Beside)
    {
        /// <summary>Our gateways, by name, with what each has on its command line.</summary>
        public (string Name, string[] Options)[] Gateways { get; init; } = [("luckygraph", [])];
    }

    public static Task<int> RunAsync(string[] arguments) => RunAsync(Read(arguments), Names(arguments, "--operations"));

    /// <summary>What telemetry costs: our gateway with and without, side by side.</summary>
    public static Task<int> RunTelemetryAsync(string[] arguments)
        => RunAsync(Read(arguments) with { WithPeers = false, Gateways = TelemetryVariants.All }, Names(arguments, "--operations") ?? ["single"]);

    private static Settings Read(string[] arguments)
        => new(
            Option(arguments, "--rounds", 3), Option(arguments, "--seconds", 6),
            // Below some 20 s the figures are the compiler's.
            Option(arguments, "--warmup", 25), Option(arguments, "--connections", 32), Names(arguments, "--only"), !arguments.Contains("--skip-peers"),
            Names(arguments, "--beside")?[0]);

    private static async Task<int> RunAsync(Settings settings, string[]? operations)
    {
        var table = new StringBuilder("| | Gateway | Fetches | Requests/s | Of hand-written | CPU µs a request | Least CPU µs | Mean ms | p99 ms | Peak MiB |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        try
        {
            var load = File.ReadAllText("/proc/loadavg").Split(' ');
            Console.WriteLine($"load of the machine before: {load[0]} {load[1]} {load[2]}; {Environment.ProcessorCount} cores");
            foreach (var operation in Workload.Operations)
            {
                if (operations is null || operations.Contains(operation.Name))
                {
                    await MeasureAsync(operation, settings, table);
                }
            }

            Console.WriteLine($"\n{table}");
            return 0;
        }
        catch (InvalidOperationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    private static async Task MeasureAsync(BenchmarkOperation operation, Settings settings, StringBuilder table)
    {
        var processes = new List<PinnedProcess>();
        var script = Path.Combine(Path.GetTempPath(), $"lucky-bench-{Environment.ProcessId}-gateway.lua");
        try
        {
            var contenders = await StartAsync(processes, operation, settings);
            await File.WriteAllTextAsync(script, $"wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = '{operation.Body}'\n");
            var samples = contenders.ToDictionary(c => c, _ => new List<Sample>());
            var requests = new Dictionary<Contender, long>();
            foreach (var contender in contenders)
            {
                // The first request of some is preceded by others that they need once.
                await CheckAsync(contender, operation);
                var before = await RequestsAsync(contender);
                await CheckAsync(contender, operation);
                requests.Add(contender, await RequestsAsync(contender) - before);
                // Compilers may use both cores meanwhile: on one the load would leave them little time.
                await contender.Process.UnpinAsync();
                await LoadAsync(contender, operation, script, settings.Warmup, settings.Connections);
                await contender.Process.PinAsync();
                Console.WriteLine($"{operation.Name} {contender.Name}: warm");
            }

            for (var round = 0; round < settings.Rounds; round++)
            {
                foreach (var contender in contenders)
                {
                    var sample = await LoadAsync(contender, operation, script, settings.Seconds, settings.Connections);
                    samples[contender].Add(sample);
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture, $"{operation.Name} {contender.Name}, round {round + 1}: {sample.Rate:N0} requests/s, {sample.CpuMicroseconds:N0} us CPU each"));
                    await CheckAsync(contender, operation);
                }
            }

            var ceiling = contenders.Find(c => c.Name == "hand-written") is { } handWritten ? Median(samples[handWritten].Select(s => s.Rate)) : 0;
            foreach (var contender in contenders)
            {
                var list = samples[contender];
                var rate = Median(list.Select(s => s.Rate));
                var ofCeiling = ceiling > 0 ? string.Create(CultureInfo.InvariantCulture, $"{100 * rate / ceiling:0} %") : "";
                table.Append(CultureInfo.InvariantCulture,
                    $"| {operation.Name} | {contender.Name} | {requests[contender]} | {rate:N0} | {ofCeiling} | {Median(list.Select(s => s.CpuMicroseconds)):N1} | {list.Min(s => s.CpuMicroseconds):N1} | {Median(list.Select(s => s.Mean)):N1} | {Median(list.Select(s => s.Tail)):N1} | {contender.Process.PeakMemory():N0} |\n");
            }
        }
        finally
        {
            File.Delete(script);
            foreach (var process in processes)
            {
                await process.DisposeAsync();
            }

            File.Delete(SubgraphList);
        }
    }

    private static async Task<List<Contender>> StartAsync(List<PinnedProcess> processes, BenchmarkOperation operation, Settings settings)
    {
        var contenders = new List<Contender>();
        bool Wanted(string name) => settings.Only is null || settings.Only.Contains(name);
        async Task<PinnedProcess> Start(int core, string command, string[] arguments, string ready, string? folder = null)
        {
            var process = PinnedProcess.Start(core, command, arguments, folder);
            processes.Add(process);
            await process.WaitAsync(ready);
            return process;
        }

        var self = Environment.ProcessPath!;
        var subgraphs = Address();
        await Start(1, self, [.. SelfArguments(), "gateway-subgraphs", subgraphs], subgraphs + "/ready");
        var build = Path.Combine(ProjectFolder(), "gateway", "LuckyGraph.Gateway", "bin", "Release", "net10.0", "LuckyGraph.Gateway.dll");
        var gateways = settings.Gateways.Select(g => (g.Name, Build: build, g.Options));
        if (settings.Beside is { } other)
        {
            gateways = gateways.Concat(settings.Gateways.Select(g => (Name: g.Name + " (other build)", Build: other, g.Options)));
        }

        foreach (var (name, program, options) in gateways)
        {
            if (Wanted(name))
            {
                var address = Address();
                string[] all = [program, .. GatewayArguments(Port(address), subgraphs), .. options.Select(o => o.Replace("{subgraphs}", subgraphs, StringComparison.Ordinal))];
                contenders.Add(new(name, address + "/graphql", subgraphs, await Start(0, "dotnet", all, address + "/health/ready")));
            }
        }

        if (Wanted("hand-written"))
        {
            var address = Address();
            contenders.Add(new("hand-written", $"{address}/{operation.Name}", subgraphs,
                await Start(0, self, [.. SelfArguments(), "gateway-ceiling", address, subgraphs], address + "/ready")));
        }

        if (!settings.WithPeers)
        {
            return contenders;
        }

        var peers = PeersFolder();
        if (!Directory.Exists(Path.Combine(peers, "node_modules", "@graphql-hive", "gateway")))
        {
            throw new InvalidOperationException($"The peers are not installed: run npm ci in {Path.GetRelativePath(Environment.CurrentDirectory, peers)}, or pass --skip-peers.");
        }

        var origin = Address();
        await Start(1, "node", ["subgraphs.mjs", Port(origin)], origin + "/ready", peers);
        var federated = Address();
        await Start(1, self, [.. SelfArguments(), "gateway-subgraphs", federated, origin], federated + "/ready");
        foreach (var (name, script, option) in s_peers)
        {
            if (Wanted(name))
            {
                var address = Address();
                contenders.Add(new(name, address + "/graphql", federated, await Start(0, "node", [script, Port(address), federated, option], address + "/ready", peers)));
            }
        }

        return contenders;
    }

    private static string SubgraphList => Path.Combine(Path.GetTempPath(), $"lucky-bench-{Environment.ProcessId}-subgraphs.json");

    /// <summary>The gateway as users run it: <c>lucky gateway --subgraphs</c>.</summary>
    private static string[] GatewayArguments(string port, string subgraphs)
    {
        File.WriteAllText(SubgraphList, JsonSerializer.Serialize(Workload.Services.Select(s => new
        {
            name = s,
            url = $"{subgraphs}/{s}",
            sdl = Workload.Sdl(s),
            kind = "composite",
            capabilities = (string[])["variableBatching", "requestBatching"],
        })));
        return ["--subgraphs", SubgraphList, "--port", port, "--LUCKY_GATEWAY_SHARE_REQUESTS=false"];
    }

    private static readonly (string Name, string Script, string Option)[] s_peers =
    [
        ("@apollo/gateway", "apollo-gateway.mjs", ""),
        ("@graphql-hive/gateway", "hive-gateway.mjs", ""),
        ("hive with router-runtime", "hive-gateway.mjs", "router"),
    ];

    private static async Task<Sample> LoadAsync(Contender contender, BenchmarkOperation operation, string script, int seconds, int connections)
    {
        var start = new ProcessStartInfo("taskset") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", "1", "wrk", "-t1", $"-c{connections}", $"-d{seconds}s", "--latency", "--timeout", "20s", "-s", script, contender.Url])
        {
            start.ArgumentList.Add(argument);
        }

        var before = contender.Process.CpuSeconds();
        using var wrk = Process.Start(start) ?? throw new InvalidOperationException("wrk did not start: install the package wrk.");
        var check = Task.Delay(TimeSpan.FromSeconds(seconds / 2.0)).ContinueWith(_ => CheckAsync(contender, operation)).Unwrap();
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        await check;
        var cpu = contender.Process.CpuSeconds() - before;
        if (!Requests().IsMatch(output) || output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{contender.Name} failed under load:\n{output}");
        }

        var count = double.Parse(Requests().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        return new Sample(
            double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture), cpu * 1_000_000 / count,
            Milliseconds(Latency().Match(output)), Milliseconds(Tail().Match(output)));
    }

    private static double Milliseconds(Match match)
        => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * match.Groups[2].Value switch { "us" => 0.001, "s" => 1000, _ => 1 };

    /// <summary>How many requests the subgraphs of a gateway have had.</summary>
    private static async Task<long> RequestsAsync(Contender contender)
    {
        using var http = new HttpClient();
        return long.Parse(await http.GetStringAsync($"{contender.Subgraphs}/requests"), CultureInfo.InvariantCulture);
    }

    private static async Task CheckAsync(Contender contender, BenchmarkOperation operation)
    {
        if (operation.Check(await contender.Process.PostAsync(contender.Url, operation.Body)) is { } wrong)
        {
            throw new InvalidOperationException($"{contender.Name} answers wrongly: {wrong}");
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    // Under "dotnet run" or "dotnet bench.dll" the process is dotnet itself.
    private static string[] SelfArguments()
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(GatewayBenchmark).Assembly.Location] : [];

    private static string PeersFolder() => Path.Combine(ProjectFolder(), "tools", "bench", "peers");

    private static string ProjectFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LuckyGraph.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? Environment.CurrentDirectory;
    }

    private static string Address()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
    }

    private static string Port(string address) => new Uri(address).Port.ToString(CultureInfo.InvariantCulture);

    private static string[]? Names(string[] arguments, string name)
        => Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1].Split(',') : null;

    private static int Option(string[] arguments, string name, int otherwise)
        => Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : otherwise;

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Requests();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"Latency\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Latency();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Tail();
}
