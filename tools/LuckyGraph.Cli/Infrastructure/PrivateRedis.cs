using System.Diagnostics;

namespace LuckyGraph.Cli.Infrastructure;

/// <summary>
/// A real Redis of our own, run from the system's package under a data folder with an append-only file, listening on the
/// loopback address only. It outlives the process that started it; <see cref="StopAsync"/> ends it.
/// </summary>
public sealed class PrivateRedis : IAsyncDisposable
{
    private readonly string folder;
    private readonly bool durable;
    private readonly bool temporary;

    private PrivateRedis(string folder, int port, bool durable, bool temporary)
    {
        this.folder = folder;
        this.durable = durable;
        this.temporary = temporary;
        Port = port;
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>How to connect: host and port.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}";

    private string PidFile => Path.Combine(folder, "redis.pid");

    /// <summary>Starts a server on a data folder. Does nothing when it runs already.</summary>
    /// <exception cref="LuckyException">Redis is not installed, or does not start.</exception>
    public static async Task<PrivateRedis> StartAsync(
        string folder, int port, bool durable = true, bool temporary = false, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(folder);
        var server = new PrivateRedis(folder, port, durable, temporary);
        await server.StartAgainAsync(cancellationToken);
        return server;
    }

    /// <summary>A handle on a server, running or not.</summary>
    public static PrivateRedis Open(string folder, int port) => new(folder, port, durable: true, temporary: false);

    /// <summary>Starts a server in a temporary folder on a free port, removed when disposed.</summary>
    public static Task<PrivateRedis> StartTemporaryAsync(CancellationToken cancellationToken = default)
        => StartAsync(Directory.CreateTempSubdirectory("lucky-redis-").FullName, FreePort.Next(), durable: false, temporary: true, cancellationToken);

    /// <summary>Starts the server again after <see cref="StopAsync"/>, on the same port and data.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        if (FindProcess() is not null)
        {
            return;
        }

        var program = Shell.Find("redis-server") ?? throw new LuckyException("Redis is not installed. Install it: apt-get install redis-server");
        await Shell.RequireAsync(program,
            ["--port", $"{Port}", "--bind", "127.0.0.1", "--protected-mode", "yes", "--dir", folder, "--daemonize", "yes", "--pidfile", PidFile,
             "--logfile", Path.Combine(folder, "server.log"), "--appendonly", "yes", "--appendfsync", durable ? "everysec" : "no", "--save", "", "--maxmemory-policy", "noeviction"],
            "/", cancellationToken: cancellationToken);
        for (var attempt = 0; !await FreePort.IsOpenAsync("127.0.0.1", Port, cancellationToken); attempt++)
        {
            if (attempt == 100)
            {
                throw new LuckyException($"Redis does not answer on port {Port}; see {Path.Combine(folder, "server.log")}");
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Stops the server; what it acknowledged is on disk.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (FindProcess() is not { } process)
        {
            return;
        }

        // The process, not its pid file: that one is gone before the last line of the log is written.
        await Shell.RunAsync("kill", ["-TERM", $"{process.Id}"], cancellationToken: cancellationToken);
        for (var attempt = 0; attempt < 200 && IsAlive(process.Id); attempt++)
        {
            await Task.Delay(25, cancellationToken);
        }

        if (IsAlive(process.Id))
        {
            process.Kill();
        }
    }

    /// <summary>Whether the server's process runs.</summary>
    public bool IsRunning => FindProcess() is not null;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (temporary)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Whether a process runs; one that ended and that nobody has waited for has no command line any more.</summary>
    private static bool IsAlive(int pid)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{pid}/cmdline").Length > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Process? FindProcess()
    {
        if (!File.Exists(PidFile) || !int.TryParse(File.ReadAllText(PidFile).Trim(), out var pid))
        {
            return null;
        }

        // The pid may belong to another program by now: only a redis-server counts.
        try
        {
            var process = Process.GetProcessById(pid);
            return process.ProcessName.StartsWith("redis", StringComparison.Ordinal) && !process.HasExited ? process : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
