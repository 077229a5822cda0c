using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.5.1.1: fragments have different names.</summary>
internal sealed class FragmentNameUniqueness(ValidationContext context) : ValidationRule(context)
{
    private readonly Dictionary<string, int> known = new(StringComparer.Ordinal);

    public override void Fragment(FragmentDefinitionNode fragment, NamedType? type)
    {
        if (!known.TryAdd(fragment.Name.Value, fragment.Name.Start))
        {
            Report($"There can be only one fragment named \"{fragment.Name}\".", known[fragment.Name.Value], fragment.Name.Start);
        }
    }
}
