using System.CommandLine;

namespace LuckyGraph.Cli.Commands;

internal static class ImportCommand
{
    public static Command Create() => new("import", "Imports a product feed.");
}
