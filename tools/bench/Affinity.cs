using System.Diagnostics;
using System.Globalization;

namespace LuckyGraph.Bench;

/// <summary>The cores that a measured process may use.</summary>
internal static class Affinity
{
    /// <summary>Moves all threads of a process to the cores of a list like <c>0,1</c>.</summary>
    public static async Task SetAsync(Process process, string cores)
    {
        string[] arguments = ["-a", "-c", "-p", cores, process.Id.ToString(CultureInfo.InvariantCulture)];
        using var taskset = Process.Start(new ProcessStartInfo("taskset", arguments) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("taskset did not start.");
        await taskset.StandardOutput.ReadToEndAsync();
        await taskset.WaitForExitAsync();
        if (taskset.ExitCode != 0)
        {
            throw new InvalidOperationException($"taskset could not move process {process.Id} to cores {cores}.");
        }
    }
}
