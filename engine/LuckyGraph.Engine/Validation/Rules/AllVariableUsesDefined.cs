using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.8.3: each operation defines the variables that it and its fragments use.</summary>
internal sealed class AllVariableUsesDefined(ValidationContext context) : ValidationRule(context)
{
    public override void End()
    {
        foreach (var facts in Context.Operations)
        {
            var operation = (OperationDefinitionNode)facts.Node;
            var defined = operation.Variables.Select(v => v.Variable.Name.Value).ToHashSet(StringComparer.Ordinal);
            Check(facts, operation, defined);
            foreach (var fragment in Context.Reachable(facts))
            {
                Check(fragment, operation, defined);
            }
        }
    }

    private void Check(DefinitionFacts facts, OperationDefinitionNode operation, HashSet<string> defined)
    {
        if (facts.Variables.IsSubsetOf(defined))
        {
            return;
        }

        foreach (var usage in facts.Usages)
        {
            if (!defined.Contains(usage.Node.Name.Value))
            {
                var by = operation.Name is { } name ? $" by operation \"{name}\"" : "";
                Report($"Variable \"${usage.Node.Name}\" is not defined{by}.", usage.Node.Start, operation.Start);
            }
        }
    }
}
