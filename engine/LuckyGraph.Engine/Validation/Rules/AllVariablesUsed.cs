using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.8.4: an operation or its fragments use every variable it defines.</summary>
internal sealed class AllVariablesUsed(ValidationContext context) : ValidationRule(context)
{
    public override void End()
    {
        foreach (var facts in Context.Operations)
        {
            var operation = (OperationDefinitionNode)facts.Node;
            if (operation.Variables.IsEmpty)
            {
                continue;
            }

            var used = new HashSet<string>(facts.Variables, StringComparer.Ordinal);
            foreach (var fragment in Context.Reachable(facts))
            {
                used.UnionWith(fragment.Variables);
            }

            foreach (var definition in operation.Variables)
            {
                if (!used.Contains(definition.Variable.Name.Value))
                {
                    var where = operation.Name is { } name ? $" in operation \"{name}\"" : "";
                    Report($"Variable \"${definition.Variable.Name}\" is never used{where}.", definition.Start);
                }
            }
        }
    }
}
