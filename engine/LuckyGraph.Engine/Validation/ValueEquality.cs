using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation;

/// <summary>Compares literals by what they say: the order of arguments and of object fields does not matter.</summary>
internal static class ValueEquality
{
    public static bool SameArguments(ImmutableArray<ArgumentNode> a, ImmutableArray<ArgumentNode> b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }

        if (a.IsEmpty)
        {
            return true;
        }

        var values = new Dictionary<string, ValueNode>(StringComparer.Ordinal);
        foreach (var argument in b)
        {
            values[argument.Name.Value] = argument.Value;
        }

        foreach (var argument in a)
        {
            if (!values.TryGetValue(argument.Name.Value, out var other) || !Same(argument.Value, other))
            {
                return false;
            }
        }

        return true;
    }

    public static bool Same(ValueNode a, ValueNode b)
    {
        switch (a, b)
        {
            case (VariableNode x, VariableNode y): return x.Name.Value == y.Name.Value;
            case (IntValueNode x, IntValueNode y): return x.Value == y.Value;
            case (FloatValueNode x, FloatValueNode y): return x.Value == y.Value;
            case (StringValueNode x, StringValueNode y): return x.Value == y.Value;
            case (BooleanValueNode x, BooleanValueNode y): return x.Value == y.Value;
            case (EnumValueNode x, EnumValueNode y): return x.Value == y.Value;
            case (NullValueNode, NullValueNode): return true;
            case (ListValueNode x, ListValueNode y):
                if (x.Values.Length != y.Values.Length)
                {
                    return false;
                }

                for (var i = 0; i < x.Values.Length; i++)
                {
                    if (!Same(x.Values[i], y.Values[i]))
                    {
                        return false;
                    }
                }

                return true;
            case (ObjectValueNode x, ObjectValueNode y):
                if (x.Fields.Length != y.Fields.Length)
                {
                    return false;
                }

                var values = new Dictionary<string, ValueNode>(StringComparer.Ordinal);
                foreach (var field in y.Fields)
                {
                    values[field.Name.Value] = field.Value;
                }

                foreach (var field in x.Fields)
                {
                    if (!values.TryGetValue(field.Name.Value, out var other) || !Same(field.Value, other))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return false;
        }
    }
}
