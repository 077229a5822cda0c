using System.Diagnostics;
using System.Globalization;
using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.Bench.Subscriptions;

/// <summary>The measured gateway. <c>/stats</c> says what it holds after a collection.</summary>
internal static class StreamingGateway
{
    /// <summary>Arguments: the address to listen on, and the event source's.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(arguments[0]);
        var schema = SchemaComposer.Compose([new SourceSchemaInput("source", EventSource.Sdl)]).Schema
            ?? throw new InvalidOperationException("The benchmark's schema does not compose.");
        var executor = new FusionRequestExecutor(
            schema,
            [new SubgraphClient("source", new SubgraphOptions { Url = new Uri(arguments[1] + "/graphql"), MaxConnections = 4096 })],
            new FusionOptions { OnDefect = Console.Error.WriteLine, JoinRunningSubscriptions = true });
        builder.Services.AddSingleton<IRequestExecutor>(executor);
        var app = builder.Build();
        app.MapGraphQL();
        app.MapGet("/ready", static () => "ready");
        app.MapGet("/stats", () =>
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            using var process = Process.GetCurrentProcess();
            return string.Create(CultureInfo.InvariantCulture,
                $"{executor.Subscriptions} {executor.SubscriptionUpstreams} {GC.GetTotalMemory(false)} {process.WorkingSet64} {process.TotalProcessorTime.TotalMilliseconds}");
        });
        await app.RunAsync();
        return 0;
    }
}
