using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.7.2: directives are applied where their definition allows.</summary>
internal sealed class DirectivesAreInValidLocations(ValidationContext context) : ValidationRule(context)
{
    public override void Directive(DirectiveNode node, DirectiveType? directive, string location)
    {
        if (directive is not null && !directive.Locations.Contains(location))
        {
            Report($"Directive \"@{node.Name}\" may not be used on {location}.", node.Start);
        }
    }
}
