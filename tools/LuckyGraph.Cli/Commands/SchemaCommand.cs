using System.CommandLine;
using Command = System.CommandLine.Command;

namespace LuckyGraph.Cli.Commands;

internal static class SchemaCommand
{
    public static Command Create() => new("schema", "Exports, composes and checks the schemas.");

    public static Task CheckAsync(string? against, CancellationToken cancellationToken) => Task.CompletedTask;
}
