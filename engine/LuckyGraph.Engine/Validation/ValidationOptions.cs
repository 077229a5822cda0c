namespace LuckyGraph.Engine.Validation;

/// <summary>What validation checks beyond the specification, and where it stops. The defaults protect a public endpoint.</summary>
public sealed record ValidationOptions
{
    /// <summary>The defaults.</summary>
    public static readonly ValidationOptions Default = new();

    /// <summary>Most errors reported; validation stops there. Default 100.</summary>
    public int MaxErrors { get; init; } = 100;

    /// <summary>Most field selections of an operation, fragments counted where they are spread. Default 2,048.</summary>
    public int MaxFields { get; init; } = 2_048;

    /// <summary>Deepest nesting of fields of an operation, fragments included. Default 64.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Most aliases of an operation, fragments counted where they are spread. Default 2,048.</summary>
    public int MaxAliases { get; init; } = 2_048;

    /// <summary>Most directives at one location. Default 4.</summary>
    public int MaxDirectivesPerLocation { get; init; } = 4;

    /// <summary>Most items of one list written in a document. Default 1,000.</summary>
    public int MaxListLiteral { get; init; } = 1_000;

    /// <summary>Most comparisons of two fields while fields are merged. Default 100,000.</summary>
    public int MaxMergeComparisons { get; init; } = 100_000;

    /// <summary>
    /// Most fragment spreads followed while the fragments of each operation are found, and variables in them, counted for each
    /// operation. Default 100,000.
    /// </summary>
    public int MaxFragmentVisits { get; init; } = 100_000;

    /// <summary>Whether <c>__schema</c> and <c>__type</c> may be selected. Default true.</summary>
    public bool AllowIntrospection { get; init; } = true;

    /// <summary>Most nested lists of fields, input fields, interfaces or possible types in an introspection selection. Default 3.</summary>
    public int MaxIntrospectionDepth { get; init; } = 3;

    /// <summary>Whether errors carry the broken rule as <c>extensions.rule</c>. Default false.</summary>
    public bool IncludeRule { get; init; }
}
