using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.5.1.2: type conditions, and the types of variables (5.8.2), name types of the schema.</summary>
internal sealed class FragmentSpreadTypeExistence(ValidationContext context) : ValidationRule(context)
{
    // Type definitions do not belong here, but what they define is not unknown.
    private readonly HashSet<string> defined = new(StringComparer.Ordinal);
    private bool inTypeSystem;

    public override void Document(DocumentNode document)
    {
        foreach (var definition in document.Definitions)
        {
            if (definition is TypeDefinitionNode { IsExtension: false } type)
            {
                defined.Add(type.Name.Value);
            }
        }
    }

    public override void TypeSystem(TypeSystemDefinitionNode definition) => inTypeSystem = true;

    public override void Operation(OperationDefinitionNode operation, ObjectType? root) => inTypeSystem = false;

    public override void Fragment(FragmentDefinitionNode fragment, NamedType? type) => inTypeSystem = false;

    public override void NamedType(NamedTypeNode node)
    {
        var name = node.Name.Value;
        // 3.5: a built-in scalar that the schema does not refer to is not part of it.
        if ((Context.Schema.Type(name) is null || (Context.Schema.UnusedScalars.Contains(name) && !inTypeSystem)) && !defined.Contains(name))
        {
            Report($"Unknown type \"{name}\".{Suggestions.DidYouMean(name, Context.Schema.Types.Keys, budget: Context.Suggestions)}", node.Start);
        }
    }
}
