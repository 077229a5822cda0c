using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.8.1: an operation defines a variable once.</summary>
internal sealed class VariableUniqueness(ValidationContext context) : ValidationRule(context)
{
    public override void Operation(OperationDefinitionNode operation, ObjectType? root)
    {
        if (operation.Variables.Length < 2)
        {
            return;
        }

        var seen = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        foreach (var definition in operation.Variables)
        {
            var name = definition.Variable.Name;
            if (!seen.TryGetValue(name.Value, out var offsets))
            {
                seen.Add(name.Value, offsets = []);
            }

            offsets.Add(name.Start);
        }

        foreach (var (name, offsets) in seen)
        {
            if (offsets.Count > 1)
            {
                Report($"There can be only one variable named \"${name}\".", [.. offsets]);
            }
        }
    }
}
