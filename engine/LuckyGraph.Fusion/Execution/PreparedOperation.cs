using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Execution.Costs;
using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Fusion.Caching;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Execution;

/// <summary>What parsing, validation and planning made of a document: a plan, or the errors that every request with it gets.</summary>
internal sealed class PreparedOperation
{
    private PreparedOperation() { }

    public OperationPlan? Plan { get; private init; }

    /// <summary>The same operation divided by its defers; null when it has none.</summary>
    public PreparedOperation? Incremental { get; private init; }

    public VariableCoercion? Variables { get; private init; }

    public RequestErrorKind ErrorKind { get; private init; }

    public ImmutableArray<GraphQLError> Errors { get; private init; } = [];

    /// <summary>Whether the gateway's schema is asked about.</summary>
    public bool Introspects { get; private init; }

    /// <summary>How long answers may be stored.</summary>
    public CachePolicy Cache => _cache ??= CachePolicy.Of(Plan!);

    /// <summary>The SHA-256 of the document.</summary>
    public byte[] DocumentHash => _hash ??= SHA256.HashData(_source.Span);

    /// <summary>The document without the client's values.</summary>
    public string SanitizedDocument => _sanitized ??= Telemetry.SanitizedDocument.Of(_source.Span);

    /// <summary>The access rules that decide what a caller may see of the operation; bit n of a mask stands for the n-th.</summary>
    public int[] AccessRules { get; private init; } = [];

    private const int MaxVariants = 64;
    private readonly ConcurrentDictionary<ulong, Lazy<Task<PreparedOperation>>> _variants = new();
    private Func<FrozenSet<int>, PreparedOperation>? _prepareWithout;

    private int[] _conditionVariables = [];
    private ReadOnlyMemory<byte> _source;
    private CachePolicy? _cache;
    private byte[]? _hash;
    private string? _sanitized;
    private CostEstimate? _cost;

    public static PreparedOperation Create(FusionSchema schema, FusionOptions options, CostEstimator costs, ReadOnlyMemory<byte> source, string? operationName)
    {
        DocumentNode document;
        try
        {
            document = Parser.ParseDocument(source, new ParserOptions { MaxTokens = options.MaxTokens, MaxDepth = options.MaxDepth });
        }
        catch (GraphQLSyntaxException e)
        {
            return Failed(RequestErrorKind.Syntax, new GraphQLError(e.Message) { Code = e.IsLimitExceeded ? ErrorCodes.Limit : ErrorCodes.Syntax, Locations = [e.Location] });
        }

        var errors = DocumentValidator.Validate(schema.Client, document, options.Validation);
        if (!errors.IsEmpty)
        {
            return new PreparedOperation { ErrorKind = RequestErrorKind.Validation, Errors = errors };
        }

        if (Select(document, operationName, out var error) is not { } operation)
        {
            return Failed(RequestErrorKind.Validation, error);
        }

        try
        {
            var plan = OperationPlanner.Plan(schema, document, operation, options.Planner);
            var variables = new VariableCoercion(schema.Client, document, operation);
            if (plan.AccessRules.Length > 64)
            {
                return Failed(RequestErrorKind.Validation, new GraphQLError("The operation is under more than 64 access rules.") { Code = ErrorCodes.Limit });
            }

            var cost = costs.Of(document, operation);
            PreparedOperation Prepare(OperationPlan plan, PlannerOptions planner)
                => Of(plan, source, variables, cost, Divide(schema, planner, source, document, operation, variables));
            var prepared = Prepare(plan, options.Planner);
            prepared._prepareWithout = denied =>
            {
                var planner = options.Planner with { Denied = denied };
                return Prepare(OperationPlanner.Plan(schema, document, operation, planner), planner);
            };
            return prepared;
        }
        catch (PlanningException e)
        {
            return Failed(RequestErrorKind.Validation, new GraphQLError(e.Message) { Code = e.Code });
        }
    }

    /// <summary>Coerces a request's variables (6.1.2) and reads from them which conditions hold.</summary>
    public bool TryBind(JsonElement json, out ulong conditions, out VariableValues? values, out ImmutableArray<GraphQLError> errors)
    {
        conditions = 0;
        errors = [];
        values = null;
        if (Variables!.Count == 0)
        {
            return true;
        }

        if (!Variables.TryCoerce(json, out values, out errors))
        {
            return false;
        }

        for (var i = 0; i < _conditionVariables.Length; i++)
        {
            if (values[_conditionVariables[i]] is true)
            {
                conditions |= 1UL << i;
            }
        }

        return true;
    }

    /// <summary>
    /// The operation for callers that do not meet some of <see cref="AccessRules"/>: what they may not see is not in its fetches.
    /// What of it is deferred comes with its fragment, null and with its error, and holds nothing up. Planned once, by a thread
    /// that no socket waits for.
    /// </summary>
    /// <exception cref="PlanningException">There is no plan for it.</exception>
    public ValueTask<PreparedOperation> WithoutAsync(ulong denied)
    {
        if (denied == 0)
        {
            return new ValueTask<PreparedOperation>(this);
        }

        if (!_variants.TryGetValue(denied, out var variant))
        {
            if (_variants.Count >= MaxVariants)
            {
                _variants.Clear();
            }

            // What identifies subscriptions is the plan: equal callers must get the same one.
            variant = _variants.GetOrAdd(denied, mask => new Lazy<Task<PreparedOperation>>(() => Task.Run(() => Without(mask))));
        }

        return new ValueTask<PreparedOperation>(variant.Value);
    }

    private PreparedOperation Without(ulong denied)
    {
        var rules = new HashSet<int>();
        for (var i = 0; i < AccessRules.Length; i++)
        {
            if ((denied & (1UL << i)) != 0)
            {
                rules.Add(AccessRules[i]);
            }
        }

        return _prepareWithout!(rules.ToFrozenSet());
    }

    /// <summary>Whether no request for the operation costs too much.</summary>
    public bool IsAlwaysAllowed => _cost!.IsAlwaysAllowed;

    /// <summary>The cost with a request's variables, and why the request is refused, if it is.</summary>
    public (double FieldCost, double TypeCost, GraphQLError? Error) Cost(VariableValues? values) => _cost!.With(values);

    private static PreparedOperation Of(OperationPlan plan, ReadOnlyMemory<byte> source, VariableCoercion variables, CostEstimate? cost, PreparedOperation? incremental) => new()
    {
        Plan = plan,
        AccessRules = plan.AccessRules,
        Incremental = incremental,
        Variables = variables,
        Introspects = plan.Fetches.Any(static f => f.Kind == FetchKind.Introspection),
        _cost = cost,
        _source = source,
        _conditionVariables = [.. plan.ConditionVariables.Select(variables.IndexOf)],
    };

    private static PreparedOperation? Divide(
        FusionSchema schema, PlannerOptions planner, ReadOnlyMemory<byte> source, DocumentNode document, OperationDefinitionNode operation, VariableCoercion variables)
    {
        if (operation.Operation == OperationKind.Subscription || source.Span.IndexOf("defer"u8) < 0)
        {
            return null;
        }

        try
        {
            var plan = OperationPlanner.Plan(schema, document, operation, planner with { Incremental = true });
            return plan.Defers is { Groups.Count: > 0 } ? Of(plan, source, variables, null, null) : null;
        }
        catch (PlanningException)
        {
            // Divided it is beyond a limit: it is delivered at once.
            return null;
        }
    }

    private static PreparedOperation Failed(RequestErrorKind kind, GraphQLError error) => new() { ErrorKind = kind, Errors = [error] };

    // 6.1.1 GetOperation
    private static OperationDefinitionNode? Select(DocumentNode document, string? name, out GraphQLError error)
    {
        error = null!;
        OperationDefinitionNode? found = null;
        foreach (var definition in document.Definitions)
        {
            if (definition is not OperationDefinitionNode operation)
            {
                continue;
            }

            if (name is null)
            {
                if (found is not null)
                {
                    error = new GraphQLError("The document has several operations: name the one to run.") { Code = ErrorCodes.Operation };
                    return null;
                }

                found = operation;
            }
            else if (operation.Name?.Value == name)
            {
                return operation;
            }
        }

        if (found is null)
        {
            error = new GraphQLError(name is null ? "The document has no operation." : $"The document has no operation named \"{name}\".") { Code = ErrorCodes.Operation };
        }

        return found;
    }
}
