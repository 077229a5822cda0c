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
        builder.Logging.AddJsonConsole(static console => console.UseUtcTimestamp = true);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        // A gateway alone says by itself that it started, or why it cannot.
        var isStandalone = builder.Configuration["LUCKY_GATEWAY_STANDALONE"] is not null;
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", isStandalone ? LogLevel.Warning : LogLevel.Information);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", isStandalone ? LogLevel.None : LogLevel.Warning);
    }

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            builder.Services.AddHostedService<Exporter>();
        }
    }

    private sealed class Exporter(IConfiguration configuration) : IHostedService, IDisposable
    {
        private TracerProvider? _traces;
        private MeterProvider? _metrics;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            var resource = ResourceBuilder.CreateDefault().AddService("lucky-gateway");
            if (IsWanted("OTEL_TRACES_EXPORTER"))
            {
                _traces = Sdk.CreateTracerProviderBuilder().ConfigureServices(Configure).SetResourceBuilder(resource)
                    .AddSource("Microsoft.AspNetCore", "System.Net.Http", "LuckyGraph")
                    .AddOtlpExporter()
                    .Build();
            }

            if (IsWanted("OTEL_METRICS_EXPORTER"))
            {
                _metrics = Sdk.CreateMeterProviderBuilder().ConfigureServices(Configure).SetResourceBuilder(resource)
                    .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "LuckyGraph")
                    .AddOtlpExporter()
                    .Build();
            }

            return Task.CompletedTask;
        }

        // OpenTelemetry's own settings may be given on the command line too.
        private void Configure(IServiceCollection services) => services.AddSingleton(configuration);

        // OpenTelemetry's own variables: "none" leaves a signal out.
        private bool IsWanted(string variable) => configuration[variable] is not { } exporter || !exporter.Equals("none", StringComparison.OrdinalIgnoreCase);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
            _traces?.Dispose();
            _metrics?.Dispose();
        }
    }
}
