namespace LuckyGraph.Conformance;

/// <summary>How a case ended.</summary>
internal enum CaseStatus
{
    Passed,
    Failed,
    Skipped,
}

/// <summary>The outcome of one case; the text is what differs, or why the case does not apply.</summary>
internal readonly record struct CaseResult(CaseStatus Status, string? Text = null)
{
    public static readonly CaseResult Passed = new(CaseStatus.Passed);

    public static CaseResult Skipped(string reason) => new(CaseStatus.Skipped, reason);

    /// <summary>A difference is a failure, none a success.</summary>
    public static CaseResult Of(string? difference) => difference is null ? Passed : new CaseResult(CaseStatus.Failed, difference);

    public static implicit operator CaseResult(string? difference) => Of(difference);
}
