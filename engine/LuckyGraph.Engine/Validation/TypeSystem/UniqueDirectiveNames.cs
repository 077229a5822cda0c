using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>Directives have different names (3.3).</summary>
internal sealed class UniqueDirectiveNames(TypeSystemContext context) : TypeSystemRule(context)
{
    private readonly Dictionary<string, Place> known = new(StringComparer.Ordinal);

    public override void Definition(DefinitionNode definition)
    {
        if (definition is not DirectiveDefinitionNode directive)
        {
            return;
        }

        var name = directive.Name.Value;
        if (Context.Existing.Directives.ContainsKey(name))
        {
            Report($"Directive \"@{name}\" already exists in the schema. It cannot be redefined.", At(directive, directive.Name));
        }
        else if (!known.TryAdd(name, At(directive, directive.Name)))
        {
            Report($"There can be only one directive named \"@{name}\".", known[name], At(directive, directive.Name));
        }
    }
}
