using System.CommandLine;
using LuckyGraph.Cli.Commands;
using LuckyGraph.Cli.Infrastructure;
using Spectre.Console;

var root = new RootCommand("Runs, tests and feeds the LuckyGraph platform.")
{
    UpCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
    LogsCommand.Create(),
    TestCommand.Create(),
    ImportCommand.Create(),
    SeedCommand.Create(),
    MailCommand.Create(),
    SchemaCommand.Create(),
    GatewayCommand.Create(),
    OperationsCommand.Create(),
    BenchCommand.Create(),
    ConformanceCommand.Create(),
};

if (Console.IsOutputRedirected)
{
    AnsiConsole.Console.Profile.Capabilities.Ansi = false;
    AnsiConsole.Console.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
    AnsiConsole.Console.Profile.Width = 200;
}

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (LuckyException e)
{
    AnsiConsole.Console.Profile.Out.Writer.Flush();
    Console.Error.WriteLine($"lucky: {e.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("lucky: interrupted");
    return 130;
}
