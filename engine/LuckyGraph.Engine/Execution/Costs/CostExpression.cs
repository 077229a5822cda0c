using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution.Costs;

/// <summary>
/// The cost of a part of an operation: a number, and terms for what the variables decide. Parts without variables are folded
/// into the number when the operation is compiled.
/// </summary>
internal sealed class CostExpression(Cost fixedPart, List<CostTerm>? terms)
{
    public static readonly CostExpression Zero = new(default, null);

    /// <summary>The part that no variable changes.</summary>
    public Cost Fixed { get; } = fixedPart;

    /// <summary>What variables decide; null when nothing.</summary>
    public List<CostTerm>? Terms { get; } = terms;

    /// <summary>The cost with the variables of a request.</summary>
    /// <exception cref="GraphQLException">A list's slicing arguments are not exactly one.</exception>
    public Cost Evaluate(VariableValues values)
    {
        var cost = Fixed;
        if (Terms is not null)
        {
            foreach (var term in Terms)
            {
                cost += term.Evaluate(values);
            }
        }

        return cost;
    }
}

/// <summary>A cost that depends on variables.</summary>
internal abstract class CostTerm
{
    public abstract Cost Evaluate(VariableValues values);
}

/// <summary>The items of a list.</summary>
internal sealed class ItemsTerm(SliceSize? size, double fixedSize, CostExpression item) : CostTerm
{
    public override Cost Evaluate(VariableValues values) => (size?.Evaluate(values) ?? fixedSize) * item.Evaluate(values);
}

/// <summary>The dearest of the object types that a value can have.</summary>
internal sealed class DearestTerm(List<CostExpression> alternatives) : CostTerm
{
    public override Cost Evaluate(VariableValues values)
    {
        var dearest = alternatives[0].Evaluate(values);
        for (var i = 1; i < alternatives.Count; i++)
        {
            dearest = Cost.Max(dearest, alternatives[i].Evaluate(values));
        }

        return dearest;
    }
}

/// <summary>An argument's value that comes with the variables.</summary>
internal sealed class ArgumentTerm(CostModel model, InputValueDefinition definition, string variable) : CostTerm
{
    public override Cost Evaluate(VariableValues values)
        => values.TryGet(variable, out var value) ? new Cost(model.OfInput(definition, value), 0) : default;
}

/// <summary>Adds up costs.</summary>
internal sealed class CostSum
{
    private Cost _fixed;
    private List<CostTerm>? _terms;

    public void Add(Cost cost) => _fixed += cost;

    public void Add(CostTerm term) => (_terms ??= []).Add(term);

    public void Add(CostExpression expression)
    {
        _fixed += expression.Fixed;
        if (expression.Terms is not null)
        {
            (_terms ??= []).AddRange(expression.Terms);
        }
    }

    public CostExpression ToExpression() => _terms is null && _fixed == default ? CostExpression.Zero : new CostExpression(_fixed, _terms);
}
