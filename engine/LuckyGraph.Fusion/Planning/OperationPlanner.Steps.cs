using System.Collections.Immutable;
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
        var step = new FetchStep(_steps.Count, kind, _schema.Sources[source], operation, target) { Lookup = lookup };
        _steps.Add(step);
        step.Reach(target);
        return step;
    }

    private bool IsQueryRoot(ObjectSelection target) => target.Set.Parent is null && _operation.Operation == OperationKind.Query;

    /// <summary>How many fetches away a source schema is; null when it cannot be entered from here.</summary>
    /// <param name="target">The object.</param>
    /// <param name="source">The source schema.</param>
    /// <param name="again">Whether a fetch of its own is needed even where the schema yields the object.</param>
    private int? Distance(ObjectSelection target, int source, bool again)
    {
        if (IsQueryRoot(target))
        {
            return 1;
        }

        int? best = null;
        if (target.Types.Length == 1)
        {
            foreach (var step in target.Steps)
            {
                int? distance = step.Source!.Id != source ? Path(target, step.Source.Id, source) is { IsEmpty: false } path ? path.Length : null
                    : again && !(step.Kind == FetchKind.Lookup && step.Target == target) ? SelfLookups(target, source).IsEmpty ? null : 1
                    : 0;
                if (distance is not null && (best is null || distance < best))
                {
                    best = distance;
                }
            }
        }

        return best ?? (CanReenter(target, source) ? 1 : null);
    }

    private ImmutableArray<Lookup> Path(ObjectSelection target, int from, int to) => _schema.Transitions.Path(target.Type, from, to);

    private ImmutableArray<Lookup> SelfLookups(ObjectSelection target, int source) => _schema.Transitions.Direct(target.Type, source, source);

    /// <summary>The fetch that resolves fields of an object in a source schema: one that is there already, or a new one.</summary>
    /// <param name="target">The object.</param>
    /// <param name="source">The source schema.</param>
    /// <param name="providers">Fetches that must come before, because they bring required values.</param>
    private FetchStep StepFor(ObjectSelection target, int source, HashSet<FetchStep>? providers = null)
    {
        foreach (var step in target.Steps)
        {
            if (step.Source?.Id != source)
            {
                continue;
            }

            if (providers is null)
            {
                return step;
            }
            else if (step.Kind == FetchKind.Lookup && step.Target == target
                && !providers.Any(p => p == step || p.DependsOn(step))
                && (providers.All(step.DependsOn) || !_steps.Exists(s => s.DependsOn(step))))
            {
                // Joining delays this fetch until the required values are there; nothing else waits for it.
                return step;
            }
        }

        if (IsQueryRoot(target))
        {
            return NewStep(FetchKind.Root, source, target, null);
        }

        return LookupStep(target, source, providers) ?? Reenter(target, source)
            ?? throw new PlanningException($"{target.Type.Name} cannot be fetched from {_schema.Sources[source].Name}.", GatewayErrorCodes.PlanningFailed);
    }

    private FetchStep? LookupStep(ObjectSelection target, int source, HashSet<FetchStep>? providers)
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

    private bool CanReenter(ObjectSelection target, int source)
    {
        // Positional merging of lists, and running mutations twice, are not safe.
        if (target.Set.Parent is not { Field: { } field } parent || _operation.Operation != OperationKind.Query
            || parent.Parent.Types.Length > 1 || target.Set.Objects.Count > 1 || field.Type.Nullable is ListType
            || !field.UnconditionalSources.Contains(source))
        {
            return false;
        }

        return Distance(parent.Parent, source, false) is not null;
    }

    /// <summary>Fetches an object that has no key once more through its parent, for the fields that another schema has.</summary>
    private FetchStep? Reenter(ObjectSelection target, int source)
    {
        if (!CanReenter(target, source))
        {
            return null;
        }

        var parent = target.Set.Parent!;
        var step = parent.Parent.Steps.Find(s => s.Source?.Id == source) ?? StepFor(parent.Parent, source);
        step.Add(parent.Parent, parent);
        step.Reach(target);
        return step;
    }

    /// <summary>Makes a fetch that yields an object bring a key of it too.</summary>
    private void Provide(FetchStep step, ObjectSelection target, SelectionSetNode key)
    {
        foreach (var node in key.Selections)
        {
            Spend();
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
                case InlineFragmentNode fragment when Matches(fragment, target):
                    Provide(step, target, fragment.SelectionSet);
                    break;
            }
        }
    }

    /// <summary>Sees to it that a requirement's values are fetched, by whichever schemas have them, and collects these fetches.</summary>
    private void Require(ObjectSelection target, SelectionSetNode required, int excluded, HashSet<FetchStep> providers)
    {
        foreach (var node in required.Selections)
        {
            Spend();
            switch (node)
            {
                case FieldNode field:
                    if (Needed(target, field) is not { } selection)
                    {
                        break;
                    }

                    if (!selection.Providers.Exists(p => p.Source?.Id != excluded))
                    {
                        if (_underway.Contains(selection))
                        {
                            throw new PlanningException($"The requirements of {selection.Field} need the field itself.", GatewayErrorCodes.PlanningFailed);
                        }

                        PlanObject(target, [selection], excluded);
                    }

                    providers.Add(selection.Providers.Find(p => p.Source?.Id != excluded)!);
                    if (field.SelectionSet is not null && selection.Children is { } set)
                    {
                        foreach (var child in set.Objects.Where(o => o.Steps.Count > 0).ToArray())
                        {
                            Require(child, field.SelectionSet, excluded, providers);
                        }
                    }

                    break;
                case InlineFragmentNode fragment when Matches(fragment, target):
                    Require(target, fragment.SelectionSet, excluded, providers);
                    break;
            }
        }
    }

    private bool Matches(InlineFragmentNode fragment, ObjectSelection target)
        => fragment.TypeCondition is null || (_schema.Type(fragment.TypeCondition.Name.Value) is { } type && type.IsPossible(target.Type));

    /// <summary>The selection of a field that the plan needs: the client's own when there is one, else an internal one.</summary>
    private static Selection? Needed(ObjectSelection target, FieldNode node)
    {
        var name = node.Name.Value;
        if (name == "__typename")
        {
            return null;
        }

        if (target.Find(name, Selection.Print(node.Arguments)) is { } existing)
        {
            existing.AlwaysFetched = true;
            return existing;
        }

        if (target.Type.Field(name) is not { } field)
        {
            return null;
        }

        var responseName = name;
        for (var i = 1; target.Selections.Exists(s => s.ResponseName == responseName) || Clashes(target, responseName); i++)
        {
            responseName = $"{name}_{i}";
        }

        var selection = new Selection(target, responseName, field, name, node.Arguments) { IsInternal = true, AlwaysFetched = true, Shape = ValueShape.Of(field.Type) };
        if (field.Type.IsComposite)
        {
            selection.Children = new SelectionSet(field.NamedType, selection);
        }

        target.Selections.Add(selection);
        return selection;
    }

    // 5.3.2: selections of different types at one position must not differ under one name.
    private static bool Clashes(ObjectSelection target, string responseName)
        => target.Set.Objects.Exists(o => o != target && o.Selections.Exists(s => s.ResponseName == responseName && s.FieldName != responseName));
}
