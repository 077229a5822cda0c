using LuckyGraph.Fusion.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LuckyGraph.Gateway.Telemetry;

/// <summary>Logs as JSON lines; traces and metrics to an OpenTelemetry collector when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one.</summary>
internal static class Telemetry
{
    public static void AddLogs(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        // The scopes name the trace that a line belongs to.
        builder.Logging.AddJsonConsole(static console => (console.UseUtcTimestamp, console.IncludeScopes) = (true, true));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // While it could log anything, it gives every request an activity and a scope. What is worse than information, others say too.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        // A gateway alone says by itself that it started, or why it cannot.
        var isStandalone = builder.Configuration["LUCKY_GATEWAY_STANDALONE"] is not null;
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", isStandalone ? LogLevel.Warning : LogLevel.Information);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", isStandalone ? LogLevel.None : LogLevel.Warning);
    }

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        builder.Services.AddHostedService<Exporter>();
        if (IsWanted(builder.Configuration, "OTEL_TRACES_EXPORTER"))
        {
            builder.Services.AddSingleton(new RequestTraces(TraceSampling.Read(builder.Configuration)));
        }
    }

    /// <summary>Gives the requests that are sampled a span, where traces are exported.</summary>
    public static void UseTraces(this WebApplication app)
    {
        if (app.Services.GetService<RequestTraces>() is { } traces)
        {
            app.Use(next => context => traces.HandleAsync(context, next));
        }
    }

    // OpenTelemetry's own variables: "none" leaves a signal out.
    private static bool IsWanted(IConfiguration configuration, string variable)
        => configuration[variable] is not { } exporter || !exporter.Equals("none", StringComparison.OrdinalIgnoreCase);

    private sealed class Exporter(IConfiguration configuration, RequestTraces? requests = null) : IHostedService, IDisposable
    {
        private TracerProvider? _traces;
        private MeterProvider? _metrics;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            var resource = ResourceBuilder.CreateDefault().AddService("lucky-gateway");
            if (requests is not null)
            {
                // ASP.NET Core's own source is left out: it makes an activity for every request before anybody is asked.
                _traces = Sdk.CreateTracerProviderBuilder().ConfigureServices(Configure).SetResourceBuilder(resource)
                    .SetSampler(requests.Sampler)
                    .AddSource(RequestTraces.SourceName, GatewayTelemetry.Name, "System.Net.Http")
                    .AddOtlpExporter()
                    .Build();
            }

            if (IsWanted(configuration, "OTEL_METRICS_EXPORTER"))
            {
                _metrics = Sdk.CreateMeterProviderBuilder().ConfigureServices(Configure).SetResourceBuilder(resource)
                    .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", GatewayTelemetry.Name)
                    // Each is measured at every request, and says what the gateway's own measures say by operation and by subgraph.
                    .AddView("http.server.active_requests", MetricStreamConfiguration.Drop)
                    .AddView("http.client.request.duration", MetricStreamConfiguration.Drop)
                    .AddView("http.client.active_requests", MetricStreamConfiguration.Drop)
                    .AddOtlpExporter()
                    .Build();
            }

            return Task.CompletedTask;
        }

        // OpenTelemetry's own settings may be given on the command line too.
        private void Configure(IServiceCollection services) => services.AddSingleton(configuration);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
            _traces?.Dispose();
            _metrics?.Dispose();
        }
    }
}
