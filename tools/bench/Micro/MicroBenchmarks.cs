using System.Globalization;
using System.Text;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace LuckyGraph.Bench.Micro;

/// <summary><c>bench micro</c>: runs the suite, prints its table, and keeps the committed one up to date.</summary>
internal static class MicroBenchmarks
{
    private const string Begin = "<!-- micro: written by `./lucky bench micro --update` -->";
    private const string End = "<!-- /micro -->";

    public static async Task<int> RunAsync(string[] options)
    {
        var update = options.Contains("--update");
        var arguments = options.Where(o => o != "--update").ToArray();
        var config = ManualConfig.CreateEmpty()
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(ConsoleLogger.Default)
            // About 10 s a step: iterations of 250 ms are long beside any of them, and hot code is compiled in the warm-up.
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                .WithIterationTime(TimeInterval.FromMilliseconds(250)).WithWarmupCount(20).WithIterationCount(10));
        var suite = BenchmarkSwitcher.FromTypes([typeof(EngineBenchmarks)]).Run(arguments.Length == 0 ? ["--filter", "*"] : arguments, config).ToList();
        if (suite.Count == 0 || suite.Any(s => s.HasCriticalValidationErrors || s.Reports.Any(r => !r.Success)))
        {
            Console.Error.WriteLine("The benchmarks did not run.");
            return 1;
        }

        var table = Table(suite, await RequestAllocations.MeasureAsync());
        Console.WriteLine(table);
        if (update)
        {
            if (arguments.Length > 0)
            {
                Console.Error.WriteLine("The committed table needs the whole suite: --update goes without --filter.");
                return 2;
            }

            Update(table);
        }

        return 0;
    }

    private static string Table(List<Summary> suite, IReadOnlyList<(string What, double Bytes)> requests)
    {
        var table = new StringBuilder("| Step | µs | Bytes allocated |\n|---|--:|--:|\n");
        foreach (var report in suite.SelectMany(s => s.Reports))
        {
            var bytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;
            table.Append(CultureInfo.InvariantCulture, $"| {report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'')} | {report.ResultStatistics!.Median / 1_000:N1} | {bytes:N0} |\n");
        }

        foreach (var (what, bytes) in requests)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {what} | | {bytes:N0} |\n");
        }

        return table.ToString();
    }

    private static void Update(string table)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LuckyGraph.sln")))
        {
            folder = folder.Parent;
        }

        var path = Path.Combine(folder?.FullName ?? Environment.CurrentDirectory, "tools", "bench", "README.md");
        var text = File.ReadAllText(path);
        var (start, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (start < 0 || end < start)
        {
            throw new InvalidOperationException($"{path} has no place for the table.");
        }

        File.WriteAllText(path, $"{text[..start]}{Begin}\n\n{table}\n{text[end..]}");
    }
}
