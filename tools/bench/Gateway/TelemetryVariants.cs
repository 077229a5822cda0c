namespace LuckyGraph.Bench.Gateway;

/// <summary>The gateway without telemetry and with more and more of it, sent to a collector that throws it away.</summary>
internal static class TelemetryVariants
{
    private static readonly string[] s_collector = ["--OTEL_EXPORTER_OTLP_ENDPOINT={subgraphs}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"];

    /// <summary>By name; <c>{subgraphs}</c> stands for the subgraphs' address, where the collector is too.</summary>
    public static readonly (string Name, string[] Options)[] All =
    [
        ("without", []),
        ("unsampled traces", [.. s_collector, "--OTEL_METRICS_EXPORTER=none", "--OTEL_TRACES_SAMPLER=always_off"]),
        ("metrics", [.. s_collector, "--OTEL_TRACES_EXPORTER=none"]),
        ("metrics + unsampled traces", [.. s_collector, "--OTEL_TRACES_SAMPLER=always_off"]),
        ("metrics + 1 % of traces", [.. s_collector, "--OTEL_TRACES_SAMPLER=parentbased_traceidratio", "--OTEL_TRACES_SAMPLER_ARG=0.01"]),
        ("metrics + all traces", [.. s_collector, "--OTEL_TRACES_SAMPLER=always_on"]),
    ];
}
