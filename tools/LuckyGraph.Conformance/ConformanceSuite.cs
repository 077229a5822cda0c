using System.Text.Json;
using LuckyGraph.Conformance.Cats;

namespace LuckyGraph.Conformance;

/// <summary>
/// Replays other people's cases on the engine: a folder of JSON files in the format of the graphql-js corpus (its README says
/// what is compared), or the folder of graphql-cats. Which cases a folder holds does not matter, only their format.
/// </summary>
public static class ConformanceSuite
{
    private static readonly (string File, Func<Corpus, CaseReplay> Create)[] s_files =
    [
        ("validation.json", c => new ValidationReplay(c)),
        ("sdl-validation.json", c => new SdlValidationReplay(c)),
        ("schema-validation.json", c => new SchemaValidationReplay(c)),
        ("language.json", c => new LanguageReplay(c)),
        ("lexer.json", c => new LexerReplay(c)),
        ("execution.json", c => new ExecutionReplay(c)),
        ("execution-oracle.json", c => new ExecutionReplay(c)),
        ("variables.json", c => new ExecutionReplay(c)),
        ("subscriptions.json", c => new SubscriptionReplay(c)),
        ("incremental.json", c => new IncrementalReplay(c)),
        ("scalars.json", c => new ScalarReplay(c)),
        ("utilities-schema.json", c => new SchemaUtilityReplay(c)),
        ("utilities-introspection.json", c => new IntrospectionReplay(c)),
        ("utilities-changes.json", c => new SchemaChangeReplay(c)),
        ("utilities-language.json", c => new LanguageUtilityReplay(c)),
        ("utilities-coordinates.json", c => new CoordinateReplay(c)),
        ("utilities-values.json", c => new ValueReplay(c)),
    ];

    private static readonly Dictionary<string, string> s_features = new(StringComparer.Ordinal)
    {
        ["fragmentArguments"] = "fragment arguments are outside the September 2025 specification",
        ["disableErrorPropagation"] = "@experimental_disableErrorPropagation is outside the September 2025 specification",
        ["lenientOutput"] = "converting a leaf value of another JSON type is left open by the specification",
    };

    /// <summary>The names of the files of the graphql-js corpus.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. s_files.Select(f => f.File)];

    /// <summary>Replays every file of a folder that is known by its name, in turn.</summary>
    /// <exception cref="ConformanceFormatException">The folder holds nothing that can be replayed, or a file is not in the format.</exception>
    public static async IAsyncEnumerable<FileReport> ReplayFolderAsync(
        string folder, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (CatsSuite.Recognises(folder))
        {
            await foreach (var report in CatsSuite.ReplayAsync(folder, cancellationToken).ConfigureAwait(false))
            {
                yield return report;
            }

            yield break;
        }

        var any = false;
        foreach (var file in Files)
        {
            if (File.Exists(Path.Combine(folder, file)))
            {
                any = true;
                yield return await ReplayFileAsync(Path.Combine(folder, file), cancellationToken).ConfigureAwait(false);
            }
        }

        if (!any)
        {
            throw new ConformanceFormatException(
                $"\"{folder}\" holds neither a file of the graphql-js corpus ({string.Join(", ", Files)}) nor the folders of graphql-cats (parsing, validation, execution).");
        }
    }

    /// <summary>Replays one file of the graphql-js corpus.</summary>
    /// <exception cref="ConformanceFormatException">The file's name is unknown, or its content is not in the format.</exception>
    public static async Task<FileReport> ReplayFileAsync(string path, CancellationToken cancellationToken = default)
    {
        var name = Path.GetFileName(path);
        var create = s_files.FirstOrDefault(f => f.File == name).Create ?? throw new ConformanceFormatException($"{name} is not a file of the graphql-js corpus.");
        var report = new FileReport(name);
        try
        {
            using var corpus = new Corpus(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
            var replay = create(corpus);
            var index = 0;
            foreach (var test in corpus.Cases.EnumerateArray())
            {
                var id = test.ValueKind == JsonValueKind.Object && test.TryGetProperty("id", out var given) ? given.ToString() : $"case {index}";
                report.Add(id, await RunAsync(replay, test, cancellationToken).ConfigureAwait(false));
                index++;
            }
        }
        catch (ConformanceFormatException e)
        {
            throw new ConformanceFormatException($"{name} {e.Message}");
        }

        return report;
    }

    private static async ValueTask<CaseResult> RunAsync(CaseReplay replay, JsonElement test, CancellationToken cancellationToken)
    {
        try
        {
            if (test.TryGetProperty("features", out var features))
            {
                foreach (var feature in features.EnumerateArray())
                {
                    if (!replay.Supports(feature.GetString()!))
                    {
                        return CaseResult.Skipped(s_features.GetValueOrDefault(feature.GetString()!, $"{feature} is outside the September 2025 specification"));
                    }
                }
            }

            return await replay.RunAsync(test, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever an engine throws where it should answer is a failure of that case, not the end of the replay.
            return CaseResult.Of(e.ToString());
        }
    }
}
