using System.Text;
using Xunit.Abstractions;

namespace LuckyGraph.Engine.Tests.Conformance;

/// <summary>Collects the outcome of many corpus cases, so that one test names every case that fails.</summary>
internal sealed class CorpusReport(ITestOutputHelper output)
{
    private readonly List<string> _failures = [];
    private readonly SortedDictionary<string, int> _skipped = new(StringComparer.Ordinal);
    private int _passed;

    public void Skip(string reason) => _skipped[reason] = _skipped.GetValueOrDefault(reason) + 1;

    /// <summary>Runs one case; an exception or a returned text is its failure.</summary>
    public void Run(string id, Func<string?> test)
    {
        string? failure;
        try
        {
            failure = test();
        }
        catch (Exception e)
        {
            failure = e.ToString();
        }

        if (failure is null)
        {
            _passed++;
        }
        else
        {
            _failures.Add($"{id}: {failure}");
        }
    }

    public void AssertAllPassed(int atLeast)
    {
        output.WriteLine($"{_passed} passed, {_failures.Count} failed");
        foreach (var (reason, count) in _skipped)
        {
            output.WriteLine($"{count} skipped: {reason}");
        }

        if (_failures.Count > 0)
        {
            var text = new StringBuilder().AppendLine($"{_failures.Count} cases failed:");
            foreach (var failure in _failures.Take(60))
            {
                text.AppendLine(failure);
            }

            Assert.Fail(text.ToString());
        }

        Assert.True(_passed >= atLeast, $"Only {_passed} cases ran; at least {atLeast} were expected.");
    }
}
