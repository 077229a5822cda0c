using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>A field on the way of a collected lookup, with the maps of its arguments.</summary>
internal sealed record CollectedStep(SourceFieldDefinition Field, ImmutableArray<(SourceArgument Argument, SelectedValue Map)> Arguments);

/// <summary>One way to find objects of one type in one source schema by one key.</summary>
internal sealed record CollectedLookup(SourceDocument Schema, SourceType EntityType, SourceType ReturnType, ImmutableArray<CollectedStep> Steps)
{
    public SelectionSetNode Key { get; init; } = SelectionMaps.ToSelectionSet(Steps.SelectMany(s => s.Arguments).Select(a => a.Map));

    /// <summary>Whether it is Federation's <c>_entities</c>, which has no steps.</summary>
    public bool IsEntities { get; init; }

    public bool IsInternal => Steps.Any(s => s.Field.IsInternal || s.Field.IsInaccessible);
    public string Path => string.Join('.', Steps.Select(s => s.Field.Name));
}

/// <summary>Finds the lookups of a source schema: on the query root, below fields without arguments, and nested in other lookups.</summary>
internal static class LookupCollector
{
    public static IReadOnlyList<CollectedLookup> Collect(SourceDocument schema)
    {
        var lookups = new List<CollectedLookup>();
        if (schema.Roots.GetValueOrDefault(OperationKind.Query) is not { } rootName || schema.Type(rootName) is not { } root)
        {
            return lookups;
        }

        // Breadth first, so that each type is entered on its shortest path.
        var visited = new HashSet<SourceType> { root };
        var queue = new Queue<(SourceType Type, ImmutableArray<CollectedStep> Path)>();
        queue.Enqueue((root, []));
        while (queue.TryDequeue(out var entry))
        {
            foreach (var field in entry.Type.Fields)
            {
                if (field.IsLookup)
                {
                    Add(schema, field, entry.Path, lookups);
                }
                else if (!field.Arguments.Any(a => a.IsRequired) && !TypeNodes.IsList(field.Type)
                    && schema.Type(TypeNodes.NamedOf(field.Type)) is { Kind: TypeKind.Object } next && visited.Add(next))
                {
                    queue.Enqueue((next, entry.Path.Add(new CollectedStep(field, []))));
                }
            }
        }

        // A lookup on a type that lookups find is nested, even when the type is also reached otherwise.
        foreach (var outer in lookups.Where(l => l.EntityType == l.ReturnType).ToArray())
        {
            foreach (var field in outer.EntityType.Fields)
            {
                if (field.IsLookup)
                {
                    AddNested(schema, outer, field, lookups);
                }
            }
        }

        lookups.RemoveAll(l => l.Steps[..^1].Any(s => s.Arguments.IsEmpty && lookups.Any(o => o.EntityType == s.Field.DeclaringType)));
        return [.. lookups
            .OrderBy(l => l.EntityType.Name, StringComparer.Ordinal)
            .ThenBy(l => l.Steps.Length)
            .ThenBy(l => !l.IsInternal)
            .ThenBy(l => l.Path, StringComparer.Ordinal)];
    }

    /// <summary>Whether an argument of a lookup can be filled from an object of that type.</summary>
    public static bool IsMappable(SourceDocument schema, SourceArgument argument, SourceType type)
    {
        if (argument.Is is null)
        {
            return type.Field(argument.Name) is not null;
        }

        foreach (var alternative in SelectedValues.Expand(argument.Is))
        {
            if (SelectedValues.For(alternative, condition => Admits(schema, condition, type)) is { } value
                && SelectedValues.RootFields(value).All(f => type.Field(f) is not null))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Admits(SourceDocument schema, string condition, SourceType type)
        => condition == type.Name || schema.Implements(type, condition) || schema.Type(condition)?.Members.Contains(type.Name) == true;

    private static void Add(SourceDocument schema, SourceFieldDefinition field, ImmutableArray<CollectedStep> path, List<CollectedLookup> lookups)
    {
        if (field.Arguments.IsEmpty || TypeNodes.IsList(field.Type) || schema.Type(TypeNodes.NamedOf(field.Type)) is not { } returned)
        {
            return;
        }

        IEnumerable<SourceType> entities = returned.Kind == TypeKind.Interface ? [returned, .. schema.PossibleTypes(returned)] : schema.PossibleTypes(returned);
        foreach (var entity in entities)
        {
            if (entity.IsInternal)
            {
                continue;
            }

            foreach (var maps in Maps(schema, field, entity))
            {
                lookups.Add(new CollectedLookup(schema, entity, returned, path.Add(new CollectedStep(field, maps))));
            }
        }
    }

    private static IEnumerable<ImmutableArray<(SourceArgument Argument, SelectedValue Map)>> Maps(SourceDocument schema, SourceFieldDefinition field, SourceType entity)
    {
        // Alternatives on several arguments multiply into keys.
        IEnumerable<ImmutableArray<(SourceArgument, SelectedValue)>> combinations = [[]];
        foreach (var argument in field.Arguments)
        {
            if (argument.HasRequire || (argument.HasIs && argument.Is is null))
            {
                return [];
            }

            var values = new List<SelectedValue>();
            foreach (var alternative in SelectedValues.Expand(argument.Is ?? new SelectedPath(new FieldPath(null, [new PathSegment(argument.Name)]))))
            {
                if (SelectedValues.For(alternative, condition => Admits(schema, condition, entity)) is { } value
                    && !values.Contains(value)
                    && (argument.Is is not null || entity.Field(argument.Name) is not null))
                {
                    values.Add(value);
                }
            }

            combinations = combinations.SelectMany(c => values.Select(v => c.Add((argument, v)))).ToArray();
        }

        return combinations;
    }

    private static void AddNested(SourceDocument schema, CollectedLookup outer, SourceFieldDefinition field, List<CollectedLookup> lookups)
    {
        if (TypeNodes.IsList(field.Type) || schema.Type(TypeNodes.NamedOf(field.Type)) is not { Kind: TypeKind.Object, IsInternal: false } entity)
        {
            return;
        }

        var outerKey = Printer.PrintCompact(outer.Key);
        foreach (var key in entity.Keys)
        {
            // "regionName product { id }": the part about the outer entity feeds its lookup, the rest this field's arguments.
            foreach (var node in key.Selections)
            {
                if (node is not FieldNode { SelectionSet: { } outerSelection } parent
                    || entity.Field(parent.Name.Value) is not { } parentField
                    || TypeNodes.NamedOf(parentField.Type) != outer.EntityType.Name
                    || Printer.PrintCompact(outerSelection) != outerKey)
                {
                    continue;
                }

                foreach (var maps in Maps(schema, field, entity))
                {
                    var steps = outer.Steps.Select(s => s with
                    {
                        Arguments = [.. s.Arguments.Select(a => (a.Argument, SelectedValues.Below(parent.Name.Value, a.Map)))],
                    });
                    lookups.Add(new CollectedLookup(schema, entity, entity, [.. steps, new CollectedStep(field, maps)]));
                }
            }
        }
    }
}
