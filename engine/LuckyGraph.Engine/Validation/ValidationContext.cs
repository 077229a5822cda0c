using System.Collections.Immutable;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation;

/// <summary>A use of a variable.</summary>
/// <param name="Node">The variable.</param>
/// <param name="Type">The type expected there; null when unknown.</param>
/// <param name="HasDefault">Whether the argument or input field has a default.</param>
/// <param name="OneOf">The oneOf input object that it is a field of, if any.</param>
internal readonly record struct VariableUsage(VariableNode Node, GraphType? Type, bool HasDefault, InputObjectType? OneOf);

/// <summary>What one operation or fragment contains, collected while it is walked.</summary>
internal sealed class DefinitionFacts(DefinitionNode node)
{
    public DefinitionNode Node => node;
    public List<FragmentSpreadNode> Spreads { get; } = [];
    public List<VariableUsage> Usages { get; } = [];

    /// <summary>The names of all variables in it; asked for when the walk has ended.</summary>
    public HashSet<string> Variables => field ??= Usages.Select(static u => u.Node.Name.Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>The fragments that it uses, once they are known.</summary>
    public List<DefinitionFacts>? Reachable { get; set; }
}

/// <summary>What the rules share during the validation of one document.</summary>
internal sealed class ValidationContext
{
    private readonly List<GraphQLError> errors = [];
    private int fragmentVisits;

    public ValidationContext(Schema schema, DocumentNode document, ValidationOptions options)
    {
        Schema = schema;
        Document = document;
        Options = options;
        foreach (var definition in document.Definitions)
        {
            if (definition is FragmentDefinitionNode fragment)
            {
                Fragments[fragment.Name.Value] = fragment;
            }
        }
    }

    public Schema Schema { get; }

    public DocumentNode Document { get; }

    public ValidationOptions Options { get; }

    /// <summary>The last fragment of each name; names should be unique.</summary>
    public Dictionary<string, FragmentDefinitionNode> Fragments { get; } = new(StringComparer.Ordinal);

    /// <summary>Facts of each operation, in source order; complete when the walk ends.</summary>
    public List<DefinitionFacts> Operations { get; } = [];

    public Dictionary<string, DefinitionFacts> FragmentFacts { get; } = new(StringComparer.Ordinal);

    public ImmutableArray<GraphQLError> Errors => [.. errors];

    /// <summary>Adds an error at byte offsets of the document.</summary>
    /// <exception cref="ValidationAbortedException">There are as many errors as are wanted.</exception>
    public void Report(string rule, string message, ReadOnlySpan<int> offsets, string code = ErrorCodes.Validation)
    {
        if (errors.Count >= Options.MaxErrors)
        {
            errors.Add(new GraphQLError("Too many validation errors, error limit reached. Validation aborted.") { Code = ErrorCodes.Validation });
            throw new ValidationAbortedException();
        }

        var locations = ImmutableArray.CreateBuilder<SourceLocation>(offsets.Length);
        foreach (var offset in offsets)
        {
            locations.Add(Document.GetLocation(offset));
        }

        errors.Add(new GraphQLError(message)
        {
            Code = code,
            Locations = locations.MoveToImmutable(),
            Extensions = Options.IncludeRule ? ImmutableDictionary<string, object?>.Empty.Add("rule", rule) : null,
        });
    }

    /// <summary>Reports that a limit is exceeded and ends the validation: what is left could cost without bound.</summary>
    public void ExceedLimit(string rule, string message, int offset)
    {
        Report(rule, message, [offset], ErrorCodes.Limit);
        throw new ValidationAbortedException();
    }

    /// <summary>What is left for suggestions of names.</summary>
    public SuggestionBudget Suggestions { get; } = new();

    /// <summary>
    /// The fragments that an operation uses, directly and through others. Rules look at all variables in them for each operation,
    /// so that these count as visits too.
    /// </summary>
    public List<DefinitionFacts> Reachable(DefinitionFacts operation) => operation.Reachable ??= Reach(operation);

    private List<DefinitionFacts> Reach(DefinitionFacts operation)
    {
        var reached = new List<DefinitionFacts>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = operation;
        for (var i = 0; ; i++)
        {
            foreach (var spread in next.Spreads)
            {
                Visit(1, spread);
                if (seen.Add(spread.Name.Value) && FragmentFacts.TryGetValue(spread.Name.Value, out var facts))
                {
                    Visit(facts.Usages.Count, spread);
                    reached.Add(facts);
                }
            }

            if (i >= reached.Count)
            {
                return reached;
            }

            next = reached[i];
        }
    }

    private void Visit(int count, FragmentSpreadNode spread)
    {
        fragmentVisits = (int)Math.Min((long)fragmentVisits + count, int.MaxValue);
        if (fragmentVisits > Options.MaxFragmentVisits)
        {
            ExceedLimit("FragmentVisits", $"The document spreads fragments too often: more than {Options.MaxFragmentVisits} visits of them and of their variables.", spread.Start);
        }
    }
}

/// <summary>Ends a validation early; the errors so far are the result.</summary>
internal sealed class ValidationAbortedException : Exception;
