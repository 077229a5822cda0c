using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>Every type that is referred to is defined (3.3).</summary>
internal sealed class KnownTypeNames(TypeSystemContext context) : TypeSystemRule(context)
{
    public override void Definition(DefinitionNode definition)
    {
        foreach (var type in TypeReferences.Of(definition))
        {
            Check(type);
        }
    }

    private void Check(NamedTypeNode type)
    {
        var name = type.Name.Value;
        if (!Context.Defined.ContainsKey(name)
            && !Context.Existing.Types.ContainsKey(name)
            && WellKnownScalars.Find(name) is null
            && !IntrospectionTypes.Names.Contains(name))
        {
            var known = Context.Existing.Types.Keys.Concat(Context.Defined.Keys).Concat(WellKnownScalars.BuiltIn).Distinct();
            Report($"Unknown type \"{name}\".{Suggestions.DidYouMean(name, known)}", At(type));
        }
    }
}
