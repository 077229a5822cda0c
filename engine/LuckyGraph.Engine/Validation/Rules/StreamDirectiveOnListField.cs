using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>Proposal #1110: only lists are streamed.</summary>
internal sealed class StreamDirectiveOnListField(ValidationContext context) : ValidationRule(context)
{
    public override void Field(FieldNode node, NamedType? parent, FieldDefinition? field)
    {
        if (parent is null || field is null || field.Type.Nullable is ListType)
        {
            return;
        }

        foreach (var directive in node.Directives)
        {
            if (directive.Name.Value == "stream" && IncrementalDirectives.IsIncremental(Context.Schema, directive))
            {
                Report($"Directive \"@stream\" cannot be used on non-list field \"{parent.Name}.{field.Name}\".", directive.Start);
            }
        }
    }
}
