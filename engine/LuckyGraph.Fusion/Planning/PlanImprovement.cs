using System.Diagnostics;
using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Planning;

/// <summary>
/// Bounded improvement of a greedy plan: where the greedy choice had alternatives, the operation is planned once more with one
/// choice changed, and what is better stays, until nothing is or the budget is spent. Operations without alternatives, nearly
/// all, cost nothing. The order of trials is fixed, so that equal operations get equal plans.
/// </summary>
internal static class PlanImprovement
{
    public static PlanDraft Best(Func<Preferences, PlanDraft> draft, PlannerOptions options)
    {
        var best = draft(new Preferences());
        if (best.Preferences.Decisions.Count == 0 || best.Steps.Count < 2 || options.MaxExpansions == 0)
        {
            return best;
        }

        var started = Stopwatch.GetTimestamp();
        var cost = PlanCost.Of(best.Steps);
        var expansions = 0;
        // Small operations get these whatever the time: their plans are not to depend on how busy the machine was.
        var granted = options.MaxImprovementTime > TimeSpan.Zero ? Math.Min(16, 400 / best.Steps.Count) : 0;
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

                if (++expansions > options.MaxExpansions || (expansions > granted && Stopwatch.GetElapsedTime(started) > options.MaxImprovementTime))
                {
                    return best;
                }

                PlanDraft candidate;
                try
                {
                    candidate = draft(changed);
                }
                catch (PlanningException)
                {
                    // The greedy plan stands; this way around there is none within the limits.
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
