using System.Collections.Immutable;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Coerces the arguments of a field or directive (6.4.1 CoerceArgumentValues).</summary>
public static class ArgumentCoercion
{
    /// <summary>Whether some argument's value depends on variables, so that it must be coerced per request.</summary>
    public static bool UsesVariables(ImmutableArray<ArgumentNode> arguments)
    {
        foreach (var argument in arguments)
        {
            if (VariableSubstitution.Contains(argument.Value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Coerces a field's arguments.</summary>
    /// <exception cref="CoercionException">
    /// A value does not fit; <see cref="CoercionException.Node"/> is the value, or null when an argument is missing.
    /// </exception>
    public static CoercedArguments Coerce(FieldDefinition field, ImmutableArray<ArgumentNode> arguments, VariableValues? variables)
    {
        var (values, provided) = Coerce(field.Arguments, arguments, variables);
        return new CoercedArguments(field, values, provided);
    }

    /// <summary>Coerces arguments, in definition order.</summary>
    /// <exception cref="CoercionException">A value does not fit, as above.</exception>
    public static (object?[] Values, bool[] Provided) Coerce(
        ImmutableArray<InputValueDefinition> definitions, ImmutableArray<ArgumentNode> arguments, VariableValues? variables)
    {
        var values = new object?[definitions.Length];
        var provided = new bool[definitions.Length];
        foreach (var definition in definitions)
        {
            var i = definition.Index;
            var node = Find(arguments, definition.Name);
            if (node is null || (node.Value is VariableNode absent && (variables is null || !variables.TryGet(absent.Name.Value, out _))))
            {
                if (definition.DefaultValue is not null)
                {
                    values[i] = definition.CoercedDefault;
                    provided[i] = true;
                }
                else if (definition.Type.IsNonNull)
                {
                    throw node is null
                        ? new CoercionException($"Argument \"{definition.Name}\" of required type \"{definition.Type}\" was not provided.")
                        : new CoercionException(
                            $"Argument \"{definition.Name}\" has invalid value: Expected variable \"${((VariableNode)node.Value).Name.Value}\" provided to type \"{definition.Type}\" to provide a runtime value.")
                        { Node = node.Value };
                }

                continue;
            }

            var errors = new List<InputError>();
            if (!InputCoercion.TryCoerce(node.Value, definition.Type, variables, out values[i], errors))
            {
                var first = errors[0];
                var at = first.Path.IsEmpty ? "" : " at " + string.Concat(first.Path.Select(p => p is int index ? $"[{index}]" : $".{p}"));
                throw new CoercionException($"Argument \"{definition.Name}\" has invalid value{at}: {first.Message}") { Node = first.Node ?? node.Value };
            }

            provided[i] = true;
        }

        return (values, provided);
    }

    private static ArgumentNode? Find(ImmutableArray<ArgumentNode> arguments, string name)
    {
        foreach (var argument in arguments)
        {
            if (argument.Name.Value == name)
            {
                return argument;
            }
        }

        return null;
    }
}
