using LuckyGraph.Cli.Infrastructure;

namespace LuckyGraph.Cli.Platform;

/// <summary>Starts and stops the platform's servers and hosts; used by <c>lucky up</c> and by the platform tests alike.</summary>
public sealed class RunningPlatform(PlatformLayout layout, Progress progress) : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Which programs run where.</summary>
    public PlatformLayout Layout { get; } = layout;

    /// <summary>The environment that hosts get; complete after <see cref="StartServersAsync"/>.</summary>
    public Dictionary<string, string> HostEnvironment { get; } = [];

    /// <summary>The private Redis, when there is one.</summary>
    public PrivateRedis? Redis { get; private set; }

    /// <summary>The private PostgreSQL, when there is one.</summary>
    public PrivatePostgres? Postgres { get; private set; }

    /// <summary>The process of a host.</summary>
    public HostProcess Process(string name) => new(name, Layout.DataFolder);

    /// <summary>
    /// Finds or starts PostgreSQL and Redis: connection strings of the environment win, then a Docker engine with
    /// <c>compose.yml</c>, then private servers from the system's packages.
    /// </summary>
    public async Task StartServersAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Layout.DataFolder);
        var postgres = Environment.GetEnvironmentVariable("LUCKY_POSTGRES");
        var redis = Environment.GetEnvironmentVariable("LUCKY_REDIS");
        var wanted = new List<SystemPackage>();
        var docker = (string.IsNullOrEmpty(postgres) || string.IsNullOrEmpty(redis)) && Layout.Durable && await DockerCompose.IsAvailableAsync(cancellationToken);
        if (docker)
        {
            await progress.StepAsync("Starting PostgreSQL and Redis with Docker Compose", () => DockerCompose.UpAsync(Layout, cancellationToken));
            postgres = string.IsNullOrEmpty(postgres) ? DockerCompose.PostgresConnection(Layout) : postgres;
            redis = string.IsNullOrEmpty(redis) ? $"127.0.0.1:{Layout.RedisPort}" : redis;
        }

        if (string.IsNullOrEmpty(postgres))
        {
            wanted.Add(SystemPackages.Servers[0]);
        }

        if (string.IsNullOrEmpty(redis))
        {
            wanted.Add(SystemPackages.Servers[1]);
        }

        await SystemPackages.EnsureAsync(wanted, progress, cancellationToken);
        if (string.IsNullOrEmpty(postgres))
        {
            await progress.StepAsync("Starting PostgreSQL", async () =>
                Postgres = await PrivatePostgres.StartAsync(await ServerFolderAsync("postgres", cancellationToken), Layout.PostgresPort, Layout.Durable, cancellationToken: cancellationToken));
            postgres = Postgres!.ConnectionString;
        }

        if (string.IsNullOrEmpty(redis))
        {
            await progress.StepAsync("Starting Redis", async () =>
                Redis = await PrivateRedis.StartAsync(Path.Combine(Layout.DataFolder, "redis"), Layout.RedisPort, Layout.Durable, cancellationToken: cancellationToken));
            redis = Redis!.ConnectionString;
        }

        FillEnvironment(postgres, redis);
    }

    /// <summary>Starts the hosts and waits until each is ready.</summary>
    public async Task StartHostsAsync(CancellationToken cancellationToken)
    {
        foreach (var host in Layout.Hosts)
        {
            if (!File.Exists(host.Program))
            {
                throw new LuckyException($"{host.Name} is not built: {host.Program} is missing. Run ./lucky up without --no-build.");
            }

            if (Process(host.Name).Pid is null && await FreePort.IsOpenAsync("127.0.0.1", host.Port, cancellationToken))
            {
                throw new LuckyException($"Port {host.Port} for {host.Name} is taken by another program. Free it, or choose others: ./lucky up --port N");
            }
        }

        // The subgraphs verify tokens with accounts' keys and the gateway asks all of them, but each starts without the others.
        await progress.StepAsync("Starting the sandbox, the subgraphs and the gateway", async () =>
        {
            foreach (var host in Layout.Hosts)
            {
                await StartHostAsync(host.Name, cancellationToken);
            }
        });
        foreach (var host in Layout.Hosts)
        {
            await progress.StepAsync($"Waiting for {host.Name}", () => WaitUntilReadyAsync(host.Name, cancellationToken));
        }
    }

    /// <summary>Starts one host, unless it runs.</summary>
    public async Task StartHostAsync(string name, CancellationToken cancellationToken = default)
    {
        var process = Process(name);
        if (process.Pid is null)
        {
            var host = Layout[name];
            await process.StartAsync(host.Program, new Dictionary<string, string>(HostEnvironment) { ["ASPNETCORE_URLS"] = host.Url }, cancellationToken);
        }
    }

    /// <summary>Waits until a host says that it is ready.</summary>
    /// <exception cref="LuckyException">It ended, or was not ready within a minute; the message ends with its last lines.</exception>
    public async Task WaitUntilReadyAsync(string name, CancellationToken cancellationToken = default)
    {
        var process = Process(name);
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (!await IsReadyAsync(name, cancellationToken))
        {
            if (process.Pid is null || DateTime.UtcNow > deadline)
            {
                throw new LuckyException(
                    $"{name} {(process.Pid is null ? "ended while starting" : "is not ready after 60 s")}. Its log ({process.LogFile}) ends:\n{process.LogTail(12)}");
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>Whether a host answers that it is ready.</summary>
    public async Task<bool> IsReadyAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            using var response = await Http.GetAsync($"{Layout[name].Url}/health/ready", cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Stops the hosts, then the private servers.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await Task.WhenAll(Layout.Hosts.Select(host => Process(host.Name).StopAsync(cancellationToken)));
        var postgres = await ServerFolderAsync("postgres", cancellationToken);
        if (File.Exists(Path.Combine(postgres, "password")))
        {
            await (await PrivatePostgres.OpenAsync(postgres, Layout.PostgresPort, cancellationToken)).StopAsync(cancellationToken);
        }

        await PrivateRedis.Open(Path.Combine(Layout.DataFolder, "redis"), Layout.RedisPort).StopAsync(cancellationToken);
        await DockerCompose.StopAsync(Layout, cancellationToken);
    }

    /// <summary>Stops everything and removes a temporary layout's data.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (!Layout.Durable)
        {
            Directory.Delete(Layout.DataFolder, recursive: true);
        }
    }

    private void FillEnvironment(string postgres, string redis)
    {
        HostEnvironment["ASPNETCORE_ENVIRONMENT"] = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? "Development";
        HostEnvironment["DOTNET_gcServer"] = "0";
        HostEnvironment["LUCKY_POSTGRES"] = postgres;
        HostEnvironment["LUCKY_REDIS"] = redis;
        HostEnvironment["LUCKY_SMTP"] = $"127.0.0.1:{Layout.SmtpPort}";
        HostEnvironment["LUCKY_KEYS"] = Path.Combine(Layout.DataFolder, "keys");
        HostEnvironment["LUCKY_SANDBOX_DATA"] = Path.Combine(Layout.DataFolder, "sandbox");
        HostEnvironment["LUCKY_TOSS_SECRET_KEY"] = Environment.GetEnvironmentVariable("LUCKY_TOSS_SECRET_KEY") ?? "test_sk_sandbox";
        foreach (var host in Layout.Hosts)
        {
            HostEnvironment[$"LUCKY_{host.Name.ToUpperInvariant()}_URL"] = host.Url;
        }

        foreach (var (key, value) in Layout.Environment)
        {
            HostEnvironment[key] = value;
        }
    }

    // The postgres user must be able to walk to its data; a home folder of root forbids it.
    private async Task<string> ServerFolderAsync(string name, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Layout.DataFolder, name);
        if (!SystemUser.IsRoot)
        {
            return folder;
        }

        Directory.CreateDirectory(Layout.DataFolder);
        var (program, arguments) = SystemUser.AsPostgres("/bin/sh", ["-c", "cd \"$0\"", Layout.DataFolder]);
        if ((await Shell.RunAsync(program, arguments, "/", cancellationToken: cancellationToken)).ExitCode == 0)
        {
            return folder;
        }

        var hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Layout.DataFolder)))[..12].ToLowerInvariant();
        var elsewhere = $"/var/lib/luckygraph/{hash}/{name}";
        Directory.CreateDirectory(elsewhere);
        return elsewhere;
    }
}
