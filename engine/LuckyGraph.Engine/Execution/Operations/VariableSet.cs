using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution.Operations;

/// <summary>The coerced variables of one execution, and what follows from them: conditions and bound arguments.</summary>
internal sealed class VariableSet
{
    private readonly object?[] _arguments;

    public VariableSet(CompiledOperation operation, VariableValues values)
    {
        Operation = operation;
        Values = values;
        Flags = operation.ConditionFlags(values);
        _arguments = operation.DynamicArgumentCount == 0 ? [] : new object?[operation.DynamicArgumentCount];
    }

    /// <summary>The operation.</summary>
    public CompiledOperation Operation { get; }

    /// <summary>The coerced variables.</summary>
    public VariableValues Values { get; }

    /// <summary>This set as the only one of a run.</summary>
    public VariableSet[] Alone => field ??= [this];

    /// <summary>Which conditions hold.</summary>
    public ulong[] Flags { get; }

    /// <summary>Variants built for this set alone.</summary>
    public Dictionary<SelectionPlan, PlanVariant>? PrivateVariants { get; set; }

    /// <summary>The bound arguments of a selection: made on first use, then kept.</summary>
    /// <exception cref="CoercionException">The arguments do not fit.</exception>
    public object? Arguments(Selection selection)
    {
        if (selection.Arguments is not { } plan)
        {
            return null;
        }

        if (plan.IsBound)
        {
            return plan.Bound;
        }

        if (plan.Slot >= _arguments.Length)
        {
            // A selection of an abstract type's plan that was compiled after this set was made.
            return plan.Bind(selection, Values);
        }

        ref var slot = ref _arguments[plan.Slot];
        if (slot is null)
        {
            var bound = plan.Bind(selection, Values);
            slot = bound ?? Nothing;
            return bound;
        }

        return ReferenceEquals(slot, Nothing) ? null : slot;
    }

    private static readonly object Nothing = new();
}
