using System.Text;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.AspNetCore;

/// <summary>Command-line tasks that a GraphQL host performs instead of serving.</summary>
public static class GraphQLCommands
{
    private const string Usage = "usage: schema export [--output FILE]";

    /// <summary>
    /// Runs the command that the arguments name, or the host when they name none. <c>schema export [--output FILE]</c> prints
    /// the schema as SDL; it builds the schema but starts neither the server nor any hosted service.
    /// </summary>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunWithGraphQLCommandsAsync(this WebApplication app, string[] args)
    {
        if (args is not ["schema", ..])
        {
            await app.RunAsync();
            return 0;
        }

        await using (app)
        {
            return args[1..] switch
            {
                ["export"] => Export(app.Services, null),
                ["export", "--output" or "-o", var file] => Export(app.Services, file),
                _ => Refuse(),
            };
        }
    }

    private static int Export(IServiceProvider services, string? file)
    {
        var sdl = SchemaPrinter.Print(services.GetRequiredService<IRequestExecutor>().Schema, SchemaPrintOptions.Source) + "\n";
        if (file is null)
        {
            Console.Out.Write(sdl);
            return 0;
        }

        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        File.WriteAllText(file, sdl, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        Console.Error.WriteLine($"The schema is in {file}.");
        return 0;
    }

    private static int Refuse()
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }
}
