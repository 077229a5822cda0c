using System.Diagnostics;
using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Planning;

/// <summary>
/// Bounded improvement of a greedy plan: where the greedy choice had alternatives, the operation is planned once more with one
/// choice changed, and what is better stays, until nothing is or the budget is spent. Operations without alternatives, nearly
/// all, cost nothing. The order of trials is fixed and the budget counts selections, so that equal operations get equal plans.
/// </summary>
internal static class PlanImprovement
{
    // Drafts in search of any plan, where a choice led to a place without a way on.
    private const int MaxRescues = 256;

    /// <summary>The best plan that the budget finds.</summary>
    /// <param name="draft">Plans the operation with some preferences, and counts what it visits.</param>
    /// <param name="options">The budget.</param>
    public static PlanDraft Best(Func<Preferences, PlanningEffort, PlanDraft> draft, PlannerOptions options)
    {
        var effort = new PlanningEffort();
        var best = First(draft, effort);
        if (best.Preferences.Decisions.Count == 0 || best.Steps.Count < 2 || options.MaxExpansions == 0)
        {
            return best;
        }

        var started = Stopwatch.GetTimestamp();
        var mostSelections = effort.Selections + options.MaxImprovementSelections;
        var cost = PlanCost.Of(best.Steps);
        var expansions = 0;
        var tried = new HashSet<string>(StringComparer.Ordinal);
        for (var improved = true; improved;)
        {
            improved = false;
            foreach (var changed in best.Preferences.Neighbours())
            {
                if (!tried.Add(changed.ToString()))
                {
                    continue;
                }

                if (++expansions > options.MaxExpansions || effort.Selections > mostSelections || Stopwatch.GetElapsedTime(started) > options.MaxImprovementTime)
                {
                    return best;
                }

                PlanDraft candidate;
                try
                {
                    candidate = draft(changed, effort);
                }
                catch (PlanningException)
                {
                    // The plan so far stands; this way around there is none within the limits.
                    continue;
                }

                var candidateCost = PlanCost.Of(candidate.Steps);
                if (candidateCost.CompareTo(cost) < 0)
                {
                    (best, cost, improved) = (candidate, candidateCost, true);
                    break;
                }
            }
        }

        return best;
    }

    /// <summary>The greedy plan; where it meets a dead end, the last choice before that is made otherwise first.</summary>
    private static PlanDraft First(Func<Preferences, PlanningEffort, PlanDraft> draft, PlanningEffort effort)
    {
        var left = new Stack<Preferences>([new Preferences()]);
        var tried = new HashSet<string>(StringComparer.Ordinal);
        PlanningException? failure = null;
        while (left.TryPop(out var preferences) && tried.Count < MaxRescues)
        {
            if (!tried.Add(preferences.ToString()))
            {
                continue;
            }

            try
            {
                return draft(preferences, effort);
            }
            catch (PlanningException e) when (e.Code == GatewayErrorCodes.PlanningFailed)
            {
                failure ??= e;
                foreach (var other in preferences.Neighbours())
                {
                    left.Push(other);
                }
            }
        }

        throw failure!;
    }
}

/// <summary>What planning one operation has cost, over all drafts.</summary>
internal sealed class PlanningEffort
{
    /// <summary>The selections visited.</summary>
    public int Selections { get; set; }
}

/// <summary>What planning an operation led to, before it becomes a plan.</summary>
internal sealed record PlanDraft(FieldCollector Fields, List<FetchStep> Steps, ObjectSelection Root, Preferences Preferences);

/// <summary>What a draft costs: first how many fetches wait for each other, then how many requests there are, then how much they ask.</summary>
internal readonly record struct PlanCost(int Depth, int Requests, int Fetches, int Selections) : IComparable<PlanCost>
{
    public static PlanCost Of(List<FetchStep> steps)
    {
        var depths = new Dictionary<FetchStep, int>();
        var requests = new HashSet<(SourceSchema?, int, int)>();
        var (deepest, selections) = (0, 0);
        foreach (var step in steps)
        {
            var depth = PlanBuilder.Depth(step, depths);
            deepest = Math.Max(deepest, depth);
            selections += step.Size;
            // Lookups of one depth in one schema travel together.
            requests.Add((step.Source, depth, step.Kind == FetchKind.Lookup ? -1 : step.Index));
        }

        return new PlanCost(deepest, requests.Count, steps.Count, selections);
    }

    public int CompareTo(PlanCost other)
        => (Depth, Requests, Fetches, Selections).CompareTo((other.Depth, other.Requests, other.Fetches, other.Selections));
}

/// <summary>Choices that differ from the greedy ones, and the choices that a draft had.</summary>
internal sealed class Preferences
{
    private readonly SortedDictionary<string, int> _chosen;
    private readonly Dictionary<string, SourceSet> _candidates = new(StringComparer.Ordinal);

    public Preferences() => _chosen = new SortedDictionary<string, int>(StringComparer.Ordinal);

    private Preferences(SortedDictionary<string, int> chosen) => _chosen = chosen;

    /// <summary>The choices that the draft had, in the order in which they came up.</summary>
    public List<string> Decisions { get; } = [];

    /// <summary>The source schema that a selection is to come from, of several that can resolve it; null to decide greedily.</summary>
    public int? Choose(ObjectSelection target, Selection selection, SourceSet candidates)
    {
        var position = target.PathText;
        var key = $"{position}/{selection.ResponseName}";
        Note(key, candidates);
        Note(position, candidates);
        return (_chosen.TryGetValue(key, out var source) && candidates.Contains(source)) || (_chosen.TryGetValue(position, out source) && candidates.Contains(source))
            ? source : null;
    }

    /// <summary>Whether a selection leaves the schema that yields its object for one that resolves more below it.</summary>
    public bool Leave(ObjectSelection target, Selection selection, int local, SourceSet better)
    {
        var key = $"{target.PathText}/{selection.ResponseName}";
        Note(key, better.Add(local));
        return _chosen.TryGetValue(key, out var source) && better.Contains(source);
    }

    /// <summary>Whether an object is looked up by a key in parts although a source schema yields it below its parent.</summary>
    public bool PassByParent(ObjectSelection target, int source)
    {
        var key = $"{target.PathText}^{source}";
        Note(key, SourceSet.Of(source));
        return _chosen.ContainsKey(key);
    }

    /// <summary>All preferences that differ from these in one choice.</summary>
    public IEnumerable<Preferences> Neighbours()
    {
        foreach (var key in Decisions)
        {
            foreach (var source in _candidates[key])
            {
                if (!_chosen.TryGetValue(key, out var known) || known != source)
                {
                    yield return new Preferences(new SortedDictionary<string, int>(_chosen, StringComparer.Ordinal) { [key] = source });
                }
            }
        }
    }

    public override string ToString() => string.Join('|', _chosen.Select(c => $"{c.Key}={c.Value}"));

    private void Note(string key, SourceSet candidates)
    {
        if (_candidates.TryGetValue(key, out var known))
        {
            _candidates[key] = known | candidates;
        }
        else
        {
            _candidates.Add(key, candidates);
            Decisions.Add(key);
        }
    }
}
