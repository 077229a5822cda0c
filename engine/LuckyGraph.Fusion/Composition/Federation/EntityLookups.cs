using LuckyGraph.Engine.Types;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>Makes a lookup of every resolvable key of a Federation schema.</summary>
internal static class EntityLookups
{
    public static IEnumerable<CollectedLookup> Collect(SourceDocument schema)
    {
        foreach (var type in schema.OrderedTypes)
        {
            foreach (var key in type.ResolvableKeys)
            {
                yield return new CollectedLookup(schema, type, type, []) { Key = key, IsEntities = true };
            }
        }
    }
}
