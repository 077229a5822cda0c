using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution.Costs;

/// <summary>The cost of one compiled operation: known once and for all, or a formula over its variables.</summary>
internal sealed class OperationCost
{
    private readonly CostExpression _expression = CostExpression.Zero;
    private readonly GraphQLError? _error;

    private OperationCost(CostExpression expression, CostOptions options)
    {
        _expression = expression;
        IsAlwaysAllowed = expression.Terms is null && Exceeds(options, expression.Fixed) is null;
    }

    private OperationCost(GraphQLError error) => _error = error;

    /// <summary>Whether no request for the operation can exceed the limits.</summary>
    public bool IsAlwaysAllowed { get; }

    /// <summary>Analyses an operation.</summary>
    public static OperationCost Of(CostModel model, DocumentNode document, OperationDefinitionNode operation)
    {
        try
        {
            return new OperationCost(new CostAnalyzer(model, document).Analyze(operation), model.Options);
        }
        catch (GraphQLException exception)
        {
            return new OperationCost(exception.Error);
        }
    }

    /// <summary>The cost with a request's variables, and why the request is refused, if it is.</summary>
    public (Cost Cost, GraphQLError? Error) With(VariableValues? values, CostOptions options)
    {
        if (_error is not null)
        {
            return (default, _error);
        }

        try
        {
            var cost = _expression.Terms is null || values is null ? _expression.Fixed : _expression.Evaluate(values);
            return (cost, Exceeds(options, cost));
        }
        catch (GraphQLException exception)
        {
            return (default, exception.Error);
        }
    }

    private static GraphQLError? Exceeds(CostOptions options, Cost cost)
    {
        if (!options.Enforce || (cost.Field <= options.MaxFieldCost && cost.Type <= options.MaxTypeCost))
        {
            return null;
        }

        var (what, found, most) = cost.Field > options.MaxFieldCost ? ("field", cost.Field, options.MaxFieldCost) : ("type", cost.Type, options.MaxTypeCost);
        return new GraphQLError(FormattableString.Invariant($"The operation has a {what} cost of {found}; at most {most} are allowed. Select less, or shorter lists."))
        {
            Code = ErrorCodes.Cost,
            Extensions = ImmutableDictionary<string, object?>.Empty
                .Add("fieldCost", cost.Field).Add("maxFieldCost", options.MaxFieldCost)
                .Add("typeCost", cost.Type).Add("maxTypeCost", options.MaxTypeCost),
        };
    }

    /// <summary>Writes <c>"extensions":{"operationCost":…}</c>.</summary>
    public static void Write(ResponseWriter writer, Cost cost)
    {
        writer.WriteRaw("\"extensions\":{\"operationCost\":{\"fieldCost\":"u8);
        writer.Write(cost.Field);
        writer.WriteRaw(",\"typeCost\":"u8);
        writer.Write(cost.Type);
        writer.WriteRaw("}}"u8);
    }
}
