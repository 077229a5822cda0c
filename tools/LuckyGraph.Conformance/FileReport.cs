namespace LuckyGraph.Conformance;

/// <summary>What became of the cases of one file.</summary>
public sealed class FileReport(string file)
{
    private readonly List<(string Id, string Text)> _failures = [];
    private readonly SortedDictionary<string, int> _skipped = new(StringComparer.Ordinal);

    /// <summary>The file's name.</summary>
    public string File { get; } = file;

    /// <summary>How many cases passed.</summary>
    public int Passed { get; private set; }

    /// <summary>The cases that failed and what differed.</summary>
    public IReadOnlyList<(string Id, string Text)> Failures => _failures;

    /// <summary>How many cases were skipped for each reason.</summary>
    public IReadOnlyDictionary<string, int> Skipped => _skipped;

    /// <summary>How many cases were skipped.</summary>
    public int SkippedCount => _skipped.Values.Sum();

    internal void Add(string id, CaseResult result)
    {
        switch (result.Status)
        {
            case CaseStatus.Passed: Passed++; break;
            case CaseStatus.Skipped: _skipped[result.Text!] = _skipped.GetValueOrDefault(result.Text!) + 1; break;
            default: _failures.Add((id, result.Text!)); break;
        }
    }
}
