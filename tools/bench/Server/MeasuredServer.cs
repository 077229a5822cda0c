using System.Diagnostics;
using System.Globalization;

namespace LuckyGraph.Bench.Server;

/// <summary>A server in a process of its own, pinned to the first core.</summary>
internal sealed class MeasuredServer : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Process _process;

    private MeasuredServer(string name, Process process, Func<Workload, string?> urlFor)
    {
        Name = name;
        _process = process;
        UrlFor = urlFor;
    }

    public string Name { get; }

    /// <summary>Where a workload is sent; null when the server does not have it.</summary>
    public Func<Workload, string?> UrlFor { get; }

    public static async Task<MeasuredServer> StartAsync(string name, string command, string[] arguments, Func<Workload, string?> urlFor, string? folder = null)
    {
        var start = new ProcessStartInfo("taskset") { RedirectStandardOutput = true, WorkingDirectory = folder ?? Environment.CurrentDirectory };
        foreach (var argument in (string[])["-c", "0", command, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["NODE_ENV"] = "production";
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{command} did not start.");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var server = new MeasuredServer(name, process, urlFor);
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await server.AskAsync(Workload.All[0], "0");
                return server;
            }
            catch (HttpRequestException) when (patience.Elapsed < TimeSpan.FromSeconds(60) && !process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>One request, outside of the measurement.</summary>
    public async Task<string> AskAsync(Workload workload, string number)
    {
        using var content = new StringContent(workload.Body(number), System.Text.Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync(UrlFor(workload), content);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>CPU time that the process has used, in seconds.</summary>
    public double CpuSeconds()
    {
        _process.Refresh();
        return _process.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>Lets the process run on the first two cores.</summary>
    public Task UnpinAsync() => Affinity.SetAsync(_process, "0,1");

    /// <summary>Keeps the process on the first core again.</summary>
    public Task PinAsync() => Affinity.SetAsync(_process, "0");

    /// <summary>Largest resident memory so far, in MiB.</summary>
    public double PeakMemory()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture) / 1024;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
