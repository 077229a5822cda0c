using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using LuckyGraph.Fusion.Telemetry;
using LuckyGraph.Fusion.Tests.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.Fusion.Tests.Gateway;

public sealed class TelemetryTests
{
    // Unique, since listeners of one process see every test's operations.
    private readonly string _name = "Op" + Guid.NewGuid().ToString("N");

    private static async Task<SourceServer[]> ServersAsync() =>
        [await SourceServer.StartAsync("a", "type Query { a(s: String n: Int): String b: String }", new() { ["Query.a"] = static (_, _) => "A", ["Query.b"] = static (_, _) => throw new InvalidOperationException("secret") })];

    [Fact]
    public async Task An_operation_has_a_span_and_each_request_to_a_subgraph_one_below_it()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == GatewayTelemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync());

        await gateway.PostAsync($"query {_name} {{ a(s: \"secret\" n: 42) }} # secret");

        var operation = Assert.Single(ended, a => (string?)a.GetTagItem("graphql.operation.name") == _name);
        Assert.Equal("query", operation.DisplayName);
        Assert.Equal("query", operation.GetTagItem("graphql.operation.type"));
        Assert.Equal($"query {_name} {{ a(s: \"*\" n: 0) }}", operation.GetTagItem("graphql.document"));
        var subgraph = Assert.Single(ended, a => a.ParentSpanId == operation.SpanId);
        Assert.Equal("a", subgraph.GetTagItem("graphql.subgraph.name"));
        Assert.Equal(subgraph.Id, Assert.Single(gateway["a"].Headers)["traceparent"]);
    }

    [Fact]
    public async Task Durations_and_errors_are_counted()
    {
        var seen = new ConcurrentDictionary<string, string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == GatewayTelemetry.Name)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        void Note<T>(Instrument instrument, T measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
            => seen[instrument.Name] = string.Join(',', tags.ToArray().Select(static t => $"{t.Key}={t.Value}"));
        listener.SetMeasurementEventCallback<double>(Note);
        listener.SetMeasurementEventCallback<long>(Note);
        listener.Start();
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync());

        await gateway.PostAsync("{ b }");

        Assert.Contains("graphql.operation.type=", seen["graphql.server.operation.duration"], StringComparison.Ordinal);
        Assert.Contains("graphql.subgraph.name=", seen["graphql.subgraph.request.duration"], StringComparison.Ordinal);
        Assert.Contains("code=", seen["graphql.server.errors"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operation_with_errors_is_logged_by_name_and_hash_without_the_callers_data()
    {
        var log = new CapturedLog();
        await using var gateway = await GatewayOver.StartAsync(await ServersAsync(), services => services.AddSingleton<ILoggerProvider>(log));

        await gateway.PostAsync(new { query = $"query {_name}($s: String) {{ a(s: $s) b }}", variables = new { s = "private" } });

        var entry = Assert.Single(log.Entries, e => e.Contains(_name, StringComparison.Ordinal));
        Assert.Matches("[0-9a-f]{64}", entry);
        Assert.Contains("@a", entry, StringComparison.Ordinal);
        Assert.DoesNotContain("private", entry, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", entry, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/jsonl")]
    public async Task Every_set_of_a_batch_has_a_span_of_its_own_and_its_errors_are_logged(string form)
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == GatewayTelemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var log = new CapturedLog();
        await using var gateway = await GatewayOver.StartAsync(
            await ServersAsync(), services => services.AddSingleton<ILoggerProvider>(log), ("LUCKY_GATEWAY_BATCHING", "true"));

        await gateway.PostAsync(
            new { query = $"query {_name}($s: String, $b: Boolean!) {{ a(s: $s) b @include(if: $b) }}", variables = new object[] { new { s = "x", b = false }, new { s = "y", b = true } } },
            ("Accept", form));
        await EventReader.UntilAsync(() => ended.Count(IsOurs) == 2);

        Assert.All(ended.Where(IsOurs), operation => Assert.Contains(ended, a => a.ParentSpanId == operation.SpanId));
        Assert.Single(ended.Where(IsOurs), static operation => operation.Status == ActivityStatusCode.Error);
        Assert.Single(log.Entries, e => e.Contains(_name, StringComparison.Ordinal));

        bool IsOurs(Activity activity) => (string?)activity.GetTagItem("graphql.operation.name") == _name;
    }

    [Theory]
    [InlineData("{ a(s: \"x\\\"y\" n: -1.5e3) }", "{ a(s: \"*\" n: 0) }")]
    [InlineData("{ a(s: \"\"\"block \\\"\"\" more\"\"\") b1 }", "{ a(s: \"*\") b1 }")]
    [InlineData("# c\n{\n  a # d\n}", "{ a }")]
    [InlineData("{ a(s: \"\") }", "{ a(s: \"*\") }")]
    public void A_document_without_its_values(string document, string expected)
        => Assert.Equal(expected, SanitizedDocument.Of(System.Text.Encoding.UTF8.GetBytes(document)));
}
