using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace LuckyGraph.Fusion.Tests.Gateway;

/// <summary>The gateway's program in a process of its own.</summary>
internal sealed partial class RunningGateway : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningGateway(Process process) => _process = process;

    public int ProcessId => _process.Id;

    /// <summary>What it wrote so far, both streams together.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static RunningGateway Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(Program).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var gateway = new RunningGateway(process);
        process.OutputDataReceived += gateway.Collect;
        process.ErrorDataReceived += gateway.Collect;
        process.Exited += (_, _) => gateway._address.TrySetException(new InvalidOperationException("The gateway ended: " + gateway.Output));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return gateway;
    }

    /// <summary>Its endpoint, once it says where that is.</summary>
    public Task<Uri> AddressAsync() => _address.Task.WaitAsync(s_patience);

    /// <summary>The exit code, once it has ended by itself.</summary>
    public async Task<int> EndedAsync()
    {
        using var timeout = new CancellationTokenSource(s_patience);
        await _process.WaitForExitAsync(timeout.Token);
        return _process.ExitCode;
    }

    /// <summary>Tells it to end, by SIGTERM, and waits.</summary>
    public async Task<int> EndAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        return await EndedAsync();
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

    private void Collect(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is not { } line)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (Endpoint().Match(line) is { Success: true } found)
        {
            _address.TrySetResult(new Uri(found.Groups[1].Value));
        }
    }

    [GeneratedRegex("The gateway answers at (\\S+/graphql)")]
    private static partial Regex Endpoint();
}
