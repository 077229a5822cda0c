using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace LuckyGraph.Bench.Gateway;

/// <summary>
/// Measures gateways over four subgraphs that replay recorded answers: the gateway on one core, subgraphs and wrk on the other,
/// rounds alternating, medians. Answers are checked before, during and after the load.
/// </summary>
internal static partial class GatewayBenchmark
{
    private sealed record Contender(string Name, string Url, string Subgraphs, PinnedProcess Process);

    private sealed record Sample(double Rate, double CpuMicroseconds, double Latency);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var rounds = Option(arguments, "--rounds", 3);
        var seconds = Option(arguments, "--seconds", 8);
        // One core runs the load and compiles hot code in the background: below some 20 s the figures are the compiler's.
        var warmup = Option(arguments, "--warmup", 25);
        var connections = Option(arguments, "--connections", 32);
        var only = Array.IndexOf(arguments, "--only") is >= 0 and var at ? arguments[at + 1].Split(',') : null;
        var processes = new List<PinnedProcess>();
        try
        {
            var contenders = await StartAsync(processes, withPeers: !arguments.Contains("--skip-peers"));
            contenders.RemoveAll(c => only is not null && !only.Contains(c.Name));
            var script = Path.Combine(Path.GetTempPath(), $"lucky-bench-{Environment.ProcessId}-gateway.lua");
            await File.WriteAllTextAsync(script, $"wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = '{Workload.Body}'\n");
            var samples = contenders.ToDictionary(c => c, _ => new List<Sample>());
            var requests = new Dictionary<Contender, long>();
            foreach (var contender in contenders)
            {
                var before = await RequestsAsync(contender);
                await CheckAsync(contender);
                requests.Add(contender, await RequestsAsync(contender) - before);
                await LoadAsync(contender, script, warmup, connections);
            }

            for (var round = 0; round < rounds; round++)
            {
                foreach (var contender in contenders)
                {
                    samples[contender].Add(await LoadAsync(contender, script, seconds, connections));
                    await CheckAsync(contender);
                }
            }

            File.Delete(script);
            Console.WriteLine($"{Data.Expected().Length / 1024.0:N1} KiB per answer, {connections} connections, gateway on one core");
            Console.WriteLine($"{"gateway",-22}{"fetches",8}{"requests/s",12}{"CPU us/request",16}{"mean ms",10}{"peak MiB",10}");
            foreach (var contender in contenders)
            {
                var list = samples[contender];
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{contender.Name,-22}{requests[contender],8}{Median(list.Select(s => s.Rate)),12:N0}{Median(list.Select(s => s.CpuMicroseconds)),16:N0}{Median(list.Select(s => s.Latency)),10:N1}{contender.Process.PeakMemory(),10:N0}"));
            }

            return 0;
        }
        catch (InvalidOperationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
        finally
        {
            foreach (var process in processes)
            {
                await process.DisposeAsync();
            }
        }
    }

    private static async Task<List<Contender>> StartAsync(List<PinnedProcess> processes, bool withPeers)
    {
        async Task<PinnedProcess> Start(int core, string command, string[] arguments, string ready, string? folder = null)
        {
            var process = PinnedProcess.Start(core, command, arguments, folder);
            processes.Add(process);
            await process.WaitAsync(ready);
            return process;
        }

        var self = Environment.ProcessPath!;
        var subgraphs = $"http://127.0.0.1:{FreePort()}";
        await Start(1, self, [.. SelfArguments(), "gateway-subgraphs", subgraphs], subgraphs + "/ready");
        var own = $"http://127.0.0.1:{FreePort()}";
        var gateway = await Start(0, self, [.. SelfArguments(), "gateway-host", own, subgraphs], own + "/ready");
        var hand = $"http://127.0.0.1:{FreePort()}";
        var aggregator = await Start(0, self, [.. SelfArguments(), "gateway-host", hand, subgraphs], hand + "/ready");
        List<Contender> contenders = [new("luckygraph", own + "/graphql", subgraphs, gateway), new("hand-written", hand + "/aggregate", subgraphs, aggregator)];
        if (!withPeers)
        {
            return contenders;
        }

        var peers = PeersFolder();
        if (!Directory.Exists(Path.Combine(peers, "node_modules", "@apollo", "gateway")))
        {
            throw new InvalidOperationException($"The peers are not installed: run npm ci in {Path.GetRelativePath(Environment.CurrentDirectory, peers)}, or pass --skip-peers.");
        }

        var origin = $"http://127.0.0.1:{FreePort()}";
        await Start(1, "node", ["subgraphs.mjs", new Uri(origin).Port.ToString(CultureInfo.InvariantCulture)], origin + "/ready", peers);
        var federated = $"http://127.0.0.1:{FreePort()}";
        await Start(1, self, [.. SelfArguments(), "gateway-subgraphs", federated, origin], federated + "/ready");
        var apollo = $"http://127.0.0.1:{FreePort()}";
        var port = new Uri(apollo).Port.ToString(CultureInfo.InvariantCulture);
        contenders.Add(new("@apollo/gateway", apollo + "/graphql", federated, await Start(0, "node", ["apollo-gateway.mjs", port, federated], apollo + "/ready", peers)));
        return contenders;
    }

    private static async Task<Sample> LoadAsync(Contender contender, string script, int seconds, int connections)
    {
        var start = new ProcessStartInfo("taskset") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", "1", "wrk", "-t1", $"-c{connections}", $"-d{seconds}s", "--timeout", "20s", "-s", script, contender.Url])
        {
            start.ArgumentList.Add(argument);
        }

        var before = contender.Process.CpuSeconds();
        using var wrk = Process.Start(start) ?? throw new InvalidOperationException("wrk did not start: install the package wrk.");
        var check = Task.Delay(TimeSpan.FromSeconds(seconds / 2.0)).ContinueWith(_ => CheckAsync(contender)).Unwrap();
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        await check;
        var cpu = contender.Process.CpuSeconds() - before;
        if (!Requests().IsMatch(output) || output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{contender.Name} failed under load:\n{output}");
        }

        var count = double.Parse(Requests().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        var latency = Latency().Match(output);
        var unit = latency.Groups[2].Value switch { "us" => 0.001, "s" => 1000, _ => 1 };
        return new Sample(
            double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture), cpu * 1_000_000 / count,
            double.Parse(latency.Groups[1].Value, CultureInfo.InvariantCulture) * unit);
    }

    /// <summary>How many requests the subgraphs of a gateway have had.</summary>
    private static async Task<long> RequestsAsync(Contender contender)
    {
        using var http = new HttpClient();
        return long.Parse(await http.GetStringAsync($"{contender.Subgraphs}/requests"), CultureInfo.InvariantCulture);
    }

    private static async Task CheckAsync(Contender contender)
    {
        if (Workload.Check(await contender.Process.PostAsync(contender.Url, Workload.Body)) is { } wrong)
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
        => Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : otherwise;

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Requests();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"Latency\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Latency();
}
