using LuckyGraph.Engine.Validation;

namespace LuckyGraph.Engine.Execution;

/// <summary>Limits and switches of request execution. The defaults protect a public endpoint.</summary>
public sealed class GraphQLRequestOptions
{
    /// <summary>Longest execution of one operation, or of one event of a subscription. 30 seconds by default.</summary>
    public TimeSpan ExecutionTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long DataLoaders hold keys back while resolvers of the request await something that is no DataLoader, counted from the
    /// last time that one of them came to a DataLoader or to its end. More makes batches larger, less makes loads begin sooner.
    /// 5 milliseconds by default.
    /// </summary>
    public TimeSpan DataLoaderHoldTime { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Whether the schema has <c>@defer</c>: fragments may be delivered after the rest of a response. Off by default.</summary>
    public bool EnableDefer { get; set; }

    /// <summary>Whether the schema has <c>@stream</c>: items of lists may be delivered after the rest of a response. Off by default.</summary>
    public bool EnableStream { get; set; }

    /// <summary>Whether unexpected exceptions show their message to the client; null: in development only.</summary>
    public bool? IncludeExceptionDetails { get; set; }

    /// <summary>Most tokens of a document. 20,000 by default.</summary>
    public int MaxTokens { get; set; } = 20_000;

    /// <summary>Deepest nesting of a document. 200 by default.</summary>
    public int MaxDepth { get; set; } = 200;

    /// <summary>What validation checks beyond the specification, and its limits.</summary>
    public ValidationOptions Validation { get; set; } = ValidationOptions.Default;

    /// <summary>What operations may cost. 1,000 for fields and 1,000 for types by default.</summary>
    public CostOptions Cost { get; set; } = CostOptions.Default;

    /// <summary>Most selections of an operation once its fragments are inlined, per concrete type. 20,000 by default.</summary>
    public int MaxSelections { get; set; } = 20_000;

    /// <summary>Most items of one list in a response. 100,000 by default.</summary>
    public int MaxListSize { get; set; } = 100_000;

    /// <summary>Largest response in bytes. 64 MiB by default.</summary>
    public int MaxResponseBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Most errors a response lists; later ones are dropped. 1,000 by default.</summary>
    public int MaxErrors { get; set; } = 1_000;

    /// <summary>Documents kept compiled. 2,000 by default.</summary>
    public int DocumentCacheSize { get; set; } = 2_000;

    /// <summary>Most variable sets of one batch. 1,024 by default.</summary>
    public int MaxBatchSize { get; set; } = 1_024;
}
