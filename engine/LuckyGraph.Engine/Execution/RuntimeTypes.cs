using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <summary>Finds the object type of a CLR class: its own, or that of its nearest registered base class (such as behind an ORM's proxy).</summary>
internal static class RuntimeTypes
{
    private static readonly ConditionalWeakTable<Schema, ConcurrentDictionary<Type, ObjectType?>> Derived = [];

    public static ObjectType? Find(Schema schema, Type type)
        => schema.ObjectTypesByRuntimeType.TryGetValue(type, out var found) ? found : FindDerived(schema, type);

    private static ObjectType? FindDerived(Schema schema, Type type)
    {
        var cache = Derived.GetOrCreateValue(schema);
        if (cache.TryGetValue(type, out var known))
        {
            return known;
        }

        ObjectType? found = null;
        for (var candidate = type.BaseType; candidate is not null && found is null; candidate = candidate.BaseType)
        {
            schema.ObjectTypesByRuntimeType.TryGetValue(candidate, out found);
        }

        cache.TryAdd(type, found);
        return found;
    }
}
