using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.3.1: selected fields exist on the type in scope.</summary>
internal sealed class FieldSelections(ValidationContext context) : ValidationRule(context)
{
    public override void Field(FieldNode node, NamedType? parent, FieldDefinition? field)
    {
        if (parent is not null && field is null)
        {
            var name = node.Name.Value;
            var suggestion = Suggestions.Sentence(TypesWith(parent, name), "to use an inline fragment on");
            if (suggestion.Length == 0 && parent is ComplexType complex)
            {
                suggestion = Suggestions.DidYouMean(name, complex.Fields.Select(f => f.Name), budget: Context.Suggestions);
            }

            Report($"Cannot query field \"{name}\" on type \"{parent.Name}\".{suggestion}", node.Start);
        }
    }

    // The possible types that have the field, and the interfaces they share it by: the most common first.
    private List<string> TypesWith(NamedType parent, string field)
    {
        if (parent is ObjectType)
        {
            return [];
        }

        var found = new Dictionary<ComplexType, int>(ReferenceEqualityComparer.Instance);
        foreach (var type in Context.Schema.PossibleTypes(parent))
        {
            if (type.Field(field) is null)
            {
                continue;
            }

            found.TryAdd(type, 0);
            foreach (var implemented in type.Interfaces)
            {
                if (implemented.Field(field) is not null)
                {
                    found[implemented] = found.GetValueOrDefault(implemented) + 1;
                }
            }
        }

        return [.. found.OrderByDescending(f => f.Value)
            .ThenBy(f => f.Key, Comparer<ComplexType>.Create((a, b) =>
                a is InterfaceType && b.Interfaces.Contains(a) ? -1 : b is InterfaceType && a.Interfaces.Contains(b) ? 1 : NaturalOrder.Compare(a.Name, b.Name)))
            .Select(f => f.Key.Name)];
    }
}
