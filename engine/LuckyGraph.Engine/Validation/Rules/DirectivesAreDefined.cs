using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.7.1: directives are defined by the schema.</summary>
internal sealed class DirectivesAreDefined(ValidationContext context) : ValidationRule(context)
{
    public override void Directive(DirectiveNode node, DirectiveType? directive, string location)
    {
        if (directive is null)
        {
            Report($"Unknown directive \"@{node.Name}\".", node.Start);
        }
    }
}
