using System.CommandLine;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;
using Spectre.Console;
using Progress = LuckyGraph.Cli.Infrastructure.Progress;

namespace LuckyGraph.Cli.Commands;

/// <summary><c>lucky status</c>: which processes run and which are ready. Exit code 1 when one is not.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var port = Options.Port();
        var data = Options.Data();
        var command = new Command("status", "Shows which parts run and are ready.") { port, data };
        command.SetAction(async (result, ct) =>
        {
            var layout = Options.Layout(result, port, data);
            var platform = new RunningPlatform(layout, new Progress(AnsiConsole.Console));
            var table = new Table().AddColumns("name", "address", "pid", "state").Border(TableBorder.Simple);
            var well = true;
            foreach (var host in layout.Hosts)
            {
                var pid = platform.Process(host.Name).Pid;
                var ready = await platform.IsReadyAsync(host.Name, ct);
                well &= ready;
                table.AddRow(host.Name, host.Url, pid?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-",
                    ready ? "[green]ready[/]" : pid is null ? "[red]stopped[/]" : "[yellow]not ready[/]");
            }

            foreach (var (name, serverPort) in new[] { ("postgres", layout.PostgresPort), ("redis", layout.RedisPort) })
            {
                var open = await FreePort.IsOpenAsync("127.0.0.1", serverPort, ct);
                table.AddRow(name, $"127.0.0.1:{serverPort}", "", open ? "[green]ready[/]" : "[grey]not private, or stopped[/]");
            }

            AnsiConsole.Write(table);
            return well ? 0 : 1;
        });
        return command;
    }
}
