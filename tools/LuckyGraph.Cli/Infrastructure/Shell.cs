using System.Diagnostics;
using System.Text;

namespace LuckyGraph.Cli.Infrastructure;

/// <summary>What a finished program left: its exit code and its output, both streams interleaved.</summary>
public sealed record CommandOutput(int ExitCode, string Text);

/// <summary>Runs programs and waits for them. Arguments are passed one by one, never through a shell.</summary>
public static class Shell
{
    /// <summary>Runs a program and collects its output.</summary>
    public static async Task<CommandOutput> RunAsync(
        string program, IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null,
        Action<string>? onLine = null, CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (folder is not null)
        {
            start.WorkingDirectory = folder;
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        var text = new StringBuilder();
        using var process = new Process { StartInfo = start };
        void Collect(object _, DataReceivedEventArgs e)
        {
            if (e.Data is { } line)
            {
                lock (text)
                {
                    text.AppendLine(line);
                }

                onLine?.Invoke(line);
            }
        }

        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        lock (text)
        {
            return new CommandOutput(process.ExitCode, text.ToString());
        }
    }

    /// <summary>Runs a program that must succeed.</summary>
    /// <exception cref="LuckyException">It did not; the message ends with the last lines of its output.</exception>
    public static async Task<string> RequireAsync(
        string program, IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null,
        Action<string>? onLine = null, CancellationToken cancellationToken = default)
    {
        var list = arguments.ToList();
        var output = await RunAsync(program, list, folder, environment, onLine, cancellationToken);
        if (output.ExitCode != 0)
        {
            var tail = string.Join('\n', output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(15));
            throw new LuckyException($"{program} {string.Join(' ', list)} ended with exit code {output.ExitCode}:\n{tail}");
        }

        return output.Text;
    }

    /// <summary>Finds a program on the PATH, or null.</summary>
    public static string? Find(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':')
            .Append("/usr/sbin").Append("/sbin")
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}

/// <summary>Something the person at the keyboard can mend; shown as one message, never with a stack trace.</summary>
public sealed class LuckyException(string message) : Exception(message);
