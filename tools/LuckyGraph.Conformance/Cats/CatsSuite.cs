using System.Text.Json;

namespace LuckyGraph.Conformance.Cats;

/// <summary>Replays graphql-cats: scenarios in YAML that parse, validate and execute.</summary>
internal static class CatsSuite
{
    private static readonly string[] s_folders = ["parsing", "validation", "execution"];

    /// <summary>Whether a folder is that of graphql-cats.</summary>
    public static bool Recognises(string folder) => s_folders.Any(f => FilesOf(folder, f).Length > 0);

    /// <summary>Replays every scenario; a report for each file.</summary>
    public static async IAsyncEnumerable<FileReport> ReplayAsync(
        string folder, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var part in s_folders)
        {
            foreach (var file in FilesOf(folder, part))
            {
                yield return await ReplayFileAsync(file, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task<FileReport> ReplayFileAsync(string path, CancellationToken cancellationToken)
    {
        var report = new FileReport($"{Path.GetFileName(Path.GetDirectoryName(path))}/{Path.GetFileName(path)}");
        JsonElement scenario;
        try
        {
            scenario = JsonSerializer.SerializeToElement(YamlReader.Read(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)));
        }
        catch (ConformanceFormatException e)
        {
            throw new ConformanceFormatException($"{report.File} {e.Message}");
        }

        var background = scenario.TryGetProperty("background", out var common) ? common : default;
        foreach (var test in scenario.GetProperty("tests").EnumerateArray())
        {
            CaseResult result;
            try
            {
                result = await new CatsCase(Path.GetDirectoryName(path)!, background, test).RunAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                result = CaseResult.Of(e.ToString());
            }

            report.Add(test.GetProperty("name").ToString(), result);
        }

        return report;
    }

    private static string[] FilesOf(string folder, string part)
    {
        var path = Path.Combine(folder, part);
        return Directory.Exists(path) ? [.. Directory.GetFiles(path, "*.yaml").Order(StringComparer.Ordinal)] : [];
    }
}
