using System.Collections;
using System.Reflection;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance;

/// <summary>Compares syntax trees member by member, leaving out only where in the source a node stands.</summary>
internal static class SyntaxTree
{
    private static readonly Dictionary<Type, PropertyInfo[]> s_properties = [];

    /// <summary>The path of the first difference, or null when the trees are equal.</summary>
    public static string? Difference(object? a, object? b, string path = "")
    {
        switch (a, b)
        {
            case (null, null):
                return null;
            case (null, _) or (_, null):
                return $"{path}: {a ?? "nothing"} and {b ?? "nothing"}";
            case (Name left, Name right):
                return left.Value == right.Value ? null : $"{path}: {left.Value} and {right.Value}";
        }

        if (a.GetType() != b.GetType())
        {
            return $"{path}: {a.GetType().Name} and {b.GetType().Name}";
        }

        if (a is SyntaxNode)
        {
            foreach (var property in PropertiesOf(a.GetType()))
            {
                if (Difference(property.GetValue(a), property.GetValue(b), $"{path}/{property.Name}") is { } difference)
                {
                    return difference;
                }
            }

            return null;
        }

        if (a is IList left2 && b is IList right2)
        {
            if (left2.Count != right2.Count)
            {
                return $"{path}: {left2.Count} and {right2.Count} items";
            }

            for (var i = 0; i < left2.Count; i++)
            {
                if (Difference(left2[i], right2[i], $"{path}[{i}]") is { } difference)
                {
                    return difference;
                }
            }

            return null;
        }

        return a.Equals(b) ? null : $"{path}: {a} and {b}";
    }

    private static PropertyInfo[] PropertiesOf(Type type)
    {
        lock (s_properties)
        {
            return s_properties.TryGetValue(type, out var known)
                ? known
                : s_properties[type] = [.. type.GetProperties().Where(static p => p.Name is not (nameof(SyntaxNode.Start) or nameof(SyntaxNode.End) or nameof(DocumentNode.Source)))];
        }
    }
}
