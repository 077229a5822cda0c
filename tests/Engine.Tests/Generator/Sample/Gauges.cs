namespace LuckyGraph.Engine.Tests.Generator.Sample;

/// <summary>Numbers and booleans of resolvers of every kind.</summary>
public sealed record Gauge(int Number);

[ObjectType<Gauge>]
public static partial class GaugeNode
{
    public static Task<int> GetCountAsync([Parent] Gauge gauge) => Task.FromResult(-gauge.Number);

    public static async Task<long> GetTotalAsync([Parent] Gauge gauge)
    {
        await Task.Yield();
        return long.MinValue + gauge.Number;
    }

    public static async ValueTask<bool> GetIsOddAsync([Parent] Gauge gauge)
    {
        await Task.Yield();
        return gauge.Number % 2 == 1;
    }

    public static double Ratio([Parent] Gauge gauge, Library library) => library.Books.Count > 0 ? gauge.Number / 4.0 : 0;

    /// <summary>The third is no number.</summary>
    public static Task<double> GetSpeedAsync([Parent] Gauge gauge) => Task.FromResult(gauge.Number == 3 ? double.NaN : gauge.Number * 1e300);

    [BatchResolver]
    public static List<int> GetRank([Parent] IReadOnlyList<Gauge> gauges) => [.. gauges.Select(g => g.Number * 10)];

    [BatchResolver]
    public static async Task<bool[]> GetAreManyAsync([Parent] IReadOnlyList<Gauge> gauges)
    {
        await Task.Yield();
        return [.. gauges.Select(_ => gauges.Count > 2)];
    }

    /// <summary>One too few.</summary>
    [BatchResolver]
    public static List<long> GetMissing([Parent] IReadOnlyList<Gauge> gauges) => [.. gauges.Skip(1).Select(g => (long)g.Number)];
}

[QueryType]
public static partial class GaugeQueries
{
    private static readonly Gauge?[] _all = [.. Enumerable.Range(1, 1_000).Select(n => new Gauge(n))];

    public static IReadOnlyList<Gauge?> Gauges(int first) => _all[..first];
}
