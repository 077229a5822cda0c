using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.8.2: variables have input types.</summary>
internal sealed class VariablesAreInputTypes(ValidationContext context) : ValidationRule(context)
{
    public override void VariableDefinition(VariableDefinitionNode variable, GraphType? type)
    {
        if (type is { IsInput: false })
        {
            Report($"Variable \"${variable.Variable.Name}\" cannot be non-input type \"{type}\".", variable.Type.Start);
        }
    }
}
