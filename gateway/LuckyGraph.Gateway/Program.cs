using LuckyGraph.AspNetCore;
using LuckyGraph.Gateway;
using LuckyGraph.Gateway.Explorer;
using LuckyGraph.Gateway.Health;
using LuckyGraph.Gateway.RateLimits;
using LuckyGraph.Gateway.Schema;
using LuckyGraph.Gateway.Security;
using LuckyGraph.Gateway.Telemetry;

var builder = WebApplication.CreateBuilder(args);
builder.AddSettings();
builder.AddLogs();
builder.AddTelemetry();
builder.AddBearerTokens();
builder.AddOrigins();
builder.AddRateLimits();
builder.AddComposedSchema();

var app = builder.Build();
app.UseSecurityHeaders();
app.UseCors();
app.UseAuthentication();
app.UseExplorer();
app.MapHealth();
app.MapGateway();
return await app.RunWithGraphQLCommandsAsync(args);

/// <summary>The gateway's entry point; public so that tests can host it.</summary>
public partial class Program;
