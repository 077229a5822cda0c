using System.Diagnostics;
using System.Globalization;

namespace LuckyGraph.Bench.Gateway;

/// <summary>A server in a process of its own, pinned to one core.</summary>
internal sealed class PinnedProcess : IAsyncDisposable
{
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Process _process;

    private readonly string _core;

    private PinnedProcess(Process process, string core) => (_process, _core) = (process, core);

    public static PinnedProcess Start(int core, string command, string[] arguments, string? folder)
    {
        var start = new ProcessStartInfo("taskset") { RedirectStandardOutput = true, WorkingDirectory = folder ?? Environment.CurrentDirectory };
        var pinned = core.ToString(CultureInfo.InvariantCulture);
        foreach (var argument in (string[])["-c", pinned, command, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["NODE_ENV"] = "production";
        // Ignored by what is not .NET. The measured gateway sets it itself; ceiling and subgraphs get the same.
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{command} did not start.");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return new PinnedProcess(process, pinned);
    }

    /// <summary>Waits until an address answers.</summary>
    public async Task WaitAsync(string url)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var response = await s_http.GetAsync(url);
                return;
            }
            catch (HttpRequestException) when (patience.Elapsed < TimeSpan.FromSeconds(60) && !_process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>One request, outside of the measurement.</summary>
    public async Task<string> PostAsync(string url, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await s_http.PostAsync(url, content);
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

    /// <summary>Keeps the process on its core again.</summary>
    public Task PinAsync() => Affinity.SetAsync(_process, _core);

    /// <summary>Largest resident memory so far, in MiB.</summary>
    public double PeakMemory()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
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
