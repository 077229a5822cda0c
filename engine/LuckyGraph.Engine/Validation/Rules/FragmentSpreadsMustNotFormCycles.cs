using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.5.2.2: no fragment contains itself, directly or through others.</summary>
internal sealed class FragmentSpreadsMustNotFormCycles(ValidationContext context) : ValidationRule(context)
{
    private readonly HashSet<string> visited = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> pathIndex = new(StringComparer.Ordinal);
    private readonly List<FragmentSpreadNode> path = [];

    public override void End()
    {
        foreach (var definition in Context.Document.Definitions)
        {
            if (definition is FragmentDefinitionNode fragment)
            {
                Search(fragment.Name.Value);
            }
        }
    }

    // Depth first with a stack of its own: chains of fragments may be as long as the document.
    private void Search(string root)
    {
        if (!visited.Add(root) || !Context.Fragments.TryGetValue(root, out var rootFragment))
        {
            return;
        }

        var stack = new Stack<(List<FragmentSpreadNode> Spreads, string Name, int Next)>();
        pathIndex[root] = path.Count;
        stack.Push((SpreadsOf(rootFragment), root, 0));
        while (stack.Count > 0)
        {
            var (spreads, name, next) = stack.Pop();
            if (next == spreads.Count)
            {
                pathIndex.Remove(name);
                if (stack.Count > 0)
                {
                    path.RemoveAt(path.Count - 1);
                }

                continue;
            }

            stack.Push((spreads, name, next + 1));
            var spread = spreads[next];
            var target = spread.Name.Value;
            if (pathIndex.TryGetValue(target, out var start))
            {
                Report(path.GetRange(start, path.Count - start), spread);
            }
            else if (visited.Add(target) && Context.Fragments.TryGetValue(target, out var targetFragment))
            {
                path.Add(spread);
                pathIndex[target] = path.Count;
                stack.Push((SpreadsOf(targetFragment), target, 0));
            }
        }
    }

    // A selection set's own spreads come first, then those of the sets inside it, the last set first: with several cycles this
    // decides which spread is blamed, and it is graphql-js's order.
    private static List<FragmentSpreadNode> SpreadsOf(FragmentDefinitionNode fragment)
    {
        var spreads = new List<FragmentSpreadNode>();
        var sets = new Stack<SelectionSetNode>();
        sets.Push(fragment.SelectionSet);
        while (sets.TryPop(out var set))
        {
            foreach (var selection in set.Selections)
            {
                switch (selection)
                {
                    case FragmentSpreadNode spread:
                        spreads.Add(spread);
                        break;
                    case FieldNode { SelectionSet: { } inner }:
                        sets.Push(inner);
                        break;
                    case InlineFragmentNode inline:
                        sets.Push(inline.SelectionSet);
                        break;
                }
            }
        }

        return spreads;
    }

    private void Report(List<FragmentSpreadNode> cycle, FragmentSpreadNode closing)
    {
        var via = string.Join(", ", cycle.Select(s => $"\"{s.Name}\""));
        Report(
            $"Cannot spread fragment \"{closing.Name}\" within itself{(via.Length > 0 ? $" via {via}" : "")}.",
            [.. cycle.Select(s => s.Start), closing.Start]);
    }
}
