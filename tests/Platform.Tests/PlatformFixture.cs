using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;

namespace LuckyGraph.Platform.Tests;

/// <summary>The whole platform, started once for all tests: real servers, real processes, ports and data of its own.</summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    public RunningPlatform Platform { get; } = new(PlatformLayout.Temporary(), Progress.Silent);

    public string GatewayUrl => Platform.Layout.Gateway.Url;

    /// <summary>The real product file, or null where it is absent.</summary>
    public static string? ProductFile { get; } = File.Exists(ProjectFolder.Path("..", "shared", "data", "catalog", "products.json"))
        ? Path.GetFullPath(ProjectFolder.Path("..", "shared", "data", "catalog", "products.json"))
        : null;

    public async Task InitializeAsync()
    {
        await Platform.StartServersAsync(CancellationToken.None);
        await Platform.StartHostsAsync(CancellationToken.None);
    }

    public async Task DisposeAsync() => await Platform.DisposeAsync();
}

[CollectionDefinition("platform")]
public sealed class PlatformCollection : ICollectionFixture<PlatformFixture>;
