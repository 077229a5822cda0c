using LuckyGraph.Cli.Infrastructure;

namespace LuckyGraph.Cli.Platform;

/// <summary>Where the project lies on this machine.</summary>
public static class ProjectFolder
{
    /// <summary>The folder that holds <c>LuckyGraph.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Builds and runs happen in this configuration: that of the running program.</summary>
    public static string Configuration { get; } =
#if DEBUG
        "Debug";
#else
        "Release";
#endif

    /// <summary>A path below the root.</summary>
    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "LuckyGraph.sln")))
            {
                return folder.FullName;
            }
        }

        throw new LuckyException($"No LuckyGraph.sln above {AppContext.BaseDirectory}: run lucky from a clone of the project.");
    }
}
