using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Limits;

/// <summary>Refuses introspection where it is switched off, and selections that nest its lists so deep that the answer explodes.</summary>
internal sealed class Introspection(ValidationContext context) : ValidationRule(context)
{
    private readonly HashSet<(string Fragment, int Depth)> harmless = [];
    private int checkedUntil;

    public override void Field(FieldNode node, NamedType? parent, FieldDefinition? field)
    {
        // Inside of what was measured nothing is deeper than it.
        if (node.Name.Value is not ("__schema" or "__type") || node.Start < checkedUntil)
        {
            return;
        }

        checkedUntil = node.End;

        if (!Context.Options.AllowIntrospection)
        {
            Report($"Introspection is not allowed here, but the document selects \"{node.Name}\".", node.Start);
        }
        else if (TooDeep(node.SelectionSet, 0, new HashSet<string>(StringComparer.Ordinal)))
        {
            Context.Report(Name, $"Introspection lists are nested deeper than {Context.Options.MaxIntrospectionDepth - 1}.", [node.Start], ErrorCodes.Limit);
        }
    }

    private bool TooDeep(SelectionSetNode? selectionSet, int depth, HashSet<string> open)
    {
        foreach (var selection in selectionSet?.Selections ?? [])
        {
            switch (selection)
            {
                case FieldNode field:
                    var nested = field.Name.Value is "fields" or "interfaces" or "possibleTypes" or "inputFields" ? depth + 1 : depth;
                    if (nested >= Context.Options.MaxIntrospectionDepth || TooDeep(field.SelectionSet, nested, open))
                    {
                        return true;
                    }

                    break;
                case InlineFragmentNode inline when TooDeep(inline.SelectionSet, depth, open):
                    return true;
                case FragmentSpreadNode spread:
                    var name = spread.Name.Value;
                    if (Context.Fragments.TryGetValue(name, out var fragment) && !harmless.Contains((name, depth)) && open.Count < 1_000 && open.Add(name))
                    {
                        if (TooDeep(fragment.SelectionSet, depth, open))
                        {
                            return true;
                        }

                        open.Remove(name);
                        harmless.Add((name, depth));
                    }

                    break;
            }
        }

        return false;
    }
}
