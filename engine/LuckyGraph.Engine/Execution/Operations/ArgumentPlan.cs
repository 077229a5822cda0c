using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution.Operations;

/// <summary>How the arguments of a selection are made (6.4.1): once at compile time, or per variable set.</summary>
internal sealed class ArgumentPlan
{
    private readonly FieldNode _node;

    private ArgumentPlan(FieldNode node, bool isBound, object? bound, int slot)
    {
        _node = node;
        IsBound = isBound;
        Bound = bound;
        Slot = slot;
    }

    /// <summary>Whether no variable takes part and the arguments fit.</summary>
    public bool IsBound { get; }

    /// <summary>The arguments bound at compile time.</summary>
    public object? Bound { get; }

    /// <summary>Index among the operation's arguments that are bound per variable set.</summary>
    public int Slot { get; }

    /// <summary>Plans the arguments of a field; null when it defines none.</summary>
    public static ArgumentPlan? Create(FieldDefinition field, FieldNode node, FieldBinding binding, int bindingIndex, ref int dynamicCount)
    {
        if (field.Arguments.IsEmpty)
        {
            return null;
        }

        if (!ArgumentCoercion.UsesVariables(node.Arguments))
        {
            try
            {
                return new ArgumentPlan(node, true, binding.BindArguments(bindingIndex, ArgumentCoercion.Coerce(field, node.Arguments, null)), -1);
            }
            catch (Exception exception) when (exception is CoercionException or GraphQLException)
            {
                // Fails again, as an error of the field, whenever the field is executed.
            }
        }

        return new ArgumentPlan(node, false, null, dynamicCount++);
    }

    /// <summary>Coerces and binds the arguments with a set of variables.</summary>
    /// <exception cref="CoercionException">An argument does not fit.</exception>
    public object? Bind(Selection selection, VariableValues variables)
        => selection.Binding.BindArguments(selection.BindingIndex, ArgumentCoercion.Coerce(selection.Field, _node.Arguments, variables));
}
