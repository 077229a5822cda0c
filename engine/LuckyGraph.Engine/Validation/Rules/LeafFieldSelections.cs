using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.3.3: leaves have no selection, composite fields have one.</summary>
internal sealed class LeafFieldSelections(ValidationContext context) : ValidationRule(context)
{
    public override void Field(FieldNode node, NamedType? parent, FieldDefinition? field)
    {
        if (field is null)
        {
            return;
        }

        if (field.Type.IsLeaf)
        {
            if (node.SelectionSet is { } selection)
            {
                Report($"Field \"{node.Name}\" must not have a selection since type \"{field.Type}\" has no subfields.", selection.Start);
            }
        }
        else if (node.SelectionSet is null || node.SelectionSet.Selections.IsEmpty)
        {
            Report($"Field \"{node.Name}\" of type \"{field.Type}\" must have a selection of subfields. Did you mean \"{node.Name} {{ ... }}\"?", node.Start);
        }
    }
}
