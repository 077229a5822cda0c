using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>
/// Validate Satisfiability: every field that clients can reach must be resolvable wherever they reach it.
/// </summary>
/// <remarks>
/// A position is an object type together with the source schemas that hold the object there: the root types in all their
/// schemas, a field's value in the schemas that resolve the field. What a position can resolve is the least fixpoint of two
/// kinds of facts: "the object can be entered in this schema" (by a lookup whose key is resolvable here) and "this schema
/// resolves this field" (entered, and its requirements resolvable here). A least fixpoint accepts no circular justification,
/// and positions repeat, so paths are never enumerated. Where fields take values of enclosing objects (<c>@fromContext</c>), a
/// position also knows the nearest object of each context that encloses it. A root field of a mutation or subscription is sent to
/// one schema only: one of those that share it must do for all that is below.
/// </remarks>
internal sealed partial class Satisfiability(FusionSchema schema, CompositionLog log)
{
    private const int MaxReported = 50;
    private readonly Dictionary<(FusionType Type, SourceSet Entry, Scope Scope), Position> _positions = [];
    private readonly List<Position> _order = [];
    private bool _changed;

    public void Check()
    {
        // The facts of all positions that clients reach; new ones appear while facts grow.
        var roots = new List<Position>();
        foreach (var root in new[] { schema.Query, schema.Mutation, schema.Subscription })
        {
            if (root is { IsAccessible: true })
            {
                roots.Add(At(root, root.Sources, _outermost));
            }
        }

        do
        {
            _changed = false;
            for (var i = 0; i < _order.Count; i++)
            {
                Grow(_order[i]);
            }
        }
        while (_changed);

        Report(roots);
    }

    private Position At(FusionType type, SourceSet entry, Scope scope)
    {
        // The query root is everywhere, also where a field of a payload returns it.
        entry = type == schema.Query ? type.Sources : entry;
        if (!_positions.TryGetValue((type, entry, scope), out var position))
        {
            position = new Position(type, entry, scope);
            _positions.Add((type, entry, scope), position);
            _order.Add(position);
            _changed = true;
        }

        return position;
    }

    private void Grow(Position position)
    {
        bool grew;
        do
        {
            grew = false;
            foreach (var field in position.Type.Fields)
            {
                var known = position.Resolvers[field.Index];
                foreach (var source in (position.Entered & field.Sources).Except(known))
                {
                    if (RequirementsMet(position, field.In(source)!))
                    {
                        position.Resolvers[field.Index] = position.Resolvers[field.Index].Add(source);
                        grew = true;
                    }
                }
            }

            foreach (var lookup in position.Type.Lookups)
            {
                if (!position.Entered.Contains(lookup.Source.Id) && Resolves(position, lookup.Key, SourceSet.Empty))
                {
                    position.Entered = position.Entered.Add(lookup.Source.Id);
                    grew = true;
                }
            }

            _changed |= grew;
        }
        while (grew);

        foreach (var field in position.Type.Fields)
        {
            if (field.IsAccessible && !position.Resolvers[field.Index].IsEmpty)
            {
                Visit(position, field, position.Resolvers[field.Index]);
            }
        }
    }

    private void Visit(Position position, FusionField field, SourceSet resolvers)
    {
        // Reading the positions makes those that are new.
        if (!IsAnsweredOnce(field))
        {
            _ = Children(position, field, resolvers).Count();
            return;
        }

        foreach (var source in resolvers)
        {
            _ = Children(position, field, SourceSet.Of(source)).Count();
        }
    }

    private bool IsAnsweredOnce(FusionField field) => field.DeclaringType == schema.Mutation || field.DeclaringType == schema.Subscription;

    /// <summary>The schemas that answer a field together; of a root field that one alone answers, the first that does for all below it.</summary>
    private SourceSet Answering(Position position, FusionField field, SourceSet resolvers)
    {
        if (resolvers.Count < 2 || !IsAnsweredOnce(field))
        {
            return resolvers;
        }

        SourceSet? first = null;
        foreach (var source in resolvers)
        {
            var one = SourceSet.Of(source);
            if (IsComplete(position, field, one, []))
            {
                return one;
            }

            first ??= one;
        }

        return first!.Value;
    }

    private bool IsComplete(Position position, FusionField field, SourceSet resolvers, HashSet<Position> visited)
    {
        foreach (var child in Children(position, field, resolvers).Where(visited.Add).ToArray())
        {
            foreach (var below in child.Type.Fields)
            {
                if (below.IsAccessible && (child.Resolvers[below.Index] is { IsEmpty: true } || !IsComplete(child, below, child.Resolvers[below.Index], visited)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool RequirementsMet(Position position, SourceField field)
    {
        if (!field.Requirements.IsEmpty && !CanBeGiven(position, field.Source))
        {
            return false;
        }

        foreach (var requirement in field.Requirements)
        {
            // The specification lets what lies below the first field come from the requiring schema again. The planner
            // does not fetch that way, so a path that needs it is refused here and not when a client asks.
            if (requirement.IsContextual ? !ContextMet(position, requirement) : !Resolves(position, requirement.Selection, Excluded(requirement, field.Source)))
            {
                return false;
            }
        }

        return true;
    }

    // The values of other schemas are sent along with a lookup: the object cannot be fetched in one go with what yields it.
    private bool CanBeGiven(Position position, SourceSchema source)
        => position.Type == schema.Query || position.Type.Lookups.Any(l => l.Source == source && Resolves(position, l.Key, SourceSet.Empty));

    // What a representation brings may partly be the schema's own: there external fields say what is not.
    private static SourceSet Excluded(Requirement requirement, SourceSchema source) => requirement.Argument is null ? SourceSet.Empty : source.Set;

    private bool Resolves(Position position, SelectionSetNode selection, SourceSet excluded)
    {
        foreach (var node in selection.Selections)
        {
            switch (node)
            {
                case FieldNode { Name.Value: "__typename" }:
                    break;
                case FieldNode selected:
                    if (position.Type.Field(selected.Name.Value) is not { } field)
                    {
                        return false;
                    }

                    var resolvers = position.Resolvers[field.Index].Except(excluded);
                    if (resolvers.IsEmpty)
                    {
                        return false;
                    }

                    if (selected.SelectionSet is { } children)
                    {
                        foreach (var child in Children(position, field, resolvers))
                        {
                            if (!Resolves(child, children, excluded))
                            {
                                return false;
                            }
                        }
                    }

                    break;
                case InlineFragmentNode fragment:
                    var condition = fragment.TypeCondition is { } named ? schema.Type(named.Name.Value) : position.Type;
                    if (condition?.IsPossible(position.Type) == true && !Resolves(position, fragment.SelectionSet, excluded))
                    {
                        return false;
                    }

                    break;
            }
        }

        return true;
    }

    /// <summary>The positions of a field's value: one per object type it can be, in the schemas where it can be that.</summary>
    private IEnumerable<Position> Children(Position position, FusionField field, SourceSet resolvers)
    {
        if (field.NamedType.Kind is not (TypeKind.Object or TypeKind.Interface or TypeKind.Union))
        {
            yield break;
        }

        var scope = Below(position);
        foreach (var possible in field.NamedType.PossibleTypes)
        {
            var entry = SourceSet.Empty;
            foreach (var source in resolvers)
            {
                var returned = field.In(source)!.SourceType is { } sourceType ? schema.Type(TypeNodes.NamedOf(sourceType)) ?? field.NamedType : field.NamedType;
                // A stand-in for an interface may turn out to be any of its implementations.
                if (returned.IsPossibleIn(source, possible) || (returned.InterfaceObjectSources.Contains(source) && returned.IsPossible(possible)))
                {
                    entry = entry.Add(source);
                }
            }

            if (!entry.IsEmpty)
            {
                yield return At(possible, entry, scope);
            }
        }
    }

    private void Report(List<Position> roots)
    {
        // Breadth first, so that the first path to a position is a shortest one.
        var visited = new HashSet<Position>(roots);
        var queue = new Queue<(Position Position, string Path)>();
        foreach (var root in roots)
        {
            queue.Enqueue((root, root.Type.Name));
        }

        var reported = new HashSet<FusionField>();
        while (queue.TryDequeue(out var entry))
        {
            foreach (var field in entry.Position.Type.Fields)
            {
                if (!field.IsAccessible)
                {
                    continue;
                }

                var resolvers = entry.Position.Resolvers[field.Index];
                if (resolvers.IsEmpty)
                {
                    if (reported.Count < MaxReported && reported.Add(field))
                    {
                        Report(entry.Position, field, $"{entry.Path}.{field.Name}");
                    }

                    continue;
                }

                foreach (var child in Children(entry.Position, field, Answering(entry.Position, field, resolvers)))
                {
                    if (child.Type.IsAccessible && visited.Add(child))
                    {
                        var narrowed = field.NamedType.IsAbstract ? $"{field.Name}<{child.Type.Name}>" : field.Name;
                        queue.Enqueue((child, $"{entry.Path}.{narrowed}"));
                    }
                }
            }
        }
    }

    private void Report(Position position, FusionField field, string path)
    {
        var reasons = new List<string>();
        var schemas = new List<string>();
        foreach (var source in field.SourceFields)
        {
            schemas.Add(source.Source.Name);
            reasons.Add(position.Entered.Contains(source.Source.Id) ? NotResolved(position, source) : NotEntered(position, source.Source));
        }

        var held = PreMergeRules.Quote(Names(position.Entry));
        log.Error(
            CompositionCodes.UnsatisfiableQueryPath, $"{field.DeclaringType.Name}.{field.Name}",
            $"The field \"{field}\" cannot be resolved on the path {path}. The path leads to {held}. {string.Join(' ', reasons)}",
            schemas.Concat(Names(position.Entry)));
    }

    private string NotResolved(Position position, SourceField source)
    {
        if (source.IsPartial)
        {
            return $"Schema \"{source.Source.Name}\" only knows the field as @external.";
        }

        if (!source.Requirements.IsEmpty && !CanBeGiven(position, source.Source))
        {
            return $"Schema \"{source.Source.Name}\" requires values of other schemas, which only a lookup can bring: add one, such as {LowerFirst(position.Type.Name)}ById(id: ID!): {position.Type.Name} @lookup @internal.";
        }

        foreach (var requirement in source.Requirements)
        {
            if (requirement.IsContextual)
            {
                if (NoContext(position, source, requirement) is { } reason)
                {
                    return reason;
                }

                continue;
            }

            if (!Resolves(position, requirement.Selection, Excluded(requirement, source.Source)))
            {
                return $"Schema \"{source.Source.Name}\" requires \"{requirement.Text}\"{(requirement.Argument is { } argument ? $" for the argument \"{argument.Name}\"" : "")}, and {Missing(position, requirement.Selection, Excluded(requirement, source.Source))} cannot be resolved in another schema from there.";
            }
        }

        return $"Schema \"{source.Source.Name}\" does not resolve it.";
    }

    private string NotEntered(Position position, SourceSchema source)
    {
        var type = position.Type.Name;
        var tried = new List<string>();
        foreach (var lookup in position.Type.Lookups)
        {
            if (lookup.Source == source)
            {
                tried.Add($"its lookup \"{(lookup.IsEntities ? "_entities" : string.Join('.', lookup.Steps.Select(s => s.Field)))}\" needs the key {{ {SelectionText.Print(lookup.Key)} }}, of which {Missing(position, lookup.Key, SourceSet.Empty)} cannot be resolved from there");
            }
        }

        return tried.Count == 0
            ? $"Schema \"{source.Name}\" has no lookup for \"{type}\": add one, such as {LowerFirst(type)}ById(id: ID!): {type} @lookup @internal."
            : $"Schema \"{source.Name}\" cannot be entered: {string.Join("; ", tried)}.";
    }

    /// <summary>Names the fields of a selection that a position cannot resolve.</summary>
    private string Missing(Position position, SelectionSetNode selection, SourceSet excluded)
    {
        var missing = new List<string>();
        void Collect(Position at, SelectionSetNode set, string prefix, SourceSet without)
        {
            foreach (var node in set.Selections)
            {
                if (node is InlineFragmentNode fragment && (fragment.TypeCondition is null || schema.Type(fragment.TypeCondition.Name.Value)?.IsPossible(at.Type) == true))
                {
                    Collect(at, fragment.SelectionSet, prefix, without);
                }
                else if (node is FieldNode selected)
                {
                    var resolvers = at.Type.Field(selected.Name.Value) is { } field ? at.Resolvers[field.Index].Except(without) : SourceSet.Empty;
                    if (resolvers.IsEmpty)
                    {
                        missing.Add($"\"{prefix}{selected.Name.Value}\"");
                    }
                    else if (selected.SelectionSet is { } children)
                    {
                        foreach (var child in Children(at, at.Type.Field(selected.Name.Value)!, resolvers).ToArray())
                        {
                            Collect(child, children, $"{prefix}{selected.Name.Value}.", without);
                        }
                    }
                }
            }
        }

        Collect(position, selection, "", excluded);
        return missing.Count == 0 ? "a part" : string.Join(", ", missing.Distinct(StringComparer.Ordinal));
    }

    private static string LowerFirst(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private IEnumerable<string> Names(SourceSet set)
    {
        var names = new List<string>();
        foreach (var id in set)
        {
            names.Add(schema.Sources[id].Name);
        }

        return names;
    }

    private sealed class Position(FusionType type, SourceSet entry, Scope scope)
    {
        public FusionType Type { get; } = type;
        public SourceSet Entry { get; } = entry;
        public Scope Scope { get; } = scope;

        /// <summary>The scope of what lies below, once it is known.</summary>
        public Scope? Inner { get; set; }

        /// <summary>The schemas in which the object can be entered from here.</summary>
        public SourceSet Entered { get; set; } = entry;

        /// <summary>By field: the schemas that resolve it here.</summary>
        public SourceSet[] Resolvers { get; } = new SourceSet[type.Fields.Length];
    }
}
