using LuckyGraph.Engine.Types;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>
/// Gives the implementations of an interface the fields that schemas add to the interface as a whole by
/// <c>@interfaceObject</c>. The lookups stay with the interface: the gateway asks for its objects under the interface's name.
/// </summary>
internal static class InterfaceObjects
{
    public static void Apply(MergedSchema schema, CompositionLog log)
    {
        foreach (var contract in schema.Types.Values)
        {
            var standIns = contract.Sources.Where(t => t.IsInterfaceObject).ToArray();
            if (standIns.Length == 0)
            {
                continue;
            }

            var real = contract.Sources.Where(t => !t.IsInterfaceObject).ToArray();
            if (!real.Any(t => t.ResolvableKeys.Count > 0 || !t.Schema.IsApollo))
            {
                log.Error(
                    CompositionCodes.InterfaceObjectUsageError, contract.Name,
                    $"The type \"{contract.Name}\" is an @interfaceObject in {PreMergeRules.Quote(standIns.Select(t => t.Schema.Name))}, but no schema has the interface with a @key by which its objects' types are found. Add the interface with that @key where its implementations are.",
                    standIns.Select(t => t.Schema.Name));
                continue;
            }

            foreach (var type in schema.Types.Values)
            {
                if (type.Kind is TypeKind.Object or TypeKind.Interface && Implements(schema, type, contract.Name))
                {
                    Extend(contract, type, standIns);
                }
            }
        }
    }

    private static bool Implements(MergedSchema schema, MergedType type, string contract)
        => type.Interfaces.Contains(contract) || type.Interfaces.Any(i => schema.Type(i) is { } inner && inner.Interfaces.Contains(contract));

    private static void Extend(MergedType contract, MergedType type, SourceType[] standIns)
    {
        foreach (var field in contract.Fields)
        {
            var added = field.Sources.Where(f => standIns.Contains(f.DeclaringType) && type.Sources.All(t => t.Schema != f.Schema)).ToArray();
            if (added.Length == 0)
            {
                continue;
            }

            if (type.Field(field.Name) is not { } own)
            {
                own = new MergedField(field.Name, field.Type, added)
                {
                    Description = field.Description,
                    Deprecated = field.Deprecated,
                    IsInaccessible = field.IsInaccessible,
                };
                own.Arguments.AddRange(field.Arguments);
                type.Fields.Add(own);
            }
            else
            {
                var merged = new MergedField(own.Name, own.Type, [.. own.Sources.Concat(added).OrderBy(f => f.Schema.Name, StringComparer.Ordinal)])
                {
                    Description = own.Description,
                    Deprecated = own.Deprecated,
                    IsInaccessible = own.IsInaccessible || field.IsInaccessible,
                };
                merged.Arguments.AddRange(own.Arguments);
                type.Fields[type.Fields.IndexOf(own)] = merged;
            }
        }

        type.Fields.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
    }
}
