using System.CommandLine;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;

namespace LuckyGraph.Cli.Commands;

/// <summary>
/// <c>lucky gateway</c>: the gateway alone over anybody's subgraphs. The script <c>lucky</c> becomes the gateway's program itself,
/// so that signals reach it and nothing is started in vain; this command says that it exists, and serves those who run the
/// command line without the script.
/// </summary>
internal static class GatewayCommand
{
    public static Command Create()
    {
        var command = new Command("gateway", "Runs the gateway alone: lucky gateway --subgraphs FILE | --supergraph FILE | --schema FILE [--port N]");
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, ct) =>
        {
            var program = PlatformLayout.Default().Gateway.Program;
            return File.Exists(program)
                ? (await Shell.RunAsync("dotnet", [program, "--standalone", .. result.UnmatchedTokens], onLine: Console.WriteLine, cancellationToken: ct)).ExitCode
                : throw new LuckyException($"The gateway is not built: {program} is missing. Run ./lucky gateway");
        });
        return command;
    }
}
