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

                return SameFields(x.Fields, y.Fields);
            default:
                return false;
        }
    }

    // A name that is given twice, which is an error of its own, is compared occurrence by occurrence.
    private static bool SameFields(ImmutableArray<ObjectFieldNode> a, ImmutableArray<ObjectFieldNode> b)
    {
        if (!SameNames(a, b))
        {
            (a, b) = (Sorted(a), Sorted(b));
            if (!SameNames(a, b))
            {
                return false;
            }
        }

        for (var i = 0; i < a.Length; i++)
        {
            if (!Same(a[i].Value, b[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameNames(ImmutableArray<ObjectFieldNode> a, ImmutableArray<ObjectFieldNode> b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i].Name.Value != b[i].Name.Value)
            {
                return false;
            }
        }

        return true;
    }

    private static ImmutableArray<ObjectFieldNode> Sorted(ImmutableArray<ObjectFieldNode> fields)
        => [.. fields.OrderBy(static f => f.Name.Value, StringComparer.Ordinal)];
}
