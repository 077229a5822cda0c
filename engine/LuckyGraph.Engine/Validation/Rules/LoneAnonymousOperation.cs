using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.2.3.1: an operation without a name is the only one.</summary>
internal sealed class LoneAnonymousOperation(ValidationContext context) : ValidationRule(context)
{
    private int operations;

    public override void Document(DocumentNode document) => operations = document.Definitions.Count(d => d is OperationDefinitionNode);

    public override void Operation(OperationDefinitionNode operation, ObjectType? root)
    {
        if (operation.Name is null && operations > 1)
        {
            Report("This anonymous operation must be the only defined operation.", operation.Start);
        }
    }
}
