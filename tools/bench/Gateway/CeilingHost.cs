using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.Bench.Gateway;

/// <summary>The server of the hand-written answers, on the same web server and with the same settings as the gateway.</summary>
internal static class CeilingHost
{
    /// <summary>Arguments: the address to listen on, and the subgraphs' address.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(arguments[0]);
        builder.Services.Configure<SocketTransportOptions>(static sockets => sockets.UnsafePreferInlineScheduling = true);
        var app = builder.Build();
        var ceiling = new Ceiling(arguments[1]);
        app.MapPost("/heavy", ceiling.HeavyAsync);
        app.MapPost("/two", ceiling.TwoAsync);
        app.MapPost("/single", ceiling.SingleAsync);
        app.MapGet("/ready", () => "ready");
        await app.RunAsync();
        return 0;
    }
}
