using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.5.1.2: type conditions, and the types of variables (5.8.2), name types of the schema.</summary>
internal sealed class FragmentSpreadTypeExistence(ValidationContext context) : ValidationRule(context)
{
    public override void NamedType(NamedTypeNode node)
    {
        var name = node.Name.Value;
        // 3.5: a built-in scalar that the schema does not refer to is not part of it.
        if (Context.Schema.Type(name) is null || Context.Schema.UnusedScalars.Contains(name))
        {
            Report($"Unknown type \"{name}\".{Suggestions.DidYouMean(name, Context.Schema.Types.Keys)}", node.Start);
        }
    }
}
