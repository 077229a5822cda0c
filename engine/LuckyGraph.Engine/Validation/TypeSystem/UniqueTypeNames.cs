using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>Types have different names (3.3).</summary>
internal sealed class UniqueTypeNames(TypeSystemContext context) : TypeSystemRule(context)
{
    private readonly Dictionary<string, Place> known = new(StringComparer.Ordinal);

    public override void Definition(DefinitionNode definition)
    {
        if (definition is not TypeDefinitionNode { IsExtension: false } type)
        {
            return;
        }

        var name = type.Name.Value;
        if (Context.ExtendsSchema && Context.Existing.Types.ContainsKey(name))
        {
            Report($"Type \"{name}\" already exists in the schema. It cannot also be defined in this type definition.", At(type, type.Name));
        }
        else if (!known.TryAdd(name, At(type, type.Name)))
        {
            Report($"There can be only one type named \"{name}\".", known[name], At(type, type.Name));
        }
    }
}
