using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LuckyGraph.Bench.Gateway;

namespace LuckyGraph.Bench.Subscriptions;

/// <summary>
/// Measures the gateway's subscriptions over WebSockets: the gateway on one core, the subgraph and the subscribers on the other.
/// Every subscriber checks that it gets every event, once and in order.
/// </summary>
internal static class SubscriptionBenchmark
{
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromMinutes(3) };

    private sealed record Stats(int Subscriptions, int Upstreams, double ManagedMiB, double ResidentMiB, double CpuMilliseconds);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var subscribers = Option(arguments, "--subscribers", 5000);
        var topics = Option(arguments, "--topics", 100);
        var rate = Option(arguments, "--rate", 200);
        var seconds = Option(arguments, "--seconds", 20);
        var slow = Option(arguments, "--slow", 0);
        var text = Option(arguments, "--text", 32);
        var cycles = Option(arguments, "--cycles", 0);
        var source = $"http://127.0.0.1:{FreePort()}";
        var gateway = $"http://127.0.0.1:{FreePort()}";
        var self = Environment.ProcessPath!;
        string[] own = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(SubscriptionBenchmark).Assembly.Location] : [];
        await using var sourceProcess = PinnedProcess.Start(1, self, [.. own, "subscription-source", source], null);
        await sourceProcess.WaitAsync(source + "/ready");
        await using var gatewayProcess = PinnedProcess.Start(0, self, [.. own, "subscription-gateway", gateway, source], null);
        await gatewayProcess.WaitAsync(gateway + "/ready");
        var address = IPEndPoint.Parse(new Uri(gateway).Authority);
        return cycles > 0
            ? await CycleAsync(address, gateway, cycles)
            : await FanOutAsync(address, gateway, source, subscribers, topics, rate, seconds, slow, text);
    }

    private static async Task<int> FanOutAsync(
        IPEndPoint address, string gateway, string source, int subscribers, int topics, int rate, int seconds, int slow, int text)
    {
        var latencies = new Latencies();
        await WarmUpAsync(address, source, latencies);
        var before = await StatsAsync(gateway);
        var sockets = Enumerable.Range(0, subscribers + slow)
            .Select(i => new SubscriberSocket(address, i % topics, latencies) { IsSlow = i >= subscribers }).ToArray();
        await Parallel.ForEachAsync(sockets, new ParallelOptions { MaxDegreeOfParallelism = 32 }, static async (socket, _) => await socket.SubscribeAsync());
        var readers = sockets.Where(static s => !s.IsSlow).Select(static s => s.ReadAsync()).ToArray();
        var open = await UntilAsync(gateway, s => s.Subscriptions == sockets.Length);

        var count = rate * seconds;
        latencies.Clear();
        var clock = Stopwatch.StartNew();
        await s_http.GetAsync($"{source}/publish?topics={topics}&rate={rate}&count={count}&text={text}");
        var published = clock.Elapsed;
        long expected = sockets.Where(static s => !s.IsSlow).Select((_, i) => (long)((count / topics) + (i % topics < count % topics ? 1 : 0))).Sum();
        long Received() => sockets.Sum(static s => (long)s.Received);
        var seen = -1L;
        while (Received() is var now && now < expected && now != seen)
        {
            seen = now;
            await Task.Delay(2000);
        }

        var busy = await StatsAsync(gateway);
        var problems = sockets.Where(static s => !s.IsSlow && s.Problem is not null).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{subscribers} subscribers on {topics} topics{(slow > 0 ? $", {slow} more that do not read" : "")}, {open.Upstreams} upstreams, {rate} events/s for {published.TotalSeconds:0.0} s: "
            + $"{expected / published.TotalSeconds:N0} deliveries/s, {expected - Received()} lost of {expected:N0}, {problems.Count} subscribers with a problem"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"delivery p50 {latencies.Quantile(0.5):0.0} ms, p99 {latencies.Quantile(0.99):0.0} ms, p99.9 {latencies.Quantile(0.999):0.0} ms; CPU {(busy.CpuMilliseconds - open.CpuMilliseconds) * 1000 / expected:0.0} µs a delivery"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"memory a subscriber {(open.ManagedMiB - before.ManagedMiB) * 1024 / sockets.Length:0.0} KiB managed, {(open.ResidentMiB - before.ResidentMiB) * 1024 / sockets.Length:0.0} KiB resident; {busy.Subscriptions} subscriptions at the end"));
        foreach (var problem in problems.Take(5))
        {
            Console.WriteLine($"  {problem.Problem}");
        }

        Array.ForEach(sockets, static s => s.Dispose());
        await Task.WhenAll(readers);
        var after = await UntilAsync(gateway, static s => s is { Subscriptions: 0, Upstreams: 0 });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"after all left: {after.Subscriptions} subscriptions, {after.Upstreams} upstreams, {after.ManagedMiB:0.0} MiB managed (before: {before.ManagedMiB:0.0}), {after.ResidentMiB:0.0} MiB resident (before: {before.ResidentMiB:0.0})"));
        return Received() == expected && problems.Count == 0 ? 0 : 1;
    }

    private static async Task<int> CycleAsync(IPEndPoint address, string gateway, int cycles)
    {
        await ConnectAndLeaveAsync(address, 1000);
        var before = await UntilAsync(gateway, static s => s is { Subscriptions: 0, Upstreams: 0 });
        var clock = Stopwatch.StartNew();
        await ConnectAndLeaveAsync(address, cycles);
        var elapsed = clock.Elapsed;
        var after = await UntilAsync(gateway, static s => s is { Subscriptions: 0, Upstreams: 0 });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{cycles} connects, subscriptions and disconnects in {elapsed.TotalSeconds:0.0} s: {after.Subscriptions} subscriptions and {after.Upstreams} upstreams left, "
            + $"{after.ManagedMiB:0.00} MiB managed (before: {before.ManagedMiB:0.00}), {after.ResidentMiB:0.0} MiB resident (before: {before.ResidentMiB:0.0})"));
        return after is { Subscriptions: 0, Upstreams: 0 } ? 0 : 1;
    }

    private static Task ConnectAndLeaveAsync(IPEndPoint address, int count)
    {
        var latencies = new Latencies();
        return Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            using var socket = new SubscriberSocket(address, i % 50, latencies);
            await socket.SubscribeAsync();
        });
    }

    // Hot code is compiled before anything is measured.
    private static async Task WarmUpAsync(IPEndPoint address, string source, Latencies latencies)
    {
        var sockets = Enumerable.Range(0, 100).Select(i => new SubscriberSocket(address, i % 10, latencies)).ToArray();
        await Parallel.ForEachAsync(sockets, static async (socket, _) => await socket.SubscribeAsync());
        var readers = sockets.Select(static s => s.ReadAsync()).ToArray();
        await s_http.GetAsync($"{source}/publish?topics=10&rate=500&count=4000&text=32");
        Array.ForEach(sockets, static s => s.Dispose());
        await Task.WhenAll(readers);
    }

    private static async Task<Stats> UntilAsync(string gateway, Func<Stats, bool> condition)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            var stats = await StatsAsync(gateway);
            if (condition(stats) || patience.Elapsed > TimeSpan.FromSeconds(30))
            {
                return stats;
            }

            await Task.Delay(200);
        }
    }

    private static async Task<Stats> StatsAsync(string gateway)
    {
        var values = (await s_http.GetStringAsync(gateway + "/stats")).Split(' ');
        double Number(int i) => double.Parse(values[i], CultureInfo.InvariantCulture);
        return new Stats((int)Number(0), (int)Number(1), Number(2) / 1024 / 1024, Number(3) / 1024 / 1024, Number(4));
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static int Option(string[] arguments, string name, int otherwise)
        => Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : otherwise;
}
