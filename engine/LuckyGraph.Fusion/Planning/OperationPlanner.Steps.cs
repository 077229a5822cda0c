using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Planning;

/// <content>How other source schemas are entered: root fields, lookups by key, and again through the parent.</content>
internal sealed partial class OperationPlanner
{
    private FetchStep NewStep(FetchKind kind, int source, ObjectSelection target, Lookup? lookup)
    {
        if (_steps.Count == _options.MaxFetches)
        {
            throw new PlanningException($"The operation needs more than {_options.MaxFetches} fetches.", ErrorCodes.Limit);
        }

        var operation = kind == FetchKind.Lookup ? OperationKind.Query : _operation.Operation;
        var step = new FetchStep(_steps.Count, kind, _schema.Sources[source], operation, target) { Lookup = lookup, Group = _group };
        _steps.Add(step);
        step.Reach(target);
        for (var at = target; at is not null; at = at.Set.Parent?.Parent)
        {
            if (at.TypedBy is { } typed)
            {
                step.Dependencies.Add(typed);
            }
        }

        return step;
    }

    // The query root can be entered everywhere, also where a field of a payload returns it.
    private bool IsQueryRoot(ObjectSelection target) => target.Type == _schema.Query;

    /// <summary>How many fetches away a source schema is; null when it cannot be entered from here.</summary>
    /// <param name="target">The object.</param>
    /// <param name="source">The source schema.</param>
    /// <param name="again">Whether a fetch of its own is needed even where the schema yields the object.</param>
    private int? Distance(ObjectSelection target, int source, bool again)
    {
        if (IsQueryRoot(target))
        {
            return !again && target.Steps.Exists(s => s.Source?.Id == source) ? 0 : 1;
        }

        int? best = null;
        if (target.Types.Length == 1)
        {
            foreach (var step in target.Steps)
            {
                int? distance = step.Source is null ? null
                    : step.Source.Id != source ? Path(target, step.Source.Id, source) is { IsEmpty: false } path ? path.Length : null
                    : again && !(step.Kind == FetchKind.Lookup && step.Target == target) ? SelfLookups(target, source).IsEmpty ? null : 1
                    : 0;
                if (distance is not null && (best is null || distance < best))
                {
                    best = distance;
                }
            }
        }

        if (best is not null)
        {
            return best;
        }

        return (again ? null : ReentryDistance(target, source)) ?? PartsDistance(target, source, Held(target));
    }

    private int? PartsDistance(ObjectSelection target, int source, SourceSet held)
        => target.Types.Length == 1 && target.Type.IsEntity && _schema.Entries.Of(target.Type, held)[source] is { Lookup: not null } entry ? entry.Distance : null;

    private ImmutableArray<Lookup> Path(ObjectSelection target, int from, int to) => _schema.Transitions.Path(target.Type, from, to);

    private ImmutableArray<Lookup> SelfLookups(ObjectSelection target, int source) => _schema.Transitions.Direct(target.Type, source, source);

    // A parent that is itself far away may be no shorter way than a key in parts.
    private FetchStep? LookupRatherThanReenter(ObjectSelection target, int source)
        => ReentryDistance(target, source) is > 1 and var far && HeldNow(target) is var held && PartsDistance(target, source, held) <= far
            && _preferences.PassByParent(target, source) ? LookupByParts(target, source, held) : null;

    private static SourceSet HeldNow(ObjectSelection target)
    {
        var held = SourceSet.Empty;
        foreach (var step in target.Steps)
        {
            held = step.Source is null ? held : held.Add(step.Source.Id);
        }

        return held;
    }

    /// <summary>The source schemas that hold an object, or yield it when they are asked for its parent.</summary>
    private SourceSet Held(ObjectSelection target)
    {
        var held = HeldNow(target);
        if (target.Set.Parent is { Field: not null } parent)
        {
            foreach (var source in parent.Parent.UnconditionalSourcesOf(parent).Except(held))
            {
                held = CanReenter(target, source) ? held.Add(source) : held;
            }
        }

        return held;
    }

    /// <summary>The fetch that resolves fields of an object in a source schema: one that is there already, or a new one.</summary>
    /// <param name="target">The object.</param>
    /// <param name="source">The source schema.</param>
    /// <param name="providers">Fetches that must come before, because they bring required values.</param>
    /// <param name="requirements">What the fetch must bring along.</param>
    private FetchStep StepFor(ObjectSelection target, int source, HashSet<FetchStep>? providers = null, ImmutableArray<Requirement> requirements = default)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var step in target.Steps)
        {
            if (step.Source?.Id != source || step.Group != _group)
            {
                continue;
            }

            if (providers is null)
            {
                return step;
            }
            else if (step.Kind == FetchKind.Lookup && step.Target == target
                && !providers.Any(p => p == step || p.DependsOn(step))
                && (providers.All(step.DependsOn) || !_steps.Exists(s => s.DependsOn(step)))
                && !step.Contradicts(requirements))
            {
                // Joining delays this fetch until the required values are there; nothing else waits for it.
                return step;
            }
        }

        if (IsQueryRoot(target))
        {
            var step = NewStep(target.Set.Parent is null ? FetchKind.Root : FetchKind.Lookup, source, target, null);
            if (target.Set.Parent is not null)
            {
                step.Dependencies.Add(target.Steps[0]);
            }

            return step;
        }

        return LookupStep(target, source)
            ?? (providers is null ? LookupRatherThanReenter(target, source) ?? Reenter(target, source) : null)
            ?? LookupByParts(target, source, Held(target))
            ?? target.Steps.Find(s => s.Source?.Id == source)
            ?? throw new PlanningException($"{target.Type.Name} cannot be fetched from {_schema.Sources[source].Name}.", GatewayErrorCodes.PlanningFailed);
    }

    private FetchStep? LookupStep(ObjectSelection target, int source)
    {
        if (target.Types.Length > 1)
        {
            return null;
        }

        FetchStep? from = null;
        ImmutableArray<Lookup> path = [];
        foreach (var step in target.Steps)
        {
            if (step.Source is null)
            {
                continue;
            }

            var candidate = step.Source.Id == source ? SelfLookups(target, source) is [var first, ..] ? [first] : [] : Path(target, step.Source.Id, source);
            if (!candidate.IsEmpty && (from is null || candidate.Length < path.Length))
            {
                (from, path) = (step, candidate);
            }
        }

        if (from is null)
        {
            return null;
        }

        // An id that the client gave needs not be fetched first.
        if (path.Length == 1 && target.Steps.Find(s => s.Kind == FetchKind.Node) is { } given && NodeRouting.IsKey(path[0].Key))
        {
            from = given;
        }

        foreach (var lookup in path)
        {
            var isLast = lookup.Source.Id == source;
            var step = isLast ? null : target.Steps.Find(s => s.Source == lookup.Source);
            if (step is null)
            {
                // Looked up again from the lookup of another fetch with the same key, if there is one to share the key with.
                step = NewStep(FetchKind.Lookup, lookup.Source.Id, target, lookup);
                Provide(from, target, lookup.Key);
                step.Dependencies.Add(from);
            }

            from = step;
        }

        return from;
    }

    /// <summary>Looks an object up by a key whose parts come from several source schemas, or from below other objects' keys.</summary>
    private FetchStep? LookupByParts(ObjectSelection target, int source, SourceSet held)
    {
        if (target.Types.Length > 1 || !target.Type.IsEntity)
        {
            return null;
        }

        var entries = _schema.Entries.Of(target.Type, held);
        if (entries[source] is not { Lookup: { } lookup } entry)
        {
            return null;
        }

        // Only what can be entered before may bring the key.
        var later = SourceSet.Empty;
        for (var other = 0; other < entries.Length; other++)
        {
            later = entries[other].Distance < 0 || entries[other].Distance >= entry.Distance ? later.Add(other) : later;
        }

        var providers = new HashSet<FetchStep>();
        Require(target, lookup.Key, later, default, providers);
        var step = NewStep(FetchKind.Lookup, source, target, lookup);
        step.Dependencies.UnionWith(providers);
        return step;
    }

    private bool CanReenter(ObjectSelection target, int source) => ReentryDistance(target, source) is not null;

    /// <summary>How many fetches away an object is through its parent; null when the schema does not yield it there.</summary>
    private int? ReentryDistance(ObjectSelection target, int source)
    {
        // Mutations and events happen once.
        if (target.Set.Parent is not { Field: not null } parent || (parent.Parent.Set.Parent is null && _operation.Operation != OperationKind.Query))
        {
            return null;
        }

        return parent.Parent.UnconditionalSourcesOf(parent).Contains(source)
            && PossibleIn(target.Set, source).Contains(target)
            && Distance(parent.Parent, source, false) is { } distance ? Math.Max(1, distance) : null;
    }

    /// <summary>Fetches an object that has no key once more through its parent, for the fields that another schema has. Lists merge by position.</summary>
    private FetchStep? Reenter(ObjectSelection target, int source)
    {
        if (!CanReenter(target, source))
        {
            return null;
        }

        var parent = target.Set.Parent!;
        var step = parent.Providers.Find(p => p.Source?.Id == source && p.Group == _group);
        if (step is null)
        {
            step = StepFor(parent.Parent, source);
            Add(step, parent.Parent, parent);
        }

        step.Reach(target);
        return step;
    }

    /// <summary>Makes a fetch that yields an object bring a key of it too.</summary>
    private void Provide(FetchStep step, ObjectSelection target, SelectionSetNode key)
    {
        foreach (var node in key.Selections)
        {
            switch (node)
            {
                case FieldNode field:
                    if (Needed(target, field) is not { } selection)
                    {
                        break;
                    }

                    step.Add(target, selection);
                    if (field.SelectionSet is not null && selection.Children is { } set)
                    {
                        _fields.Expand(set, step.Source!.Id);
                        foreach (var child in PossibleIn(set, step.Source.Id))
                        {
                            step.Reach(child);
                            Provide(step, child, field.SelectionSet);
                        }
                    }

                    break;
                case InlineFragmentNode fragment when Matches(fragment, target.Type):
                    Provide(step, target, fragment.SelectionSet);
                    break;
            }
        }
    }

    /// <summary>Sees to it that a requirement's values are fetched, by whichever schemas have them, and collects these fetches.</summary>
    /// <param name="target">The object that has the values.</param>
    /// <param name="required">What is read of it.</param>
    /// <param name="excluded">The source schemas that must not bring them.</param>
    /// <param name="excludedBelow">The same for what is read below the object's fields.</param>
    /// <param name="providers">Gets the fetches.</param>
    private void Require(ObjectSelection target, SelectionSetNode required, SourceSet excluded, SourceSet excludedBelow, HashSet<FetchStep> providers)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var node in required.Selections)
        {
            switch (node)
            {
                case FieldNode field:
                    if (Needed(target, field) is not { } selection)
                    {
                        break;
                    }

                    if (Provider(selection, excluded) is null)
                    {
                        if (_underway.Contains(selection))
                        {
                            throw new PlanningException($"The requirements of {selection.Field} need the field itself.", GatewayErrorCodes.PlanningFailed);
                        }

                        PlanObject(target, [selection], excluded);
                    }

                    if (Provider(selection, excluded) is { } provider)
                    {
                        providers.Add(provider);
                    }

                    if (target.TypedBy is { } typed)
                    {
                        providers.Add(typed);
                    }

                    if (field.SelectionSet is not null && selection.Children is { } set)
                    {
                        foreach (var child in set.Objects.Where(o => o.Steps.Count > 0).ToArray())
                        {
                            Require(child, field.SelectionSet, excludedBelow, excludedBelow, providers);
                        }
                    }

                    break;
                case InlineFragmentNode fragment when Matches(fragment, target.Type):
                    Require(target, fragment.SelectionSet, excluded, excludedBelow, providers);
                    break;
            }
        }
    }

    private bool Matches(InlineFragmentNode fragment, FusionType objectType)
        => fragment.TypeCondition is null || (_schema.Type(fragment.TypeCondition.Name.Value) is { } type && type.IsPossible(objectType));

    /// <summary>The selection of a field that the plan needs: the client's own when there is one, else an internal one.</summary>
    private Selection? Needed(ObjectSelection target, FieldNode node)
    {
        var name = node.Name.Value;
        var arguments = Selection.Print(node.Arguments);
        if (target.Find(name, arguments) is { } existing)
        {
            existing.AlwaysFetched = true;
            return existing;
        }

        var field = target.Type.Field(name);
        // A type that stands alone in its block needs no asking for its name.
        if (field is null && (name != "__typename" || target.Types.Length == 1))
        {
            return null;
        }

        Spend();
        var responseName = name;
        for (var i = 1; target.Selections.Exists(s => s.ResponseName == responseName) || Clashes(target, responseName, name, arguments); i++)
        {
            responseName = $"{name.TrimStart('_')}_{i}";
        }

        var selection = new Selection(target, responseName, field, name, node.Arguments)
        {
            IsInternal = true,
            AlwaysFetched = true,
            Shape = field is null ? ValueShape.TypeName : ValueShape.Of(field.Type),
        };
        if (field is { Type.IsComposite: true })
        {
            selection.Children = new SelectionSet(field.NamedType, selection);
        }

        target.Selections.Add(selection);
        return selection;
    }

    // 5.3.2: selections of different types at one position must not differ under one name.
    private static bool Clashes(ObjectSelection target, string responseName, string fieldName, string? arguments)
        => target.Set.Objects.Exists(o => o != target && o.Selections.Exists(
            s => s.ResponseName == responseName && (s.FieldName != fieldName || s.ArgumentText != arguments)));
}
