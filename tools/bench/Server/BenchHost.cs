using System.Buffers;
using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
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
        app.MapPost("/ceiling/{workload}", async (string workload, HttpContext context) =>
        {
            // The same work around the answer that a GraphQL server has: read the body, know the length, write once.
            await context.Request.Body.CopyToAsync(Stream.Null);
            var buffer = new ArrayBufferWriter<byte>(64 * 1024);
            Ceiling.Write(workload, buffer);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = buffer.WrittenCount;
            await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory);
        });
        // What Kestrel itself needs to read a body and answer with as many bytes.
        var flat = new ArrayBufferWriter<byte>();
        Ceiling.Write("W2", flat);
        app.MapPost("/bare", async (HttpContext context) =>
        {
            var body = await context.Request.BodyReader.ReadAsync();
            while (!body.IsCompleted)
            {
                context.Request.BodyReader.AdvanceTo(body.Buffer.Start, body.Buffer.End);
                body = await context.Request.BodyReader.ReadAsync();
            }

            context.Request.BodyReader.AdvanceTo(body.Buffer.End);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = flat.WrittenCount;
            await context.Response.BodyWriter.WriteAsync(flat.WrittenMemory);
        });
        return app;
    }
}
