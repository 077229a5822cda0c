using System.Collections.Immutable;
using System.Text.Json;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Puts the values of variables into literals of scalars that take lists and objects.</summary>
internal static class VariableSubstitution
{
    public static ValueNode Replace(ValueNode literal, VariableValues? variables)
    {
        switch (literal)
        {
            case VariableNode variable:
                return variables?.Literal(variable.Name.Value) ?? new NullValueNode();
            case ListValueNode list when Contains(list):
                return new ListValueNode { Start = list.Start, End = list.End, Values = [.. list.Values.Select(v => Replace(v, variables))] };
            case ObjectValueNode map when Contains(map):
                var fields = ImmutableArray.CreateBuilder<ObjectFieldNode>();
                foreach (var field in map.Fields)
                {
                    if (field.Value is VariableNode variable && variables?.Literal(variable.Name.Value) is null)
                    {
                        continue;
                    }

                    fields.Add(new ObjectFieldNode { Name = field.Name, Value = Replace(field.Value, variables) });
                }

                return new ObjectValueNode { Start = map.Start, End = map.End, Fields = fields.DrainToImmutable() };
            default:
                return literal;
        }
    }

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
