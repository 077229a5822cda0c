using System.Collections.Immutable;
using System.Text;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Planning;

/// <summary>
/// One conjunction of <c>@skip</c> and <c>@include</c> over Boolean variables (3.13.1, 3.13.2). Bit n stands for the n-th
/// variable of <see cref="OperationPlan.ConditionVariables"/>.
/// </summary>
/// <param name="MustBeTrue">The variables of <c>@include</c>.</param>
/// <param name="MustBeFalse">The variables of <c>@skip</c>.</param>
internal readonly record struct Condition(ulong MustBeTrue, ulong MustBeFalse)
{
    public bool IsAlways => (MustBeTrue | MustBeFalse) == 0;

    public bool IsNever => (MustBeTrue & MustBeFalse) != 0;

    public Condition And(Condition other) => new(MustBeTrue | other.MustBeTrue, MustBeFalse | other.MustBeFalse);

    public bool Holds(ulong values) => (values & MustBeTrue) == MustBeTrue && (values & MustBeFalse) == 0;

    /// <summary>Whether this condition holds whenever <paramref name="other"/> does.</summary>
    public bool Covers(Condition other)
        => (other.MustBeTrue & MustBeTrue) == MustBeTrue && (other.MustBeFalse & MustBeFalse) == MustBeFalse;
}

/// <summary>A disjunction of <see cref="Condition"/>s. Empty means always.</summary>
internal static class Conditions
{
    public static bool Hold(ImmutableArray<Condition> conditions, ulong values)
    {
        if (conditions.IsEmpty)
        {
            return true;
        }

        foreach (var condition in conditions)
        {
            if (condition.Holds(values))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds an alternative; an unconditional one makes the whole disjunction unconditional.</summary>
    public static ImmutableArray<Condition> Or(ImmutableArray<Condition> conditions, Condition alternative)
    {
        if (conditions.IsEmpty || alternative.IsAlways)
        {
            return [];
        }

        foreach (var condition in conditions)
        {
            if (condition.Covers(alternative))
            {
                return conditions;
            }
        }

        return conditions.RemoveAll(alternative.Covers).Add(alternative);
    }

    /// <summary>For example <c>$a and not $b, or $c</c>.</summary>
    public static string Print(ImmutableArray<Condition> conditions, ImmutableArray<string> variables)
    {
        var text = new StringBuilder();
        foreach (var condition in conditions)
        {
            if (text.Length > 0)
            {
                text.Append(", or ");
            }

            var first = true;
            for (var i = 0; i < variables.Length; i++)
            {
                var bit = 1UL << i;
                if (((condition.MustBeTrue | condition.MustBeFalse) & bit) == 0)
                {
                    continue;
                }

                text.Append(first ? "" : " and ").Append((condition.MustBeFalse & bit) != 0 ? "not $" : "$").Append(variables[i]);
                first = false;
            }
        }

        return text.ToString();
    }
}

/// <summary>Numbers the Boolean variables that decide what an operation selects.</summary>
internal sealed class ConditionVariables
{
    private readonly List<string> _names = [];

    public ImmutableArray<string> Names => [.. _names];

    /// <summary>The condition that a selection's directives state, within the condition of what encloses it. Null when it never holds.</summary>
    /// <exception cref="PlanningException">More than 64 variables take part.</exception>
    public Condition? Of(ImmutableArray<DirectiveNode> directives, Condition enclosing)
    {
        var condition = enclosing;
        foreach (var directive in directives)
        {
            var include = directive.Name.Value == "include";
            if (!include && directive.Name.Value != "skip")
            {
                continue;
            }

            foreach (var argument in directive.Arguments)
            {
                if (argument.Name.Value != "if")
                {
                    continue;
                }

                if (argument.Value is BooleanValueNode literal)
                {
                    if (literal.Value != include)
                    {
                        return null;
                    }
                }
                else if (argument.Value is VariableNode variable)
                {
                    var bit = 1UL << Number(variable.Name.Value);
                    condition = condition.And(include ? new Condition(bit, 0) : new Condition(0, bit));
                }
            }
        }

        return condition.IsNever ? null : condition;
    }

    /// <summary>The bit of a variable.</summary>
    /// <exception cref="PlanningException">More than 64 variables take part.</exception>
    public ulong Bit(string name) => 1UL << Number(name);

    private int Number(string name)
    {
        var index = _names.IndexOf(name);
        if (index < 0)
        {
            index = _names.Count;
            if (index == 64)
            {
                throw new PlanningException("The operation decides by more than 64 variables what it selects.", Engine.Execution.ErrorCodes.Limit);
            }

            _names.Add(name);
        }

        return index;
    }
}

/// <summary>An operation that cannot be planned, or only beyond the planner's budget.</summary>
internal sealed class PlanningException(string message, string code) : Exception(message)
{
    public string Code { get; } = code;
}
