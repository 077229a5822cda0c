using System.Diagnostics;
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
    private readonly List<FetchStep> _steps = [];
    private readonly HashSet<Selection> _underway = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private int _spent;

    private OperationPlanner(FusionSchema schema, DocumentNode document, OperationDefinitionNode operation, PlannerOptions options)
    {
        _schema = schema;
        _operation = operation;
        _options = options;
        _fields = new FieldCollector(schema, document, Spend);
    }

    /// <summary>Plans a validated operation.</summary>
    /// <exception cref="PlanningException">The plan would exceed a bound, or a field cannot be reached.</exception>
    public static OperationPlan Plan(FusionSchema schema, DocumentNode document, OperationDefinitionNode operation, PlannerOptions? options = null)
    {
        var planner = new OperationPlanner(schema, document, operation, options ?? PlannerOptions.Default);
        var type = schema.RootType(operation.Operation)
            ?? throw new PlanningException($"The schema has no {operation.Operation.ToString().ToLowerInvariant()} type.", ErrorCodes.Operation);
        var root = planner._fields.Root(type, operation.SelectionSet).Objects[0];
        switch (operation.Operation)
        {
            case OperationKind.Query:
                planner.PlanObject(root, [.. root.Selections]);
                break;
            case OperationKind.Mutation:
                planner.PlanMutation(root);
                break;
            default:
                planner.PlanSubscription(root);
                break;
        }

        return new PlanBuilder(schema, operation, planner._fields, planner._steps, root).Build();
    }

    private void Spend()
    {
        _spent++;
        if (_spent > _options.MaxSelections)
        {
            throw new PlanningException($"The operation expands to more than {_options.MaxSelections} selections.", ErrorCodes.Limit);
        }

        if (_spent % 256 == 0 && Stopwatch.GetElapsedTime(_started) > _options.MaxTime)
        {
            throw new PlanningException("The operation takes too long to plan.", ErrorCodes.Limit);
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

            var source = Best(selection, root.UnconditionalSourcesOf(selection));
            var alone = previous is not null && _steps[^1] == previous;
            if (previous is null || !alone || previous.Source!.Id != source || previous.Of(root)[^1].FetchConditions != selection.FetchConditions)
            {
                previous = NewStep(FetchKind.Root, source, root, null);
                foreach (var earlier in _steps)
                {
                    if (earlier != previous)
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
                var step = NewStep(FetchKind.Event, Best(selection, root.UnconditionalSourcesOf(selection)), root, null);
                Add(step, root, selection);
            }
        }
    }

    private int Best(Selection selection, SourceSet candidates)
    {
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

    /// <summary>Plans what no source schema is asked for: type names that are known, and introspection.</summary>
    private bool PlanMeta(ObjectSelection target, Selection selection)
    {
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
    private void PlanObject(ObjectSelection target, IReadOnlyList<Selection> selections, int excluded = -1)
    {
        List<Selection>? rest = null;
        foreach (var selection in selections)
        {
            Spend();
            if (PlanMeta(target, selection))
            {
                continue;
            }

            var local = target.Set.Parent is null ? null : LocalStep(target, selection, excluded);
            if (local is not null)
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

    private static FetchStep? LocalStep(ObjectSelection target, Selection selection, int excluded)
    {
        if (target.Steps.Count == 0)
        {
            return null;
        }

        var step = target.Steps[0];
        var source = step.Source!.Id;
        if (source == excluded)
        {
            return null;
        }

        if (target.UnconditionalSourcesOf(selection).Contains(source))
        {
            return step;
        }

        return target.Provided is not null && ProvidedField(target.Provided, selection.FieldName, target.Type) is not null && selection.Field?.In(source) is not null ? step : null;
    }

    private static FieldNode? ProvidedField(SelectionSetNode provided, string name, FusionType type)
    {
        foreach (var node in provided.Selections)
        {
            switch (node)
            {
                case FieldNode field when field.Name.Value == name:
                    return field;
                case InlineFragmentNode fragment when fragment.TypeCondition is null || fragment.TypeCondition.Name.Value == type.Name:
                    if (ProvidedField(fragment.SelectionSet, name, type) is { } inner)
                    {
                        return inner;
                    }

                    break;
            }
        }

        return null;
    }

    /// <summary>Lets a fetch resolve a selection, and plans what is selected below it.</summary>
    private void Add(FetchStep step, ObjectSelection target, Selection selection)
    {
        Spend();
        step.Add(target, selection);
        if (selection.Children is not { } set)
        {
            return;
        }

        var source = step.Source!.Id;
        _fields.Expand(set, source);
        var provided = selection.Field!.In(source)?.Provides
            ?? (target.Steps[0] == step && target.Provided is not null ? ProvidedField(target.Provided, selection.FieldName, target.Type)?.SelectionSet : null);
        foreach (var child in PossibleIn(set, source))
        {
            var isFirst = child.Steps.Count == 0;
            step.Reach(child);
            if (isFirst)
            {
                child.Provided = provided;
                PlanObject(child, [.. child.Selections.Where(s => !s.IsInternal)]);
            }
        }
    }

    /// <summary>The objects of a position that can come from a source schema.</summary>
    private static IEnumerable<ObjectSelection> PossibleIn(SelectionSet set, int source)
    {
        if (set.Type.Kind == TypeKind.Object)
        {
            return set.Objects;
        }

        var possible = set.Type.PossibleTypesIn(source);
        // A schema may declare the field with a narrower type that the composed one covers.
        return possible.IsEmpty
            ? set.Objects.Where(o => o.Types.Any(t => t.Sources.Contains(source)))
            : set.Objects.Where(o => o.Types.Any(t => possible.Contains(t)));
    }

    /// <summary>Covers selections that the object's own schema does not resolve.</summary>
    private void Cover(ObjectSelection target, List<Selection> selections, int excluded)
    {
        var assigned = Assign(target, selections, excluded);
        // Fields without requirements first: their fetches may serve the requirements of the others.
        foreach (var (selection, source) in assigned)
        {
            if (selection.Field!.In(source)!.Requirements.IsEmpty && selection.Providers.Count == 0)
            {
                Add(StepFor(target, source), target, selection);
            }
        }

        foreach (var (selection, source) in assigned)
        {
            var requirements = selection.Field!.In(source)!.Requirements;
            if (requirements.IsEmpty || selection.Providers.Count > 0)
            {
                continue;
            }

            if (!_underway.Add(selection))
            {
                throw new PlanningException($"The requirements of {selection.Field} need the field itself.", GatewayErrorCodes.PlanningFailed);
            }

            var providers = new HashSet<FetchStep>();
            foreach (var requirement in requirements)
            {
                Require(target, requirement.Selection, source, providers);
            }

            var step = StepFor(target, source, providers);
            step.Dependencies.UnionWith(providers);
            step.Requirements.Add(selection, requirements);
            Add(step, target, selection);
            _underway.Remove(selection);
        }
    }

    /// <summary>Greedy set cover: each selection gets the source schema that resolves it.</summary>
    private List<(Selection Selection, int Source)> Assign(ObjectSelection target, List<Selection> selections, int excluded)
    {
        var candidates = new List<(Selection Selection, SourceSet Best)>();
        var chosen = SourceSet.Empty;
        foreach (var selection in selections)
        {
            var reachable = SourceSet.Empty;
            foreach (var source in target.SourcesOf(selection))
            {
                if (source != excluded && Distance(target, source, !selection.Field!.In(source)!.Requirements.IsEmpty) is not null)
                {
                    reachable = reachable.Add(source);
                }
            }

            if (reachable.IsEmpty)
            {
                throw Unreachable(selection);
            }

            var best = reachable;
            if (reachable.Count > 1)
            {
                // Fields without requirements, then those that resolve most of what is selected below.
                var free = reachable & target.UnconditionalSourcesOf(selection);
                var most = -1;
                foreach (var source in free.IsEmpty ? reachable : free)
                {
                    var coverage = _fields.Coverage(selection.Field!, selection.Nodes, source);
                    if (coverage > most)
                    {
                        best = SourceSet.Of(source);
                        most = coverage;
                    }
                    else if (coverage == most)
                    {
                        best = best.Add(source);
                    }
                }
            }

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

        return candidates.ConvertAll(c => (c.Selection, (c.Best & chosen).First));
    }

    private PlanningException Unreachable(Selection selection) => new(
        $"No source schema that resolves {selection.Parent.Type.Name}.{selection.FieldName} can be reached from "
        + $"{(selection.Parent.Steps.Count == 0 ? "the root" : string.Join(", ", selection.Parent.Steps.Select(s => s.Source?.Name).Distinct()))}.",
        GatewayErrorCodes.PlanningFailed);
}
