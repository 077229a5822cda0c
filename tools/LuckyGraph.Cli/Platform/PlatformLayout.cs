using LuckyGraph.Cli.Infrastructure;

namespace LuckyGraph.Cli.Platform;

/// <summary>One of the platform's programs: where its assembly is and where it listens.</summary>
/// <param name="Name">The name in commands, logs and environment variables.</param>
/// <param name="Project">The project's folder, from the root.</param>
/// <param name="Assembly">The assembly's name.</param>
/// <param name="Port">The port on 127.0.0.1.</param>
public sealed record Host(string Name, string Project, string Assembly, int Port)
{
    /// <summary>The base address.</summary>
    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>The built program.</summary>
    public string Program => ProjectFolder.Path(Project, "bin", ProjectFolder.Configuration, "net10.0", $"{Assembly}.dll");
}

/// <summary>Which programs make the platform, on which ports, and where their data lies.</summary>
public sealed record PlatformLayout
{
    /// <summary>Folder for databases, logs, keys and process ids.</summary>
    public required string DataFolder { get; init; }
    /// <summary>The programs, in the order in which they start; the gateway is last.</summary>
    public required IReadOnlyList<Host> Hosts { get; init; }
    /// <summary>Port of the sandbox's mail server.</summary>
    public required int SmtpPort { get; init; }
    /// <summary>Port of the private PostgreSQL.</summary>
    public required int PostgresPort { get; init; }
    /// <summary>Port of the private Redis.</summary>
    public required int RedisPort { get; init; }
    /// <summary>Whether data must survive a power cut; tests do without.</summary>
    public bool Durable { get; init; } = true;
    /// <summary>More environment variables for the hosts.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
    /// <summary>The gateway.</summary>
    public Host Gateway => Hosts[^1];
    /// <summary>A host by name.</summary>
    public Host this[string name] => Hosts.First(h => h.Name == name);
    /// <summary>The subgraphs.</summary>
    public IEnumerable<Host> Subgraphs => Hosts.Where(h => h.Project.StartsWith("subgraphs/", StringComparison.Ordinal));

    /// <summary>The layout of <c>lucky up</c>: the gateway on <paramref name="basePort"/>, everything else just above.</summary>
    public static PlatformLayout Default(string? dataFolder = null, int basePort = 4000) => Create(
        dataFolder ?? ProjectFolder.Path(".lucky"), offset => basePort + offset);

    /// <summary>A layout in a folder of its own on free ports, for tests.</summary>
    public static PlatformLayout Temporary()
    {
        var folder = Directory.CreateTempSubdirectory("lucky-platform-").FullName;
        if (SystemUser.IsRoot)
        {
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        }

        return Create(folder, _ => FreePort.Next()) with { Durable = false };
    }

    /// <summary>A first port for <see cref="Default"/> such that all ports of the layout are free, for tests.</summary>
    public static int FreeBasePort()
    {
        var offsets = new List<int>();
        Create("", offset =>
        {
            offsets.Add(offset);
            return offset;
        });
        return FreePort.NextBlock(offsets);
    }

    private static PlatformLayout Create(string dataFolder, Func<int, int> port) => new()
    {
        DataFolder = dataFolder,
        Hosts =
        [
            new Host("sandbox", "tools/LuckyGraph.Sandbox", "LuckyGraph.Sandbox", port(10)),
            new Host("accounts", "subgraphs/Accounts", "LuckyGraph.Accounts", port(1)),
            new Host("catalog", "subgraphs/Catalog", "LuckyGraph.Catalog", port(2)),
            new Host("orders", "subgraphs/Orders", "LuckyGraph.Orders", port(3)),
            new Host("gateway", "gateway/LuckyGraph.Gateway", "LuckyGraph.Gateway", port(0)),
        ],
        SmtpPort = port(11),
        PostgresPort = port(32),
        RedisPort = port(79),
    };
}
