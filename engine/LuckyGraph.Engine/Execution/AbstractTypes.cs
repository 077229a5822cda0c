using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <summary>Finds the object type of a value (6.4.3 ResolveAbstractType).</summary>
internal static class AbstractTypes
{
    /// <summary>The object type of a value of a selection's type.</summary>
    /// <exception cref="GraphQLException">The value belongs to no possible type.</exception>
    public static ObjectType Resolve(Schema schema, Selection selection, object value)
    {
        var named = selection.Field.Type.Named;
        if (named is ObjectType objectType)
        {
            return objectType;
        }

        var found = selection.Binding.TypeOf(schema, value);
        return found is not null && schema.IsPossibleType(named, found) ? found : throw NotPossible(selection, value);
    }

    private static GraphQLException NotPossible(Selection selection, object value)
        => new($"The value of {selection.Field}, a {value.GetType().Name}, is no possible type of {selection.Field.Type.Named.Name}.", ErrorCodes.Internal);
}
