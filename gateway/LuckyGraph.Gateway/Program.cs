using LuckyGraph.AspNetCore;
using LuckyGraph.Gateway;
using LuckyGraph.Gateway.Caching;
using LuckyGraph.Gateway.Events;
using LuckyGraph.Gateway.Explorer;
using LuckyGraph.Gateway.Health;
using LuckyGraph.Gateway.RateLimits;
using LuckyGraph.Gateway.Schema;
using LuckyGraph.Gateway.Security;
using LuckyGraph.Gateway.Standalone;
using LuckyGraph.Gateway.Telemetry;

var isStandalone = StandaloneArguments.AreMeant(args);
if (isStandalone)
{
    if (args.Contains("--help") || args.Contains("-h"))
    {
        Console.WriteLine(StandaloneArguments.Usage);
        return 0;
    }

    try
    {
        args = StandaloneArguments.Translate(args);
    }
    catch (StandaloneException e)
    {
        return StandaloneGateway.Refuse(e.Message);
    }
}

var builder = WebApplication.CreateBuilder(args);
var settings = builder.AddSettings();
builder.AddInlineIO(settings);
builder.AddLogs();
builder.AddTelemetry();
builder.AddBearerTokens(settings);
builder.AddOrigins();
builder.AddRateLimits();
builder.AddResponseCache();
builder.AddEventStreams();
builder.AddComposedSchema();

var app = builder.Build();
app.UseTraces();
app.UseSecurityHeaders();
app.UseOrigins();
app.UseBearerTokens();
app.UseExplorer();
app.MapHealth();
app.MapInvalidation();
app.MapEventPublishing();
app.MapGateway();
return isStandalone ? await StandaloneGateway.RunAsync(app) : await app.RunWithGraphQLCommandsAsync(args);

/// <summary>The gateway's entry point; public so that tests can host it.</summary>
public partial class Program;
