using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.2.2.1: operations have different names.</summary>
internal sealed class OperationNameUniqueness(ValidationContext context) : ValidationRule(context)
{
    private readonly Dictionary<string, int> known = new(StringComparer.Ordinal);

    public override void Operation(OperationDefinitionNode operation, ObjectType? root)
    {
        if (operation.Name is { } name && !known.TryAdd(name.Value, name.Start))
        {
            Report($"There can be only one operation named \"{name}\".", known[name.Value], name.Start);
        }
    }
}
