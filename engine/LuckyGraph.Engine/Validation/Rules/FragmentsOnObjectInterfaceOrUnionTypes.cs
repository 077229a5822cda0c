using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.5.1.3: fragments condition on composite types.</summary>
internal sealed class FragmentsOnObjectInterfaceOrUnionTypes(ValidationContext context) : ValidationRule(context)
{
    public override void Fragment(FragmentDefinitionNode fragment, NamedType? type)
    {
        if (type is { IsComposite: false })
        {
            Report($"Fragment \"{fragment.Name}\" cannot condition on non composite type \"{type.Name}\".", fragment.TypeCondition.Start);
        }
    }

    public override void InlineFragment(InlineFragmentNode node, NamedType? parent, NamedType? type)
    {
        if (node.TypeCondition is { } condition && type is { IsComposite: false })
        {
            Report($"Fragment cannot condition on non composite type \"{type.Name}\".", condition.Start);
        }
    }
}
