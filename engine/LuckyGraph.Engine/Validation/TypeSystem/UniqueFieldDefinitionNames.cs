using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>A type's fields have different names, extensions included (3.6, 3.7, 3.10).</summary>
internal sealed class UniqueFieldDefinitionNames(TypeSystemContext context) : TypeSystemRule(context)
{
    private readonly Dictionary<(string, string), Place> known = [];

    public override void Definition(DefinitionNode definition)
    {
        switch (definition)
        {
            case ComplexTypeDefinitionNode type:
                foreach (var field in type.Fields)
                {
                    Check(type.Name.Value, field, field.Name);
                }

                break;
            case InputObjectTypeDefinitionNode input:
                foreach (var field in input.Fields)
                {
                    Check(input.Name.Value, field, field.Name);
                }

                break;
        }
    }

    private void Check(string type, SyntaxNode field, Name name)
    {
        var key = (type, name.Value);
        if (Context.Existing.Members.Contains(key))
        {
            Report($"Field \"{type}.{name}\" already exists in the schema. It cannot also be defined in this type extension.", At(field, name));
        }
        else if (!known.TryAdd(key, At(field, name)))
        {
            Report($"Field \"{type}.{name}\" can only be defined once.", known[key], At(field, name));
        }
    }
}
