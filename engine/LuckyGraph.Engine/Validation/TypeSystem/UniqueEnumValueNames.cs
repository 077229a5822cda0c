using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>An enum's values have different names, extensions included (3.9).</summary>
internal sealed class UniqueEnumValueNames(TypeSystemContext context) : TypeSystemRule(context)
{
    private readonly Dictionary<(string, string), Place> known = [];

    public override void Definition(DefinitionNode definition)
    {
        if (definition is not EnumTypeDefinitionNode type)
        {
            return;
        }

        foreach (var value in type.Values)
        {
            var key = (type.Name.Value, value.Name.Value);
            if (Context.Existing.Members.Contains(key))
            {
                Report($"Enum value \"{type.Name}.{value.Name}\" already exists in the schema. It cannot also be defined in this type extension.", At(value, value.Name));
            }
            else if (!known.TryAdd(key, At(value, value.Name)))
            {
                Report($"Enum value \"{type.Name}.{value.Name}\" can only be defined once.", known[key], At(value, value.Name));
            }
        }
    }
}
