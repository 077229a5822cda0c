using System.Diagnostics;
using System.Globalization;
using LuckyGraph.Cli.Infrastructure;

namespace LuckyGraph.Cli.Platform;

/// <summary>
/// A host that runs in the background, detached from the terminal. Its process id and start time are kept in a file, so that
/// another process's id is never mistaken for it.
/// </summary>
public sealed class HostProcess(string name, string dataFolder)
{
    private string PidFile => Path.Combine(dataFolder, "run", $"{name}.pid");

    /// <summary>Where its output goes.</summary>
    public string LogFile => Path.Combine(dataFolder, "logs", $"{name}.log");

    /// <summary>The process id, or null when it does not run.</summary>
    public int? Pid
    {
        get
        {
            if (!File.Exists(PidFile))
            {
                return null;
            }

            var parts = File.ReadAllText(PidFile).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return parts.Length == 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var pid) && StartTime(pid) == parts[1].Trim() ? pid : null;
        }
    }

    /// <summary>Starts the program in the background.</summary>
    public async Task StartAsync(string program, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PidFile)!);
        Directory.CreateDirectory(Path.GetDirectoryName(LogFile)!);

        // A session of its own: closing the terminal or ending the caller does not end the host.
        var output = await Shell.RequireAsync("/bin/sh",
            ["-c", "setsid \"$@\" >>\"$0\" 2>&1 </dev/null & echo $!", LogFile, "dotnet", program],
            Path.GetDirectoryName(program), environment, cancellationToken: cancellationToken);
        var pid = int.Parse(output.Trim(), CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(PidFile, $"{pid} {StartTime(pid)}", cancellationToken);
    }

    /// <summary>Asks the host to end, and ends it when it has not done so in ten seconds.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (Pid is { } pid)
        {
            await Shell.RunAsync("kill", ["-TERM", $"{pid}"], cancellationToken: cancellationToken);
            for (var attempt = 0; attempt < 200 && Pid is not null; attempt++)
            {
                await Task.Delay(50, cancellationToken);
            }

            Kill();
        }

        File.Delete(PidFile);
    }

    /// <summary>Ends the host at once, as a crash would.</summary>
    public void Kill()
    {
        if (Pid is { } pid)
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
            process.WaitForExit(5000);
        }
    }

    /// <summary>The last lines of its output.</summary>
    public string LogTail(int lines)
        => File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(lines)) : "";

    // Field 22 of /proc/PID/stat, in clock ticks since boot; null when there is no such process, or only its corpse.
    private static string? StartTime(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? null : fields[19];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
