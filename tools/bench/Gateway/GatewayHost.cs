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

namespace LuckyGraph.Bench.Gateway;

/// <summary>The measured gateway, and beside it, at <c>/ceiling</c>, the same answers put together by hand-written code.</summary>
internal static class GatewayHost
{
    /// <summary>Arguments: the address to listen on, and the subgraphs' address.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(arguments[0]);
        var schema = SchemaComposer.Compose([.. Workload.Services.Select(s => new SourceSchemaInput(s, Workload.Sdl(s)))]).Schema
            ?? throw new InvalidOperationException("The benchmark's schemas do not compose.");
        var executor = new FusionRequestExecutor(
            schema,
            Workload.Services.Select(s => new SubgraphClient(s, new SubgraphOptions { Url = new Uri($"{arguments[1]}/{s}"), DeduplicateRequests = false })),
            new FusionOptions { OnDefect = Console.Error.WriteLine });
        builder.Services.AddSingleton<IRequestExecutor>(executor);
        var app = builder.Build();
        app.MapGraphQL();
        var ceiling = new Ceiling(arguments[1]);
        app.MapPost("/ceiling/heavy", ceiling.HeavyAsync);
        app.MapPost("/ceiling/two", ceiling.TwoAsync);
        app.MapPost("/ceiling/single", ceiling.SingleAsync);
        app.MapGet("/ready", () => "ready");
        await app.RunAsync();
        return 0;
    }
}
