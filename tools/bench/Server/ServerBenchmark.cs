using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace LuckyGraph.Bench.Server;

/// <summary>
/// Measures the GraphQL server against its peers: every server on one core, wrk on the other, rounds alternating between the
/// servers, medians of throughput and of CPU time per request. Answers are checked before, during and after the load.
/// </summary>
internal static partial class ServerBenchmark
{
    private const double SettledWithin = 0.03;
    private const int FewestWarmups = 3;
    private const int MostWarmups = 8;

    private sealed record Sample(double RequestsPerSecond, double CpuMicroseconds);

    private sealed record Figures(Workload Workload, string Server, double Rate, double Cpu, double Peak);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var rounds = Option(arguments, "--rounds", 3);
        var seconds = Option(arguments, "--seconds", 4);
        var warmup = Option(arguments, "--warmup", 5);
        var connections = Option(arguments, "--connections", 32);
        var only = Text(arguments, "--only")?.Split(',');
        var chosen = Text(arguments, "--servers")?.Split(',');
        var withPeers = !arguments.Contains("--skip-peers");
        try
        {
            var load = File.ReadAllText("/proc/loadavg").Split(' ');
            Console.WriteLine($"load of the machine before: {load[0]} {load[1]} {load[2]}; {Environment.ProcessorCount} cores");
            var figures = new List<Figures>();
            foreach (var workload in Workload.All.Where(w => only is null || only.Contains(w.Name)))
            {
                // Fresh processes: the memory of one workload is not that of the one before.
                var servers = new List<MeasuredServer>();
                try
                {
                    await StartAsync(servers, workload, name => (withPeers || name is "luckygraph" or "ceiling") && (chosen is null || chosen.Contains(name)));
                    figures.AddRange(await MeasureAsync(workload, servers, rounds, seconds, warmup, connections));
                }
                finally
                {
                    foreach (var server in servers)
                    {
                        await server.DisposeAsync();
                    }
                }
            }

            Console.WriteLine($"\n{Table(figures)}");
            return 0;
        }
        catch (InvalidOperationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    private static async Task StartAsync(List<MeasuredServer> servers, Workload workload, Func<string, bool> isWanted)
    {
        if (isWanted("luckygraph"))
        {
            var own = $"http://127.0.0.1:{FreePort()}";
            servers.Add(await MeasuredServer.StartAsync("luckygraph", Environment.ProcessPath!, [.. SelfArguments(), "server-host", own], _ => own + "/graphql"));
        }

        if (workload.HasCeiling && isWanted("ceiling"))
        {
            var ceiling = $"http://127.0.0.1:{FreePort()}";
            servers.Add(await MeasuredServer.StartAsync("ceiling", Environment.ProcessPath!, [.. SelfArguments(), "server-host", ceiling], w => $"{ceiling}/ceiling/{w.Name}"));
        }

        foreach (var (name, script, path) in Peers)
        {
            if (!isWanted(name))
            {
                continue;
            }

            var peers = PeersFolder();
            if (!Directory.Exists(Path.Combine(peers, "node_modules")))
            {
                throw new InvalidOperationException($"The peers are not installed: run npm ci in {Path.GetRelativePath(Environment.CurrentDirectory, peers)}, or pass --skip-peers.");
            }

            var port = FreePort();
            servers.Add(await MeasuredServer.StartAsync(name, "node", [script, port.ToString(CultureInfo.InvariantCulture)], _ => $"http://127.0.0.1:{port}{path}", peers));
        }
    }

    private static readonly (string Name, string Script, string Path)[] Peers =
    [
        ("mercurius+jit", "mercurius.mjs", "/graphql"),
        ("graphql-yoga", "yoga.mjs", "/graphql"),
        ("apollo-server", "apollo-server.mjs", "/"),
    ];

    private static async Task<List<Figures>> MeasureAsync(Workload workload, List<MeasuredServer> servers, int rounds, int seconds, int warmup, int connections)
    {
        var script = Path.Combine(Path.GetTempPath(), $"lucky-bench-{Environment.ProcessId}-{workload.Name}.lua");
        await File.WriteAllTextAsync(script, Script(workload));
        try
        {
            var samples = servers.ToDictionary(s => s, _ => new List<Sample>());
            var warmups = new Dictionary<MeasuredServer, int>();
            foreach (var server in servers)
            {
                await CheckAsync(server, workload, "900000001");
                warmups[server] = await WarmUpAsync(server, workload, script, warmup, connections);
                Console.WriteLine($"{workload.Name} {server.Name}: warm after {warmups[server] * warmup} s");
            }

            for (var round = 0; round < rounds; round++)
            {
                foreach (var server in servers)
                {
                    var sample = await LoadAsync(server, workload, script, seconds, connections);
                    samples[server].Add(sample);
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture, $"{workload.Name} {server.Name}, round {round + 1}: {sample.RequestsPerSecond:N0} requests/s, {sample.CpuMicroseconds:N1} us CPU each"));
                }
            }

            var figures = new List<Figures>();
            foreach (var server in servers)
            {
                await CheckAsync(server, workload, "900000003");
                figures.Add(new Figures(
                    workload, server.Name, Median(samples[server].Select(s => s.RequestsPerSecond)), Median(samples[server].Select(s => s.CpuMicroseconds)), server.PeakMemory()));
            }

            return figures;
        }
        finally
        {
            File.Delete(script);
        }
    }

    /// <summary>
    /// Compilers and caches are done when a request costs the same again. They may use all cores meanwhile: on one core the
    /// load would leave the compiler little time.
    /// </summary>
    private static async Task<int> WarmUpAsync(MeasuredServer server, Workload workload, string script, int seconds, int connections)
    {
        await server.UnpinAsync();
        var before = double.MaxValue;
        for (var slice = 1; ; slice++)
        {
            var cost = (await LoadAsync(server, workload, script, seconds, connections)).CpuMicroseconds;
            if (slice == MostWarmups || (slice >= FewestWarmups && Math.Abs(cost - before) <= SettledWithin * before))
            {
                await server.PinAsync();
                return slice;
            }

            before = cost;
        }
    }

    private static string Table(List<Figures> all)
    {
        var table = new StringBuilder("| | Server | Requests/s | Of the ceiling | × mercurius | CPU µs a request | Peak MiB |\n|---|---|--:|--:|--:|--:|--:|\n");
        foreach (var f in all)
        {
            var ceiling = all.Find(other => other.Workload == f.Workload && other.Server == "ceiling");
            var mercurius = all.Find(other => other.Workload == f.Workload && other.Server == "mercurius+jit");
            var ofCeiling = ceiling is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{100 * f.Rate / ceiling.Rate:0} %");
            var times = mercurius is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{f.Rate / mercurius.Rate:0.00}");
            table.Append(CultureInfo.InvariantCulture, $"| {f.Workload.Name} | {f.Server} | {f.Rate:N0} | {ofCeiling} | {times} | {f.Cpu:N1} | {f.Peak:N0} |\n");
        }

        return table.ToString();
    }

    private static async Task<Sample> LoadAsync(MeasuredServer server, Workload workload, string script, int seconds, int connections)
    {
        var start = new ProcessStartInfo("taskset") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", "1", "wrk", "-t1", $"-c{connections}", $"-d{seconds}s", "--timeout", "20s", "-s", script, server.UrlFor(workload)!])
        {
            start.ArgumentList.Add(argument);
        }

        var before = server.CpuSeconds();
        using var wrk = Process.Start(start) ?? throw new InvalidOperationException("wrk did not start: install the package wrk.");
        var check = Task.Delay(TimeSpan.FromSeconds(seconds / 2.0)).ContinueWith(_ => CheckAsync(server, workload, "900000002")).Unwrap();
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        await check;
        var cpu = server.CpuSeconds() - before;
        if (!Requests().IsMatch(output) || output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{server.Name} failed under {workload.Name}:\n{output}");
        }

        var count = double.Parse(Requests().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        var rate = double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        return new Sample(rate, cpu * 1_000_000 / count);
    }

    private static async Task CheckAsync(MeasuredServer server, Workload workload, string number)
    {
        if (await workload.CheckAsync(await server.AskAsync(workload, number)) is { } wrong)
        {
            throw new InvalidOperationException($"{server.Name} answers {workload.Name} wrongly: {wrong}");
        }
    }

    private static string Script(Workload workload)
    {
        var body = workload.Body("@@").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
        var header = $"wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\n";
        return workload.Name == "W5"
            ? header + $"local n = os.time() * 1000 % 800000000\nlocal body = '{body}'\nrequest = function()\n  n = n + 1\n  return wrk.format(nil, nil, nil, (body:gsub('@@', tostring(n))))\nend\n"
            : header + $"wrk.body = '{body}'\n";
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    // Under "dotnet run" or "dotnet bench.dll" the process is dotnet itself.
    private static string[] SelfArguments()
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(ServerBenchmark).Assembly.Location] : [];

    private static string PeersFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LuckyGraph.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? Environment.CurrentDirectory, "tools", "bench", "peers");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static int Option(string[] arguments, string name, int otherwise)
        => Text(arguments, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static string? Text(string[] arguments, string name)
        => Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Requests();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();
}
