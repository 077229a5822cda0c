using System.Diagnostics;
using LuckyGraph.Gateway.Schema;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace LuckyGraph.Gateway.Standalone;

/// <summary>Runs the gateway alone: it starts with a schema or not at all, and says why in one message.</summary>
internal static class StandaloneGateway
{
    /// <summary>Runs until the process is told to end.</summary>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(WebApplication app)
    {
        var executor = app.Services.GetRequiredService<ReloadingExecutor>();
        await using (app)
        {
            if (!await executor.ReloadAsync(app.Lifetime.ApplicationStopping))
            {
                return Refuse(executor.Problem!);
            }

            try
            {
                await app.StartAsync();
            }
            catch (IOException e) when (e.InnerException is AddressInUseException)
            {
                return Refuse($"{Addresses(app)} is taken by another program. End it, or choose another port: --port N");
            }
            catch (Exception e) when (e is IOException or FormatException or InvalidOperationException or System.Net.Sockets.SocketException)
            {
                return Refuse($"{Addresses(app)} cannot be listened on: {e.Message}");
            }

            var seconds = (DateTime.Now - Process.GetCurrentProcess().StartTime).TotalSeconds;
            foreach (var address in app.Urls)
            {
                Console.WriteLine(FormattableString.Invariant($"The gateway answers at {address}/graphql, started in {seconds:0.00} s. End it with Ctrl+C."));
            }

            await app.WaitForShutdownAsync();
            return 0;
        }
    }

    /// <summary>Says why there is no gateway.</summary>
    public static int Refuse(string message)
    {
        Console.Error.WriteLine($"lucky gateway: {message}");
        return 1;
    }

    private static string Addresses(WebApplication app)
        => string.Join(", ", app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses is { Count: > 0 } bound
            ? bound : [app.Configuration[WebHostDefaults.ServerUrlsKey]!]);
}
