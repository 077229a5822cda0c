using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace LuckyGraph.Engine.Tests.Subscriptions;

/// <summary>A Redis server of the tests' own on a free port; absent where the machine has no <c>redis-server</c>.</summary>
public sealed class PrivateRedis : IAsyncLifetime
{
    private Process? _process;
    private string? _folder;

    public static string? Executable { get; } = new[] { "/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server" }.FirstOrDefault(File.Exists);

    public int Port { get; private set; }

    public string Configuration => $"127.0.0.1:{Port}";

    public async Task InitializeAsync()
    {
        if (Executable is null)
        {
            return;
        }

        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        await StartAsync();
    }

    public async Task StartAsync()
    {
        _folder ??= Directory.CreateTempSubdirectory("lucky-redis").FullName;
        _process = Process.Start(new ProcessStartInfo(Executable!, $"--port {Port} --bind 127.0.0.1 --save \"\" --appendonly no --dir {_folder}")
        {
            RedirectStandardOutput = true,
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        var options = ConfigurationOptions.Parse(Configuration);
        options.ConnectRetry = 50;
        options.ConnectTimeout = 10_000;
        options.AbortOnConnectFail = false;
        using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        await Until(() => connection.IsConnected);
    }

    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>Waits for a condition, for at most half a minute.</summary>
    public static async Task Until(Func<bool> condition)
    {
        var deadline = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(deadline.Elapsed < TimeSpan.FromSeconds(30), "The condition did not come about.");
            await Task.Delay(10);
        }
    }
}

/// <summary>A test that needs <c>redis-server</c> and is skipped, saying so, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = PrivateRedis.Executable is null ? "needs redis-server, which is not installed" : null;
}
