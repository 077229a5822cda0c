using LuckyGraph.Cli.Infrastructure;

namespace LuckyGraph.Cli.Platform;

/// <summary>PostgreSQL and Redis from <c>compose.yml</c>, where a Docker engine runs.</summary>
public static class DockerCompose
{
    /// <summary>Whether a Docker engine answers and Compose is there.</summary>
    public static async Task<bool> IsAvailableAsync(CancellationToken cancellationToken)
        => Shell.Find("docker") is { } docker
            && (await Shell.RunAsync(docker, ["info", "--format", "{{.ServerVersion}}"], cancellationToken: cancellationToken)).ExitCode == 0
            && (await Shell.RunAsync(docker, ["compose", "version"], cancellationToken: cancellationToken)).ExitCode == 0;

    /// <summary>How to connect to the composed PostgreSQL, without a database.</summary>
    public static string PostgresConnection(PlatformLayout layout)
        => $"Host=127.0.0.1;Port={layout.PostgresPort};Username=lucky;Password=lucky;Maximum Pool Size=60";

    /// <summary>Starts the servers and waits until they are healthy.</summary>
    public static Task UpAsync(PlatformLayout layout, CancellationToken cancellationToken)
        => Shell.RequireAsync("docker", ["compose", "-f", ProjectFolder.Path("compose.yml"), "up", "--wait", "postgres", "redis"],
            environment: Ports(layout), cancellationToken: cancellationToken);

    /// <summary>Stops the servers, if they are ours and run; their volumes stay.</summary>
    public static async Task StopAsync(PlatformLayout layout, CancellationToken cancellationToken)
    {
        if (layout.Durable && await IsAvailableAsync(cancellationToken))
        {
            await Shell.RequireAsync("docker", ["compose", "-f", ProjectFolder.Path("compose.yml"), "stop"],
                environment: Ports(layout), cancellationToken: cancellationToken);
        }
    }

    private static Dictionary<string, string> Ports(PlatformLayout layout) => new()
    {
        ["LUCKY_POSTGRES_PORT"] = $"{layout.PostgresPort}",
        ["LUCKY_REDIS_PORT"] = $"{layout.RedisPort}",
    };
}
