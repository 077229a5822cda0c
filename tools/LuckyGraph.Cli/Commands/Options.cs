using System.CommandLine;
using LuckyGraph.Cli.Platform;

namespace LuckyGraph.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class Options
{
    public static Option<int> Port() => new("--port") { Description = "The gateway's port; everything else listens just above it.", DefaultValueFactory = _ => 4000 };

    public static Option<string?> Data() => new("--data") { Description = "Folder for databases, logs and keys. Default: .lucky in the project." };

    public static Option<string?> Gateway() => new("--gateway") { Description = "Base address of the gateway. Default: that of ./lucky up on --port." };

    public static PlatformLayout Layout(ParseResult result, Option<int> port, Option<string?> data)
        => PlatformLayout.Default(result.GetValue(data) is { Length: > 0 } folder ? Path.GetFullPath(folder) : null, result.GetValue(port));
}
