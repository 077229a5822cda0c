using System.Security.Cryptography;
using Npgsql;

namespace LuckyGraph.Cli.Infrastructure;

/// <summary>
/// A real PostgreSQL of our own, run from the system's package under a data folder, listening on the loopback address only.
/// It outlives the process that started it; <see cref="StopAsync"/> ends it.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private readonly string folder;
    private readonly int port;
    private readonly string password;
    private readonly bool durable;
    private readonly bool temporary;

    private PrivatePostgres(string folder, int port, string password, bool durable, bool temporary)
    {
        this.folder = folder;
        this.port = port;
        this.password = password;
        this.durable = durable;
        this.temporary = temporary;
    }

    /// <summary>How to connect, without a database.</summary>
    public string ConnectionString
        => $"Host=127.0.0.1;Port={port};Username=lucky;Password={password};Maximum Pool Size=60;Timeout=15";

    /// <summary>How to connect to one database.</summary>
    public string ConnectionTo(string database) => $"{ConnectionString};Database={database}";

    private string Data => Path.Combine(folder, "data");

    /// <summary>Folder of the newest installed server's programs, or null.</summary>
    public static string? FindBinaries()
    {
        const string debian = "/usr/lib/postgresql";
        if (Directory.Exists(debian))
        {
            var newest = Directory.GetDirectories(debian)
                .Where(d => File.Exists(Path.Combine(d, "bin", "initdb")))
                .OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var version) ? version : 0)
                .FirstOrDefault();
            if (newest is not null)
            {
                return Path.Combine(newest, "bin");
            }
        }

        return Shell.Find("initdb") is { } initdb ? Path.GetDirectoryName(initdb) : null;
    }

    /// <summary>Starts a server on a data folder, creating the database cluster the first time. Does nothing when it runs already.</summary>
    /// <exception cref="LuckyException">PostgreSQL is not installed, or does not start.</exception>
    public static async Task<PrivatePostgres> StartAsync(
        string folder, int port, bool durable = true, bool temporary = false, CancellationToken cancellationToken = default)
    {
        _ = FindBinaries() ?? throw new LuckyException("PostgreSQL is not installed. Install it: apt-get install postgresql-15");
        Directory.CreateDirectory(folder);
        if (SystemUser.IsRoot)
        {
            // The server refuses to run as root and needs to own its folder.
            await Shell.RequireAsync("chown", ["postgres:postgres", folder], cancellationToken: cancellationToken);
        }

        var passwordFile = Path.Combine(folder, "password");
        if (!File.Exists(Path.Combine(folder, "data", "PG_VERSION")))
        {
            var secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            await File.WriteAllTextAsync(passwordFile, secret, cancellationToken);
            File.SetUnixFileMode(passwordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            if (SystemUser.IsRoot)
            {
                await Shell.RequireAsync("chown", ["postgres:postgres", passwordFile], cancellationToken: cancellationToken);
            }

            // C.UTF-8: under plain C, trigrams of Hangul are empty.
            await RunAsync("initdb",
                ["-D", Path.Combine(folder, "data"), "-U", "lucky", "--pwfile", passwordFile, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", durable ? "--no-instructions" : "--no-sync"],
                cancellationToken);
        }

        var server = new PrivatePostgres(folder, port, (await File.ReadAllTextAsync(passwordFile, cancellationToken)).Trim(), durable, temporary);
        await server.StartAgainAsync(cancellationToken);
        return server;
    }

    /// <summary>A handle on a server whose cluster exists, running or not.</summary>
    public static async Task<PrivatePostgres> OpenAsync(string folder, int port, CancellationToken cancellationToken = default)
        => new(folder, port, (await File.ReadAllTextAsync(Path.Combine(folder, "password"), cancellationToken)).Trim(), durable: true, temporary: false);

    /// <summary>Starts a server in a temporary folder on a free port, without durability, removed when disposed.</summary>
    public static Task<PrivatePostgres> StartTemporaryAsync(CancellationToken cancellationToken = default)
        => StartAsync(Directory.CreateTempSubdirectory("lucky-postgres-").FullName, FreePort.Next(), durable: false, temporary: true, cancellationToken);

    /// <summary>Starts the server again after <see cref="StopAsync"/>, on the same port and data.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        if (await IsRunningAsync(cancellationToken))
        {
            return;
        }

        var settings = $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300 -c shared_buffers=128MB"
            + (durable ? "" : " -c fsync=off -c synchronous_commit=off -c full_page_writes=off");
        await RunAsync("pg_ctl", ["start", "-w", "-t", "30", "-s", "-D", Data, "-l", Path.Combine(folder, "server.log"), "-o", settings], cancellationToken);
        await WaitUntilReadyAsync(cancellationToken);
    }

    /// <summary>Stops the server: connections are closed, transactions rolled back.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (await IsRunningAsync(cancellationToken))
        {
            await RunAsync("pg_ctl", ["stop", "-w", "-s", "-m", durable ? "fast" : "immediate", "-D", Data], cancellationToken);
        }
    }

    /// <summary>Whether the server's process runs.</summary>
    public async Task<bool> IsRunningAsync(CancellationToken cancellationToken = default)
    {
        var (program, arguments) = SystemUser.AsPostgres(Path.Combine(FindBinaries()!, "pg_ctl"), ["status", "-D", Data]);
        return (await Shell.RunAsync(program, arguments, "/", cancellationToken: cancellationToken)).ExitCode == 0;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (temporary)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunAsync(string name, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var (program, all) = SystemUser.AsPostgres(Path.Combine(FindBinaries()!, name), arguments);

        // pg_ctl's server inherits the output pipe and keeps it open; a file takes its place.
        var log = Path.GetTempFileName();
        try
        {
            var shell = new[] { "-c", "exec \"$@\" >\"$0\" 2>&1 </dev/null", log, program };
            var output = await Shell.RunAsync("/bin/sh", shell.Concat(all), "/", cancellationToken: cancellationToken);
            if (output.ExitCode != 0)
            {
                throw new LuckyException($"{name} ended with exit code {output.ExitCode}:\n{await File.ReadAllTextAsync(log, cancellationToken)}");
            }
        }
        finally
        {
            File.Delete(log);
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = new NpgsqlConnection($"{ConnectionTo("postgres")};Pooling=false");
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException) when (attempt < 100)
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }
}
