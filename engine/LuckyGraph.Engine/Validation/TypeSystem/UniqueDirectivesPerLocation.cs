using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>A directive that is not repeatable is applied once to an element, its extensions included (5.7.3).</summary>
internal sealed class UniqueDirectivesPerLocation(TypeSystemContext context) : TypeSystemRule(context)
{
    private readonly Dictionary<string, Dictionary<string, Place>> byType = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Place> ofSchema = new(StringComparer.Ordinal);

    public override void Definition(DefinitionNode definition)
    {
        foreach (var (directives, _) in TypeSystemDirectives.Of(definition))
        {
            if (!directives.IsEmpty)
            {
                Check(directives, directives == definition.Directives ? Shared(definition) : new Dictionary<string, Place>(StringComparer.Ordinal));
            }
        }
    }

    // A definition and its extensions are one element.
    private Dictionary<string, Place> Shared(DefinitionNode definition)
    {
        if (definition is not TypeDefinitionNode type)
        {
            return ofSchema;
        }

        return byType.TryGetValue(type.Name.Value, out var known) ? known : byType[type.Name.Value] = new Dictionary<string, Place>(StringComparer.Ordinal);
    }

    private void Check(ImmutableArray<DirectiveNode> directives, Dictionary<string, Place> known)
    {
        foreach (var node in directives)
        {
            if (Context.Directive(node.Name.Value) is { IsRepeatable: false } && !known.TryAdd(node.Name.Value, At(node)))
            {
                Report($"The directive \"@{node.Name}\" can only be used once at this location.", known[node.Name.Value], At(node));
            }
        }
    }
}
