using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>Extensions extend a type that exists and is of their kind (3.4.3).</summary>
internal sealed class PossibleTypeExtensions(TypeSystemContext context) : TypeSystemRule(context)
{
    public override void Definition(DefinitionNode definition)
    {
        if (definition is not TypeDefinitionNode { IsExtension: true } extension)
        {
            return;
        }

        var name = extension.Name.Value;
        var kind = SchemaAssembly.KindOf(extension);
        if (Context.Defined.TryGetValue(name, out var defined))
        {
            if (SchemaAssembly.KindOf(defined.Node) != kind)
            {
                Report($"Cannot extend non-{Text(kind)} type \"{name}\".", defined.Place, At(extension));
            }
        }
        else if (Context.Existing.Types.TryGetValue(name, out var existing))
        {
            if (existing != kind)
            {
                Report($"Cannot extend non-{Text(kind)} type \"{name}\".", At(extension));
            }
        }
        else
        {
            var known = Context.Defined.Keys.Concat(Context.Existing.Types.Keys);
            Report($"Cannot extend type \"{name}\" because it is not defined.{Suggestions.DidYouMean(name, known)}", At(extension, extension.Name));
        }
    }

    private static string Text(TypeKind kind) => kind == TypeKind.InputObject ? "input object" : kind.ToString().ToLowerInvariant();
}
