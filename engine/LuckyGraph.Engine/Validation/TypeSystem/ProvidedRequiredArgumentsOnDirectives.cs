using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>Applied directives have the arguments they require (5.4.3).</summary>
internal sealed class ProvidedRequiredArgumentsOnDirectives(TypeSystemContext context) : TypeSystemRule(context)
{
    public override void Definition(DefinitionNode definition)
    {
        foreach (var (directives, _) in TypeSystemDirectives.Of(definition))
        {
            foreach (var node in directives)
            {
                foreach (var (name, type, required) in Context.Directive(node.Name.Value)?.Arguments ?? [])
                {
                    if (required && !node.Arguments.Any(a => a.Name.Value == name))
                    {
                        Report($"Argument \"@{node.Name}({name}:)\" of type \"{type}\" is required, but it was not provided.", At(node));
                    }
                }
            }
        }
    }
}
