using System.Collections.Immutable;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Planning;

/// <summary>What a source schema resolves below one field although it does not everywhere (<c>@provides</c>).</summary>
internal static class ProvidedSelections
{
    /// <summary>What a field provides in a source schema.</summary>
    public static ImmutableArray<SelectionSetNode> Of(FusionField field, int source) => field.In(source)?.Provides is { } own ? [own] : [];

    /// <summary>Whether provided selections have a field for objects of a type, and what they select below it.</summary>
    public static bool Find(FusionSchema schema, ImmutableArray<SelectionSetNode> provided, string name, FusionType type, out ImmutableArray<SelectionSetNode> below)
    {
        var found = false;
        below = [];
        foreach (var set in provided)
        {
            foreach (var node in set.Selections)
            {
                if (node is FieldNode field && field.Name.Value == name)
                {
                    found = true;
                    below = field.SelectionSet is null ? below : below.Add(field.SelectionSet);
                }
                else if (node is InlineFragmentNode fragment
                    && (fragment.TypeCondition is null || (schema.Type(fragment.TypeCondition.Name.Value) is { } condition && condition.IsPossible(type)))
                    && Find(schema, [fragment.SelectionSet], name, type, out var inner))
                {
                    found = true;
                    below = below.AddRange(inner);
                }
            }
        }

        return found;
    }
}
