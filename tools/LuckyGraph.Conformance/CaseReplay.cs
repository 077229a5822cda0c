using System.Text.Json;

namespace LuckyGraph.Conformance;

/// <summary>Replays the cases of one file and says what differs.</summary>
internal abstract class CaseReplay(Corpus corpus)
{
    protected Corpus Corpus { get; } = corpus;

    public abstract ValueTask<CaseResult> RunAsync(JsonElement test, CancellationToken cancellationToken);

    /// <summary>Whether the engine has something that the specification does not; cases that need anything else are skipped.</summary>
    public virtual bool Supports(string feature) => false;

    protected static string? Same(string? expected, string? actual)
        => string.Equals(expected, actual, StringComparison.Ordinal) ? null : $"expected\n{expected}\nfound\n{actual}";

    /// <summary>Compares multisets of texts.</summary>
    protected static string? SameAll(IEnumerable<string> expected, IEnumerable<string> actual)
    {
        var wanted = expected.Order(StringComparer.Ordinal).ToList();
        var found = actual.Order(StringComparer.Ordinal).ToList();
        return wanted.SequenceEqual(found, StringComparer.Ordinal) ? null : $"expected [{string.Join(" | ", wanted)}], found [{string.Join(" | ", found)}]";
    }

    protected static string? Text(JsonElement test, string member) => test.TryGetProperty(member, out var value) ? value.GetString() : null;
}

/// <summary>A replay whose cases need no waiting.</summary>
internal abstract class ImmediateReplay(Corpus corpus) : CaseReplay(corpus)
{
    public sealed override ValueTask<CaseResult> RunAsync(JsonElement test, CancellationToken cancellationToken) => ValueTask.FromResult(Run(test));

    protected abstract CaseResult Run(JsonElement test);
}
