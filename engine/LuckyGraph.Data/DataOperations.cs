namespace LuckyGraph.Data;

/// <summary>The operations that a column's kind has.</summary>
[Flags]
public enum DataOperations
{
    /// <summary>Cannot be filtered by.</summary>
    None = 0,
    /// <summary><c>eq</c> and <c>neq</c>.</summary>
    Equality = 1,
    /// <summary><c>in</c> and <c>nin</c>.</summary>
    Membership = 2,
    /// <summary><c>gt</c>, <c>gte</c>, <c>lt</c> and <c>lte</c>.</summary>
    Comparison = 4,
    /// <summary><c>contains</c>, <c>startsWith</c> and <c>endsWith</c>, and <c>and</c> and <c>or</c> of operations.</summary>
    Text = 8,
    /// <summary>Can be sorted by.</summary>
    Sorting = 16,
}
