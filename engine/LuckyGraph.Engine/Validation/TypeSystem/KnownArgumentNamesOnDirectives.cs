using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>Arguments of applied directives are defined (5.4.1).</summary>
internal sealed class KnownArgumentNamesOnDirectives(TypeSystemContext context) : TypeSystemRule(context)
{
    public override void Definition(DefinitionNode definition)
    {
        foreach (var (directives, _) in TypeSystemDirectives.Of(definition))
        {
            foreach (var node in directives)
            {
                if (Context.Directive(node.Name.Value) is not { } directive)
                {
                    continue;
                }

                foreach (var argument in node.Arguments)
                {
                    if (!directive.Arguments.Any(a => a.Name == argument.Name.Value))
                    {
                        var suggestion = Suggestions.DidYouMean(argument.Name.Value, directive.Arguments.Select(a => a.Name));
                        Report($"Unknown argument \"{argument.Name}\" on directive \"@{node.Name}\".{suggestion}", At(argument));
                    }
                }
            }
        }
    }
}
