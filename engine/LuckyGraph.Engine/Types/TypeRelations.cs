namespace LuckyGraph.Engine.Types;

/// <summary>How the types of a schema relate.</summary>
public static class TypeRelations
{
    /// <summary>Whether every value of one type is a value of another (3.6.1 IsValidImplementationFieldType, 5.8.5 AreTypesCompatible).</summary>
    public static bool IsSubtype(Schema schema, GraphType type, GraphType of)
    {
        if (ReferenceEquals(type, of))
        {
            return true;
        }

        if (of is NonNullType nonNull)
        {
            return type is NonNullType inner && IsSubtype(schema, inner.OfType, nonNull.OfType);
        }

        if (type is NonNullType stricter)
        {
            return IsSubtype(schema, stricter.OfType, of);
        }

        if (of is ListType list)
        {
            return type is ListType items && IsSubtype(schema, items.OfType, list.OfType);
        }

        return (type, of) switch
        {
            (ObjectType member, UnionType union) => union.Types.Contains(member),
            (ComplexType implementation, InterfaceType implemented) => implementation.Interfaces.Contains(implemented),
            _ => false,
        };
    }

    /// <summary>Whether some object type can be of both composite types (5.5.2.3).</summary>
    public static bool Overlap(NamedType a, NamedType b)
    {
        if (ReferenceEquals(a, b))
        {
            return true;
        }

        if (a.PossibleIds is not { } first || b.PossibleIds is not { } second)
        {
            return false;
        }

        for (var i = 0; i < first.Length; i++)
        {
            if ((first[i] & second[i]) != 0)
            {
                return true;
            }
        }

        return false;
    }
}
