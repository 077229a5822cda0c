namespace LuckyGraph.Engine.Execution;

/// <summary>
/// What operations may cost (GraphQL Cost Directives, the IBM specification), and what costs how much without <c>@cost</c>.
/// The field cost counts the work of resolving, the type cost counts the objects of the answer; both are known before the
/// operation runs. The defaults protect a public endpoint.
/// </summary>
public sealed record CostOptions
{
    /// <summary>The defaults.</summary>
    public static readonly CostOptions Default = new();

    /// <summary>Whether operations beyond the limits are refused; reports are given either way. Default true.</summary>
    public bool Enforce { get; init; } = true;

    /// <summary>Largest field cost of an operation. Default 1,000.</summary>
    public double MaxFieldCost { get; init; } = 1_000;

    /// <summary>Largest type cost of an operation. Default 1,000.</summary>
    public double MaxTypeCost { get; init; } = 1_000;

    /// <summary>Weight of a field with a resolver that is asynchronous or uses services. Default 10.</summary>
    public double ResolverWeight { get; init; } = 10;

    /// <summary>Weight of an object, interface or union type, and of a field of such a type without resolver. Default 1.</summary>
    public double CompositeWeight { get; init; } = 1;

    /// <summary>Weight of a scalar or enum type, and of a field of such a type without resolver. Default 0.</summary>
    public double ScalarWeight { get; init; }

    /// <summary>Items that a list is taken to have where <c>@listSize</c> does not say it. Default 1.</summary>
    public int DefaultListSize { get; init; } = 1;

    /// <summary>Whether clients may ask for figures (<see cref="OperationRequest.Cost"/>). Default true.</summary>
    public bool AllowReports { get; init; } = true;
}

/// <summary>What a client wants to know about the cost of its operation.</summary>
public enum CostMode : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Run the operation and put its cost into <c>extensions.operationCost</c>.</summary>
    Report,
    /// <summary>Do not run the operation; answer with its cost, and with errors where it would be refused.</summary>
    Validate,
    /// <summary>The client asked for something else; refused.</summary>
    Unknown,
}
