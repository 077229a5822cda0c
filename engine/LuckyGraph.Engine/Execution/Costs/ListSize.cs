using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution.Costs;

/// <summary>An applied <c>@listSize</c>.</summary>
/// <param name="Field">The field it is applied to.</param>
/// <param name="AssumedSize">Items when no slicing argument says it.</param>
/// <param name="SlicingArguments">The arguments that bound the number of items.</param>
/// <param name="SizedFields">The fields of the field's type whose lists are meant; empty when it is the field's own list.</param>
/// <param name="RequireOne">Whether exactly one slicing argument must be given.</param>
internal sealed record ListSize(
    FieldDefinition Field, int? AssumedSize, ImmutableArray<InputValueDefinition> SlicingArguments, FrozenSet<string> SizedFields, bool RequireOne);

/// <summary>The number of items of one selected list: from its slicing arguments, the assumed size, or the default.</summary>
internal sealed class SliceSize(ListSize list, FieldNode node, DocumentNode document, int defaultSize)
{
    /// <summary>Whether a variable decides.</summary>
    public bool IsDynamic
    {
        get
        {
            foreach (var definition in list.SlicingArguments)
            {
                if (Find(definition.Name)?.Value is VariableNode)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The number of items.</summary>
    /// <exception cref="GraphQLException">Not exactly one slicing argument is given where one is required.</exception>
    public double Evaluate(VariableValues? values)
    {
        var given = 0;
        var (largest, largestDefault) = (-1, -1);
        foreach (var definition in list.SlicingArguments)
        {
            var literal = Find(definition.Name)?.Value;
            object? value = null;
            var isAbsent = literal is null;
            if (literal is VariableNode variable)
            {
                isAbsent = values is null || !values.TryGet(variable.Name.Value, out value);
            }
            else if (literal is IntValueNode number)
            {
                value = Number(number);
            }

            if (isAbsent)
            {
                largestDefault = Math.Max(largestDefault, definition.DefaultValue is IntValueNode otherwise ? Number(otherwise) : -1);
            }
            else if (value is not null)
            {
                given++;
                largest = Math.Max(largest, Math.Max(0, value switch { int i => i, long l => (int)Math.Clamp(l, 0, int.MaxValue), _ => 0 }));
            }
        }

        if (list.RequireOne && list.SlicingArguments.Length > 0 && given != 1 && !(given == 0 && largestDefault >= 0))
        {
            var names = string.Join(", ", list.SlicingArguments.Select(a => $"\"{a.Name}\""));
            throw new GraphQLException(new GraphQLError($"The field \"{list.Field}\" needs exactly one of the arguments {names}; {given} are given.")
            {
                Code = ErrorCodes.Validation,
                Locations = [document.GetLocation(node.Start)],
            });
        }

        return largest >= 0 ? largest : largestDefault >= 0 ? largestDefault : list.AssumedSize ?? defaultSize;
    }

    private static int Number(IntValueNode node)
        => int.TryParse(node.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;

    private ArgumentNode? Find(string name)
    {
        foreach (var argument in node.Arguments)
        {
            if (argument.Name.Value == name)
            {
                return argument;
            }
        }

        return null;
    }
}
