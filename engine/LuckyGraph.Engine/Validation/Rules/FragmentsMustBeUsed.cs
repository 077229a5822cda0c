using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.5.1.4: every fragment is reached from an operation.</summary>
internal sealed class FragmentsMustBeUsed(ValidationContext context) : ValidationRule(context)
{
    public override void End()
    {
        if (Context.Fragments.Count == 0)
        {
            return;
        }

        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in Context.Operations)
        {
            foreach (var fragment in Context.Reachable(operation))
            {
                used.Add(((FragmentDefinitionNode)fragment.Node).Name.Value);
            }
        }

        foreach (var definition in Context.Document.Definitions)
        {
            if (definition is FragmentDefinitionNode fragment && !used.Contains(fragment.Name.Value))
            {
                Report($"Fragment \"{fragment.Name}\" is never used.", fragment.Start);
            }
        }
    }
}
