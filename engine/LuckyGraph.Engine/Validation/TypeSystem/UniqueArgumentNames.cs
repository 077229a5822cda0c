using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>An applied directive gives an argument once (5.4.2).</summary>
internal sealed class UniqueArgumentNames(TypeSystemContext context) : TypeSystemRule(context)
{
    public override void Definition(DefinitionNode definition)
    {
        foreach (var (directives, _) in TypeSystemDirectives.Of(definition))
        {
            foreach (var node in directives)
            {
                foreach (var group in node.Arguments.GroupBy(a => a.Name.Value).Where(g => g.Count() > 1))
                {
                    Report($"There can be only one argument named \"{group.Key}\".", [.. group.Select(a => At(a, a.Name))]);
                }
            }
        }
    }
}
