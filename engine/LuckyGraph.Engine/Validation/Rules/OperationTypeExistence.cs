using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.2.1.1: the schema has a root type for the kind of operation.</summary>
internal sealed class OperationTypeExistence(ValidationContext context) : ValidationRule(context)
{
    public override void Operation(OperationDefinitionNode operation, ObjectType? root)
    {
        if (root is null)
        {
            Report($"The {operation.Operation.ToString().ToLowerInvariant()} operation is not supported by the schema.", operation.Start);
        }
    }
}
