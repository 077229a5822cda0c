using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution.Costs;

/// <summary>What operations on a schema cost (GraphQL Cost Directives), for executors of their own such as a gateway's.</summary>
public sealed class CostEstimator
{
    private readonly CostModel _model;

    /// <summary>Reads a schema's <c>@cost</c> and <c>@listSize</c>.</summary>
    /// <exception cref="SchemaException">A weight is no number, or <c>@listSize</c> names what does not exist.</exception>
    public CostEstimator(Schema schema, CostOptions options) => _model = new CostModel(schema, options);

    /// <summary>Analyses an operation of a valid document.</summary>
    public CostEstimate Of(DocumentNode document, OperationDefinitionNode operation) => new(OperationCost.Of(_model, document, operation), _model.Options);
}

/// <summary>The cost of one operation: known once and for all, or a formula over its variables.</summary>
public sealed class CostEstimate
{
    private readonly OperationCost _cost;
    private readonly CostOptions _options;

    internal CostEstimate(OperationCost cost, CostOptions options)
    {
        _cost = cost;
        _options = options;
    }

    /// <summary>Whether no request for the operation can exceed the limits.</summary>
    public bool IsAlwaysAllowed => _cost.IsAlwaysAllowed;

    /// <summary>The cost with a request's variables, and why the request is refused, if it is.</summary>
    public (double FieldCost, double TypeCost, GraphQLError? Error) With(VariableValues? values)
    {
        var (cost, error) = _cost.With(values, _options);
        return (cost.Field, cost.Type, error);
    }
}
