using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Planning;

/// <summary>
/// Decides which source schema resolves which field. Every object keeps what the schema that yields it can resolve; the rest
/// goes to as few other schemas as possible (greedy set cover: forced owners first, then those that resolve most below),
/// entered by lookups whose keys and requirements are added to earlier fetches. Ties are broken by name order, so that
/// equal operations get equal plans.
/// </summary>
internal sealed partial class OperationPlanner
{
    private readonly FusionSchema _schema;
    private readonly OperationDefinitionNode _operation;
    private readonly PlannerOptions _options;
    private readonly FieldCollector _fields;
    private readonly Preferences _preferences;
    private readonly PlanningEffort _effort;
    private readonly List<FetchStep> _steps = [];
    private readonly HashSet<Selection> _underway = [];
    private int _spent;

    private OperationPlanner(
        FusionSchema schema, DocumentNode document, OperationDefinitionNode operation, PlannerOptions options, Preferences preferences, PlanningEffort effort)
    {
        _schema = schema;
        _operation = operation;
        _options = options;
        _preferences = preferences;
        _effort = effort;
        _fields = new FieldCollector(schema, document, Spend, options.Denied) { Defers = options.Incremental ? new Defers() : null };
    }

    /// <summary>Plans a validated operation.</summary>
    /// <exception cref="PlanningException">The operation is beyond a limit, or a field cannot be reached.</exception>
    public static OperationPlan Plan(FusionSchema schema, DocumentNode document, OperationDefinitionNode operation, PlannerOptions? options = null)
    {
        options ??= PlannerOptions.Default;
        var draft = PlanImprovement.Best((p, effort) => new OperationPlanner(schema, document, operation, options, p, effort).Draft(), options);
        return new PlanBuilder(schema, operation, draft.Fields, draft.Steps, draft.Root).Build();
    }

    private PlanDraft Draft()
    {
        var type = _schema.RootType(_operation.Operation)
            ?? throw new PlanningException($"The schema has no {_operation.Operation.ToString().ToLowerInvariant()} type.", ErrorCodes.Operation);
        var root = _fields.Root(type, _operation.SelectionSet).Objects[0];
        try
        {
            switch (_operation.Operation)
            {
                case OperationKind.Query:
                    PlanGroups(root);
                    break;
                case OperationKind.Mutation:
                    PlanMutation(root);
                    break;
                default:
                    PlanSubscription(root);
                    break;
            }
        }
        catch (InsufficientExecutionStackException)
        {
            throw new PlanningException("The operation nests too deeply.", ErrorCodes.Limit);
        }

        return new PlanDraft(_fields, _steps, root, _preferences);
    }

    private void Spend()
    {
        _effort.Selections++;
        if (++_spent > _options.MaxSelections)
        {
            throw new PlanningException($"The operation expands to more than {_options.MaxSelections} selections.", ErrorCodes.Limit);
        }
    }

    // 6.2.2: root fields run one after the other; each one's whole subtree is over before the next starts.
    private void PlanMutation(ObjectSelection root)
    {
        FetchStep? previous = null;
        foreach (var selection in root.Selections.ToArray())
        {
            if (PlanMeta(root, selection))
            {
                continue;
            }

            var source = Best(root, selection);
            var alone = previous is not null && _steps[^1] == previous;
            if (previous is null || !alone || previous.Source!.Id != source || previous.Of(root)[^1].FetchConditions != selection.FetchConditions)
            {
                previous = NewStep(FetchKind.Root, source, root, null);
                foreach (var earlier in _steps)
                {
                    if (earlier != previous && earlier.Group is null)
                    {
                        previous.Predecessors.Add(earlier);
                    }
                }
            }

            Add(previous, root, selection);
        }
    }

    private void PlanSubscription(ObjectSelection root)
    {
        foreach (var selection in root.Selections.ToArray())
        {
            if (!PlanMeta(root, selection))
            {
                var step = NewStep(FetchKind.Event, Best(root, selection), root, null);
                Add(step, root, selection);
            }
        }
    }

    /// <summary>The source schema of a root field that one alone answers: the one that resolves most below it.</summary>
    private int Best(ObjectSelection root, Selection selection)
    {
        var candidates = root.UnconditionalSourcesOf(selection);
        if (candidates.Count > 1 && _preferences.Choose(root, selection, candidates) is { } preferred)
        {
            return preferred;
        }

        var best = -1;
        var bestCoverage = -1;
        foreach (var source in candidates)
        {
            var coverage = _fields.Coverage(selection.Field!, selection.Nodes, source);
            if (coverage > bestCoverage)
            {
                (best, bestCoverage) = (source, coverage);
            }
        }

        return best >= 0 ? best : throw Unreachable(selection);
    }

    /// <summary>Plans what no source schema is asked for: fields that the caller may not see, type names that are known, and introspection.</summary>
    private bool PlanMeta(ObjectSelection target, Selection selection)
    {
        if (selection.IsDenied)
        {
            return true;
        }

        if (selection.IsTypeName)
        {
            // A shared block needs the name from whoever yields the object.
            if (target.Types.Length > 1 && target.Steps.Count > 0)
            {
                target.Steps[0].Add(target, selection);
            }

            return true;
        }

        if (!selection.IsIntrospection)
        {
            return false;
        }

        var step = _steps.Find(s => s.Kind == FetchKind.Introspection);
        if (step is null)
        {
            step = new FetchStep(_steps.Count, FetchKind.Introspection, null, OperationKind.Query, target);
            _steps.Add(step);
        }

        step.Add(target, selection);
        return true;
    }

    /// <summary>Plans selections of an object: what its own schema resolves stays, the rest is covered by others.</summary>
    private void PlanObject(ObjectSelection target, IReadOnlyList<Selection> selections, SourceSet excluded = default)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        List<Selection>? rest = null;
        foreach (var selection in selections)
        {
            if (PlanMeta(target, selection))
            {
                continue;
            }

            if (target.Set.Parent is null && _schema.Nodes is { } nodes && nodes.Routes(selection.Field))
            {
                PlanNodes(target, selection, nodes);
                continue;
            }

            var local = target.Set.Parent is null ? null : LocalStep(target, selection, excluded);
            if (local is not null && !PrefersOther(target, selection, local.Source!.Id, excluded))
            {
                Add(local, target, selection);
            }
            else
            {
                (rest ??= []).Add(selection);
            }
        }

        if (rest is not null)
        {
            Cover(target, rest, excluded);
        }
    }

    private FetchStep? LocalStep(ObjectSelection target, Selection selection, SourceSet excluded)
    {
        if (target.Steps.Count == 0 || target.Steps[0] is not { Source.Id: var source } step || excluded.Contains(source))
        {
            return null;
        }

        if (step.Group != _group && CanSeparate(target, source))
        {
            return null;
        }

        return target.UnconditionalSourcesOf(selection).Contains(source)
            || (selection.Field?.In(source) is not null && Provided(target.Provided, selection.FieldName, target.Type, out _)) ? step : null;
    }

    /// <summary>Whether selections that a parent provides have a field for objects of the type, and what they select below it.</summary>
    private bool Provided(ImmutableArray<SelectionSetNode> provided, string name, FusionType type, out ImmutableArray<SelectionSetNode> below)
        => ProvidedSelections.Find(_schema, provided, name, type, out below);

    /// <summary>Lets a fetch resolve a selection, and plans what is selected below it.</summary>
    private void Add(FetchStep step, ObjectSelection target, Selection selection)
    {
        step.Add(target, selection);
        if (selection.Children is not { } set)
        {
            return;
        }

        var source = step.Source!.Id;
        _fields.Expand(set, source);
        if (set.TypeIn(source) is var declared && declared.InterfaceObjectSources.Contains(source) && declared.Kind == TypeKind.Interface)
        {
            ReachUntyped(step, set);
            return;
        }

        var provided = ProvidedSelections.Of(selection.Field!, source);
        if (target.Steps[0] == step && Provided(target.Provided, selection.FieldName, target.Type, out var below))
        {
            provided = provided.AddRange(below);
        }

        // What is planned below one may need values of the others.
        var children = PossibleIn(set, source).ToArray();
        foreach (var child in children)
        {
            step.Reach(child);
        }

        foreach (var child in children)
        {
            if (!child.IsPlanned)
            {
                child.Provided = provided;
                PlanGroups(child);
            }
        }
    }

    /// <summary>The objects of a position that can come from a source schema.</summary>
    private static IEnumerable<ObjectSelection> PossibleIn(SelectionSet set, int source)
    {
        var possible = set.PossibleTypesIn(source);
        return set.Objects.Where(o => o.Types.Any(t => possible.Contains(t)));
    }

    /// <summary>Covers selections that the object's own schema does not resolve.</summary>
    private void Cover(ObjectSelection target, List<Selection> selections, SourceSet excluded)
    {
        var assigned = Assign(target, selections, excluded);
        // Fields without requirements first: their fetches may serve the requirements of the others.
        foreach (var conditional in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (var (selection, source) in assigned)
            {
                // One may have been fetched meanwhile as a requirement of another.
                if (!selection.Field!.In(source)!.Requirements.IsEmpty == conditional && Provider(selection, excluded) is null)
                {
                    Resolve(target, selection, source);
                }
            }
        }
    }

    /// <summary>A fetch outside of some source schemas that brings a selection, if there is one.</summary>
    private static FetchStep? Provider(Selection selection, SourceSet excluded)
        => selection.Providers.Find(p => p.Source is null || !excluded.Contains(p.Source.Id));

    /// <summary>Lets a source schema resolve a selection, after what the field requires.</summary>
    private FetchStep Resolve(ObjectSelection target, Selection selection, int source)
    {
        var requirements = selection.Field!.In(source)!.Requirements;
        FetchStep step;
        if (requirements.IsEmpty)
        {
            step = StepFor(target, source);
            Add(step, target, selection);
            return step;
        }

        if (!_underway.Add(selection))
        {
            throw new PlanningException($"The requirements of {selection.Field} need the field itself.", GatewayErrorCodes.PlanningFailed);
        }

        var providers = new HashSet<FetchStep>();
        foreach (var requirement in requirements)
        {
            if (requirement.IsContextual)
            {
                RequireContext(target, requirement, providers);
                continue;
            }

            // A representation may bring the schema's own fields too; what is external there it does not resolve anyway.
            var own = requirement.Argument is null ? SourceSet.Empty : SourceSet.Of(source);
            Require(target, requirement.Selection, own, own, providers);
        }

        step = StepFor(target, source, providers, requirements);
        step.Dependencies.UnionWith(providers);
        step.Requirements[selection] = requirements;
        Add(step, target, selection);
        _underway.Remove(selection);
        return step;
    }

    /// <summary>Greedy set cover: each selection gets the source schema that resolves it.</summary>
    private List<(Selection Selection, int Source)> Assign(ObjectSelection target, List<Selection> selections, SourceSet excluded)
    {
        var candidates = new List<(Selection Selection, SourceSet Best)>();
        var chosen = SourceSet.Empty;
        foreach (var selection in selections)
        {
            var reachable = SourceSet.Empty;
            foreach (var source in target.SourcesOf(selection).Except(excluded))
            {
                var field = selection.Field!.In(source)!;
                if (Distance(target, source, !field.Requirements.IsEmpty) is not null && HasContexts(target, field))
                {
                    reachable = reachable.Add(source);
                }
            }

            if (reachable.IsEmpty)
            {
                throw Unreachable(selection);
            }

            var best = reachable.Count > 1 ? Favourites(target, selection, reachable) : reachable;
            if (best.Count == 1)
            {
                chosen |= best;
            }

            candidates.Add((selection, best));
        }

        while (candidates.Exists(c => !c.Best.Overlaps(chosen)))
        {
            var (next, nextCount, nextDistance) = (-1, 0, 0);
            for (var source = 0; source < _schema.Sources.Length; source++)
            {
                var count = candidates.Count(c => !c.Best.Overlaps(chosen) && c.Best.Contains(source));
                if (count == 0)
                {
                    continue;
                }

                var distance = Distance(target, source, false) ?? int.MaxValue;
                if (next < 0 || distance < nextDistance || (distance == nextDistance && count > nextCount))
                {
                    (next, nextCount, nextDistance) = (source, count, distance);
                }
            }

            chosen = chosen.Add(next);
        }

        return candidates.ConvertAll(c => (c.Selection, Nearest(target, c.Best & chosen)));
    }

    private int Nearest(ObjectSelection target, SourceSet sources)
    {
        var (nearest, least) = (-1, int.MaxValue);
        foreach (var source in sources)
        {
            var distance = sources.Count == 1 ? 0 : Distance(target, source, false) ?? int.MaxValue - 1;
            if (distance < least)
            {
                (nearest, least) = (source, distance);
            }
        }

        return nearest;
    }

    /// <summary>Of several source schemas those without requirements, and of these the ones that resolve most of what is selected below.</summary>
    private SourceSet Favourites(ObjectSelection target, Selection selection, SourceSet reachable)
    {
        if (_preferences.Choose(target, selection, reachable) is { } preferred)
        {
            return SourceSet.Of(preferred);
        }

        var free = reachable & target.UnconditionalSourcesOf(selection);
        var best = SourceSet.Empty;
        var most = -1;
        foreach (var source in free.IsEmpty ? reachable : free)
        {
            var coverage = _fields.Coverage(selection.Field!, selection.Nodes, source);
            if (coverage >= most)
            {
                best = coverage > most ? SourceSet.Of(source) : best.Add(source);
                most = coverage;
            }
        }

        return best;
    }

    /// <summary>Whether a selection that the object's own schema resolves, but not all of what is below it, is to come from another.</summary>
    private bool PrefersOther(ObjectSelection target, Selection selection, int local, SourceSet excluded)
    {
        if (selection.Children is null || selection.Nodes.Count == 0)
        {
            return false;
        }

        var others = target.UnconditionalSourcesOf(selection).Except(excluded).Remove(local);
        if (others.IsEmpty)
        {
            return false;
        }

        var coverage = _fields.Coverage(selection.Field!, selection.Nodes, local);
        var better = SourceSet.Empty;
        foreach (var source in others)
        {
            if (_fields.Coverage(selection.Field!, selection.Nodes, source) > coverage && Distance(target, source, false) is not null)
            {
                better = better.Add(source);
            }
        }

        return !better.IsEmpty && _preferences.Leave(target, selection, local, better);
    }

    private PlanningException Unreachable(Selection selection) => new(
        $"No source schema that resolves {selection.Parent.Type.Name}.{selection.FieldName} can be reached from "
        + $"{(selection.Parent.Steps.Count == 0 ? "the root" : string.Join(", ", selection.Parent.Steps.Select(s => s.Source?.Name).Distinct()))}.",
        GatewayErrorCodes.PlanningFailed);
}
