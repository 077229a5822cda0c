using System.Globalization;
using OpenTelemetry.Trace;

namespace LuckyGraph.Gateway.Telemetry;

/// <summary>
/// Which requests have spans, by OpenTelemetry's variables <c>OTEL_TRACES_SAMPLER</c> and <c>OTEL_TRACES_SAMPLER_ARG</c>. Read here
/// since the decision is made before there is a span.
/// </summary>
internal static class TraceSampling
{
    /// <summary>The sampler; every request that has no unsampled parent where the variables say nothing known.</summary>
    public static Sampler Read(IConfiguration configuration) => configuration["OTEL_TRACES_SAMPLER"]?.ToLowerInvariant() switch
    {
        "always_on" => new AlwaysOnSampler(),
        "always_off" => new AlwaysOffSampler(),
        "traceidratio" => Ratio(configuration),
        "parentbased_always_off" => new ParentBasedSampler(new AlwaysOffSampler()),
        "parentbased_traceidratio" => new ParentBasedSampler(Ratio(configuration)),
        _ => new ParentBasedSampler(new AlwaysOnSampler()),
    };

    private static TraceIdRatioBasedSampler Ratio(IConfiguration configuration)
        => new(double.TryParse(configuration["OTEL_TRACES_SAMPLER_ARG"], NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1 ? ratio : 1);
}
