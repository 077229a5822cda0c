using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.5.2.1: spread fragments are defined.</summary>
internal sealed class FragmentSpreadTargetDefined(ValidationContext context) : ValidationRule(context)
{
    public override void Spread(FragmentSpreadNode node, NamedType? parent)
    {
        if (!Context.Fragments.ContainsKey(node.Name.Value))
        {
            Report($"Unknown fragment \"{node.Name}\".", node.Name.Start);
        }
    }
}
