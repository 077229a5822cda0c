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
        if (!visited.Add(root) || !Context.FragmentFacts.TryGetValue(root, out var rootFacts))
        {
            return;
        }

        var stack = new Stack<(DefinitionFacts Facts, string Name, int Next)>();
        pathIndex[root] = path.Count;
        stack.Push((rootFacts, root, 0));
        while (stack.Count > 0)
        {
            var (facts, name, next) = stack.Pop();
            if (next == facts.Spreads.Count)
            {
                pathIndex.Remove(name);
                if (stack.Count > 0)
                {
                    path.RemoveAt(path.Count - 1);
                }

                continue;
            }

            stack.Push((facts, name, next + 1));
            var spread = facts.Spreads[next];
            var target = spread.Name.Value;
            if (pathIndex.TryGetValue(target, out var start))
            {
                Report(path.GetRange(start, path.Count - start), spread);
            }
            else if (visited.Add(target) && Context.FragmentFacts.TryGetValue(target, out var targetFacts))
            {
                path.Add(spread);
                pathIndex[target] = path.Count;
                stack.Push((targetFacts, target, 0));
            }
        }
    }

    private void Report(List<FragmentSpreadNode> cycle, FragmentSpreadNode closing)
    {
        var via = string.Join(", ", cycle.Select(s => $"\"{s.Name}\""));
        Report(
            $"Cannot spread fragment \"{closing.Name}\" within itself{(via.Length > 0 ? $" via {via}" : "")}.",
            [.. cycle.Select(s => s.Start), closing.Start]);
    }
}
