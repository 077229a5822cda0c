using System.Collections.Immutable;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>
/// Puts the values of variables into a literal of a scalar that takes lists and objects, in one walk. What holds no variable
/// stays the node that it is.
/// </summary>
internal sealed class VariableSubstitution(VariableValues? variables)
{
    /// <summary>The nodes that were looked at.</summary>
    public int Visited { get; private set; }

    /// <summary>The first variable that holds a file, which no literal can, and its place; null when there is none.</summary>
    public (VariableNode Variable, ResponsePath? Path)? File { get; private set; }

    /// <summary>The literal with its variables' values; a variable without value is null, or leaves out its object field.</summary>
    public ValueNode Replace(ValueNode literal, ResponsePath? path = null)
    {
        Visited++;
        return literal switch
        {
            VariableNode variable => Value(variable, path) ?? new NullValueNode(),
            ListValueNode list => Replace(list, path),
            ObjectValueNode map => Replace(map, path),
            _ => literal,
        };
    }

    private ListValueNode Replace(ListValueNode list, ResponsePath? path)
    {
        ImmutableArray<ValueNode>.Builder? values = null;
        for (var i = 0; i < list.Values.Length; i++)
        {
            var item = list.Values[i];
            var value = Replace(item, MayHoldVariables(item) ? ResponsePath.Append(path, i) : null);
            if (values is null && !ReferenceEquals(value, item))
            {
                values = ImmutableArray.CreateBuilder<ValueNode>(list.Values.Length);
                values.AddRange(list.Values.AsSpan(0, i));
            }

            values?.Add(value);
        }

        return values is null ? list : new ListValueNode { Start = list.Start, End = list.End, Values = values.MoveToImmutable() };
    }

    private ObjectValueNode Replace(ObjectValueNode map, ResponsePath? path)
    {
        ImmutableArray<ObjectFieldNode>.Builder? fields = null;
        for (var i = 0; i < map.Fields.Length; i++)
        {
            var field = map.Fields[i];
            var place = MayHoldVariables(field.Value) ? ResponsePath.Append(path, field.Name.Value) : null;
            var value = field.Value is VariableNode variable ? Value(variable, place) : Replace(field.Value, place);
            if (fields is null && !ReferenceEquals(value, field.Value))
            {
                fields = ImmutableArray.CreateBuilder<ObjectFieldNode>(map.Fields.Length);
                fields.AddRange(map.Fields.AsSpan(0, i));
            }

            if (value is not null)
            {
                fields?.Add(ReferenceEquals(value, field.Value) ? field : new ObjectFieldNode { Name = field.Name, Value = value });
            }
        }

        return fields is null ? map : new ObjectValueNode { Start = map.Start, End = map.End, Fields = fields.DrainToImmutable() };
    }

    private ValueNode? Value(VariableNode variable, ResponsePath? path)
    {
        if (variables?.HoldsFile(variable.Name.Value) == true)
        {
            File ??= (variable, path);
        }

        return variables?.Literal(variable.Name.Value);
    }

    private static bool MayHoldVariables(ValueNode literal) => literal is VariableNode or ListValueNode or ObjectValueNode;

    /// <summary>Whether a variable occurs anywhere in a literal.</summary>
    public static bool Contains(ValueNode literal)
    {
        switch (literal)
        {
            case VariableNode:
                return true;
            case ListValueNode list:
                foreach (var item in list.Values)
                {
                    if (Contains(item))
                    {
                        return true;
                    }
                }

                return false;
            case ObjectValueNode map:
                foreach (var field in map.Fields)
                {
                    if (Contains(field.Value))
                    {
                        return true;
                    }
                }

                return false;
            default:
                return false;
        }
    }

    /// <summary>The literal that JSON stands for where no type says more.</summary>
    public static ValueNode ToLiteral(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new StringValueNode { Value = value.GetString()! },
        JsonValueKind.Number => value.GetRawText() is var text && text.AsSpan().IndexOfAny(".eE") < 0
            ? new IntValueNode { Value = text }
            : new FloatValueNode { Value = text },
        JsonValueKind.True => new BooleanValueNode { Value = true },
        JsonValueKind.False => new BooleanValueNode { Value = false },
        JsonValueKind.Array => new ListValueNode { Values = [.. value.EnumerateArray().Select(ToLiteral)] },
        JsonValueKind.Object => new ObjectValueNode
        {
            Fields = [.. value.EnumerateObject().Select(m => new ObjectFieldNode { Name = new Name(m.Name), Value = ToLiteral(m.Value) })],
        },
        _ => new NullValueNode(),
    };
}
