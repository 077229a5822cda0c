using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.5.2.3: some object can be of the type in scope and of the fragment's type.</summary>
internal sealed class FragmentSpreadIsPossible(ValidationContext context) : ValidationRule(context)
{
    public override void Spread(FragmentSpreadNode node, NamedType? parent)
    {
        if (parent is not null
            && Context.Fragments.TryGetValue(node.Name.Value, out var fragment)
            && Context.Schema.Type(fragment.TypeCondition.Name.Value) is { IsComposite: true } type
            && !TypeRelations.Overlap(parent, type))
        {
            Report($"Fragment \"{node.Name}\" cannot be spread here as objects of type \"{parent.Name}\" can never be of type \"{type.Name}\".", node.Start);
        }
    }

    public override void InlineFragment(InlineFragmentNode node, NamedType? parent, NamedType? type)
    {
        if (parent is not null && type is { IsComposite: true } && !TypeRelations.Overlap(parent, type))
        {
            Report($"Fragment cannot be spread here as objects of type \"{parent.Name}\" can never be of type \"{type.Name}\".", node.Start);
        }
    }
}
