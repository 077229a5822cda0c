using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Operations on type references.</summary>
internal static class TypeNodes
{
    public static string NamedOf(TypeNode type) => type switch
    {
        NamedTypeNode named => named.Name.Value,
        ListTypeNode list => NamedOf(list.Type),
        _ => NamedOf(((NonNullTypeNode)type).Type),
    };

    public static TypeNode Nullable(TypeNode type) => type is NonNullTypeNode nonNull ? nonNull.Type : type;

    public static bool IsList(TypeNode type) => Nullable(type) is ListTypeNode;

    public static TypeNode Item(TypeNode list) => ((ListTypeNode)Nullable(list)).Type;

    public static string Print(TypeNode type) => type switch
    {
        NamedTypeNode named => named.Name.Value,
        ListTypeNode list => $"[{Print(list.Type)}]",
        _ => Print(((NonNullTypeNode)type).Type) + "!",
    };

    public static bool Same(TypeNode left, TypeNode right) => (left, right) switch
    {
        (NamedTypeNode a, NamedTypeNode b) => a.Name.Value == b.Name.Value,
        (ListTypeNode a, ListTypeNode b) => Same(a.Type, b.Type),
        (NonNullTypeNode a, NonNullTypeNode b) => Same(a.Type, b.Type),
        _ => false,
    };

    /// <summary>Whether two types have the same lists and the same named type, nullability aside (SameTypeShape).</summary>
    public static bool SameShape(TypeNode left, TypeNode right) => (Nullable(left), Nullable(right)) switch
    {
        (NamedTypeNode a, NamedTypeNode b) => a.Name.Value == b.Name.Value,
        (ListTypeNode a, ListTypeNode b) => SameShape(a.Type, b.Type),
        _ => false,
    };

    /// <summary>MostRestrictiveType: non-null wherever one of them is. The shapes are equal.</summary>
    public static TypeNode MostRestrictive(TypeNode left, TypeNode right)
    {
        var nonNull = left is NonNullTypeNode || right is NonNullTypeNode;
        TypeNode inner = (Nullable(left), Nullable(right)) switch
        {
            (ListTypeNode a, ListTypeNode b) => new ListTypeNode { Type = MostRestrictive(a.Type, b.Type) },
            var (a, _) => a,
        };
        return nonNull ? new NonNullTypeNode { Type = inner } : inner;
    }

    /// <summary>
    /// LeastRestrictiveType: nullable wherever one of them is, with the smallest declared named type that covers all.
    /// Null when lists differ or no named type covers the others.
    /// </summary>
    public static TypeNode? LeastRestrictive(IReadOnlyList<TypeNode> types, Func<IReadOnlyList<string>, string?> coverNamed)
    {
        var nonNull = types.All(t => t is NonNullTypeNode);
        var unwrapped = types.Select(Nullable).ToArray();
        TypeNode? inner;
        if (unwrapped.Any(t => t is ListTypeNode))
        {
            if (!unwrapped.All(t => t is ListTypeNode)
                || LeastRestrictive([.. unwrapped.Select(t => ((ListTypeNode)t).Type)], coverNamed) is not { } item)
            {
                return null;
            }

            inner = new ListTypeNode { Type = item };
        }
        else
        {
            var name = coverNamed([.. unwrapped.Select(NamedOf).Distinct(StringComparer.Ordinal)]);
            inner = name is null ? null : new NamedTypeNode { Name = new Name(name) };
        }

        return inner is null ? null : nonNull ? new NonNullTypeNode { Type = inner } : inner;
    }

    public static bool SameValue(ValueNode? left, ValueNode? right)
        => (left is null && right is null) || (left is not null && right is not null && Printer.PrintCompact(left) == Printer.PrintCompact(right));
}
