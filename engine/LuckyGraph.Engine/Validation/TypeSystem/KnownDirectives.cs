using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>Applied directives are defined and allowed where they are applied (5.7.1, 5.7.2).</summary>
internal sealed class KnownDirectives(TypeSystemContext context) : TypeSystemRule(context)
{
    public override void Definition(DefinitionNode definition)
    {
        foreach (var (directives, location) in TypeSystemDirectives.Of(definition))
        {
            foreach (var node in directives)
            {
                if (Context.Directive(node.Name.Value) is not { } directive)
                {
                    Report($"Unknown directive \"@{node.Name}\".", At(node));
                }
                else if (!directive.Locations.Contains(location))
                {
                    Report($"Directive \"@{node.Name}\" may not be used on {location}.", At(node));
                }
            }
        }
    }
}
