using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.Bench.Server;

/// <summary>The measured process: the GraphQL server, and beside it the ceiling's endpoints.</summary>
internal static class BenchHost
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var app = Build(arguments[0]);
        // The data set exists before the first request.
        GC.KeepAlive(Catalog.Reviews[0]);
        await app.RunAsync();
        return 0;
    }

    /// <summary>The host, not started yet.</summary>
    public static WebApplication Build(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        builder.Services.AddGraphQL().AddBench().ModifyRequestOptions(o => o.Validation = o.Validation with { MaxIntrospectionDepth = 20 });
        var app = builder.Build();
        app.MapGraphQL();
        foreach (var workload in Workload.All.Where(w => w.HasCeiling))
        {
            app.MapPost("/ceiling/" + workload.Name, CeilingEndpoint.For(workload.Name));
        }

        // What Kestrel itself needs to read a body and answer with as many bytes.
        app.MapPost("/bare", CeilingEndpoint.Bare("W2"));
        return app;
    }
}
